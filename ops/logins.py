"""``bookingctl login``: the practice's first logins. Everyone else is invited by a call of the API, by who has one."""

from typing import Annotated, Any

import typer

from booking.channels.logins import CognitoLogins
from booking.codes import Group, Language
from booking.errors import ProviderRefused, ProviderUnavailable
from ops.output import console, one_line
from ops.practice import EXIT_FAILED_AGAIN, OperatorError, Practice, translated

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
        practice = ctx.obj()
        logins = CognitoLogins(practice.output("UserPoolId"), practice.client("cognito-idp"))
        try:
            sub = logins.invite(address, Group.OPERATOR, language)
        except (ProviderUnavailable, ProviderRefused) as error:
            raise OperatorError(f"{error}: try again") from None
        if sub is None:
            raise OperatorError(f"{address} has a login that is disabled or not proven", EXIT_FAILED_AGAIN)
        console.print(f"{address} is an operator: {sub}", markup=False)


@app.command("token")
def token(ctx: typer.Context, address: Address) -> None:
    """Sign in by a code that is mailed to you, and print a token for the API: good for an hour.

    Example: TOKEN=$(bookingctl login token olga@practice.example.com)
    """
    with one_line():
        practice = ctx.obj()
        asked = _call(
            practice,
            "initiate_auth",
            AuthFlow="USER_AUTH",
            AuthParameters={"USERNAME": address, "PREFERRED_CHALLENGE": "EMAIL_OTP"},
        )
        code = typer.prompt(f"The code that was sent to {address}", err=True)
        answer = _call(
            practice,
            "respond_to_auth_challenge",
            ChallengeName="EMAIL_OTP",
            Session=asked["Session"],
            ChallengeResponses={"USERNAME": address, "EMAIL_OTP_CODE": code.strip()},
        )
        print(answer["AuthenticationResult"]["IdToken"])  # noqa: T201  # what was asked for


def _call(practice: Practice, name: str, **parameters: Any) -> dict[str, Any]:
    with translated():
        method = getattr(practice.client("cognito-idp"), name)
        return dict(method(ClientId=practice.output("UserPoolClientId"), **parameters))
