"""A new password for who has forgotten theirs: by a code to an address that is proven."""

from typing import Any

from ministack.services import cognito

from local.logins import codes
from local.logins.pool import Refused, attributes_of, of_client, user_named


def forgot_password(data: dict[str, Any]) -> dict[str, Any]:
    pool, _ = of_client(data)
    name = data.get("Username") or ""
    user = user_named(pool, name)
    if user is not None:
        if attributes_of(user).get("email_verified") != "true":
            raise Refused(
                "InvalidParameterException",
                "Cannot reset password for the user as there is no registered/verified email or phone_number",
            )
        codes.send(pool, user, "ForgotPassword", codes.HOUR, metadata=data.get("ClientMetadata"))
    return {"CodeDeliveryDetails": codes.delivery(name)}


def confirm_forgot_password(data: dict[str, Any]) -> dict[str, Any]:
    pool, _ = of_client(data)
    user, password = user_named(pool, data.get("Username")), data.get("Password") or ""
    if user is None:
        raise Refused("CodeMismatchException", "Invalid verification code provided, please try again.")
    wrong = cognito._password_policy_errors(pool, password)
    if wrong:
        raise Refused("InvalidPasswordException", "Password did not conform with policy: " + "; ".join(wrong))
    codes.check(user, ("ForgotPassword",), data.get("ConfirmationCode"))
    user["_password"], user["UserStatus"] = password, "CONFIRMED"
    return {}


CALLS = {"ForgotPassword": forgot_password, "ConfirmForgotPassword": confirm_forgot_password}
