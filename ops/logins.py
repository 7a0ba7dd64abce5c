"""``bookingctl login``: the practice's first logins. Everyone else is invited by a call of the API, by who has one."""

from typing import Annotated, Any
from urllib.parse import quote

import typer

from booking.channels.logins import CognitoLogins
from booking.codes import Group, Language
from booking.errors import ProviderRefused, ProviderUnavailable
from ops.branding import branding
from ops.errors import EXIT_FAILED_AGAIN, OperatorError, translated
from ops.output import one_line, say
from ops.practice import Practice

app = typer.Typer(no_args_is_help=True, help="Logins of operators, and a token for the API.")

Address = Annotated[str, typer.Argument(help="Their e-mail address.", show_default=False)]


@app.command("operator")
def operator(
    ctx: typer.Context,
    address: Address,
    language: Annotated[Language, typer.Option(help="In which they are written to.")] = Language.EN,
) -> None:
    """Invite an operator: they get a mail, and sign in by a code. Operators have no record, so no call invites them.

    Example: bookingctl login operator olga@practice.example.com
    """
    with one_line():
        practice: Practice = ctx.obj()
        logins = CognitoLogins(practice.aws.output("UserPoolId"), practice.aws.client("cognito-idp"))
        try:
            sub = logins.invite(address, Group.OPERATOR, language)
        except (ProviderUnavailable, ProviderRefused) as error:
            raise OperatorError(f"{error}: try again") from None
        if sub is None:
            raise OperatorError(f"{address} has a login that is disabled or not proven", EXIT_FAILED_AGAIN)
        say(f"{address} is an operator: {sub}")


@app.command("token")
def token(
    ctx: typer.Context,
    address: Address,
    with_app: Annotated[
        bool, typer.Option("--with-app", help="By password and authenticator app, once you have set those up.")
    ] = False,
) -> None:
    """Sign in by a code that is mailed to you, and print a token for the API: good for an hour.

    Example: TOKEN=$(bookingctl login token olga@practice.example.com)
    """
    with one_line():
        print(_signed_in(ctx.obj(), address, with_app=with_app)["IdToken"])  # noqa: T201  # what was asked for


@app.command("second-factor")
def second_factor(ctx: typer.Context, address: Address) -> None:
    """Set up an authenticator app and a password. From then on you sign in by both, and by no code that is mailed.

    Example: bookingctl login second-factor olga@practice.example.com
    """
    with one_line():
        practice: Practice = ctx.obj()
        access = _signed_in(practice, address, with_app=False)["AccessToken"]
        secret = _cognito(practice, "associate_software_token", AccessToken=access)["SecretCode"]
        say(f"Put this into your authenticator app: otpauth://totp/{quote(address)}?secret={secret}")
        code = typer.prompt("The code that the app shows", err=True)
        _cognito(practice, "verify_software_token", AccessToken=access, UserCode=code.strip())
        _call(practice, "forgot_password", Username=address)  # whether there was one or not
        reset = typer.prompt(f"The other code that was sent to {address}", err=True)
        password = typer.prompt("A password, of 12 characters or more", err=True, hide_input=True)
        chosen = {"Username": address, "ConfirmationCode": reset.strip(), "Password": password}
        _call(practice, "confirm_forgot_password", **chosen)
        preferred = {"Enabled": True, "PreferredMfa": True}
        _cognito(practice, "set_user_mfa_preference", AccessToken=access, SoftwareTokenMfaSettings=preferred)
        say(f"{address} signs in by password and authenticator app")


@app.command("pages")
def pages(ctx: typer.Context) -> None:
    """Give the pages of signing in the practice's name and colour, as they are now. Anew when either has changed.

    Example: bookingctl login pages
    """
    with one_line():
        practice: Practice = ctx.obj()
        known = practice.public()
        client = {"UserPoolId": practice.aws.output("UserPoolId"), "ClientId": practice.aws.output("UserPoolClientId")}
        look = _cognito(practice, "describe_managed_login_branding_by_client", **client)["ManagedLoginBranding"]
        _cognito(
            practice,
            "update_managed_login_branding",
            UserPoolId=client["UserPoolId"],
            ManagedLoginBrandingId=look["ManagedLoginBrandingId"],
            UseCognitoProvidedValues=False,
            **branding(known["name"], known["accent_colour"]),
        )
        say(f"The pages of signing in have the name {known['name']} and the colour {known['accent_colour']}")


def _signed_in(practice: Practice, address: str, *, with_app: bool) -> dict[str, str]:
    """The tokens. Who has a second factor can't sign in by a mailed code: Cognito knows no factor beside that."""
    chosen = {"PREFERRED_CHALLENGE": "EMAIL_OTP"}
    if with_app:
        password = typer.prompt(f"The password of {address}", err=True, hide_input=True)
        chosen = {"PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": password}
    asked = _call(practice, "initiate_auth", AuthFlow="USER_AUTH", AuthParameters={"USERNAME": address, **chosen})
    challenge = "SOFTWARE_TOKEN_MFA" if with_app else "EMAIL_OTP"
    if asked.get("ChallengeName") != challenge:
        raise OperatorError(
            f"{address} has no authenticator app: bookingctl login second-factor"
            if with_app
            else f"{address} signs in by password and authenticator app: --with-app",
            EXIT_FAILED_AGAIN,
        )
    code = typer.prompt("The code that the app shows" if with_app else f"The code that was sent to {address}", err=True)
    answer = _call(
        practice,
        "respond_to_auth_challenge",
        ChallengeName=challenge,
        Session=asked["Session"],
        ChallengeResponses={"USERNAME": address, f"{challenge}_CODE": code.strip()},
    )
    return dict(answer["AuthenticationResult"])


def _call(practice: Practice, name: str, **parameters: Any) -> dict[str, Any]:
    return _cognito(practice, name, ClientId=practice.aws.output("UserPoolClientId"), **parameters)


def _cognito(practice: Practice, name: str, **parameters: Any) -> dict[str, Any]:
    with translated():
        return dict(getattr(practice.aws.client("cognito-idp"), name)(**parameters))
