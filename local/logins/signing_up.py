"""Coming by oneself, and being invited."""

import secrets
from typing import Any

from ministack.services import cognito

from local.logins import codes
from local.logins.pool import (
    Refused,
    User,
    ask,
    attributes_of,
    demand_writable,
    of_client,
    only_staff_make_users,
    put_attributes,
    user_named,
    without_passwords,
)
from local.places import KEPT_SUB


def sign_up(data: dict[str, Any]) -> dict[str, Any]:
    pool, client = of_client(data)
    if only_staff_make_users(pool):
        raise Refused("NotAuthorizedException", "SignUp is not permitted for this user pool")
    given = cognito._attr_list_to_dict(data.get("UserAttributes") or [])
    demand_writable(client, given)
    name, password = data.get("Username") or "", data.get("Password")
    _demand_new(pool, name, given)
    if password or not without_passwords(pool):
        _demand_good(pool, password or "")
    attributes = {**given, "email": name, "sub": cognito.new_uuid(), "email_verified": "false"}
    metadata = data.get("ClientMetadata")
    told = {**attributes}
    del told["email_verified"]
    ask(pool, "PreSignUp", "PreSignUp_SignUp", told, validationData=None, clientMetadata=metadata)
    user = _add(pool, attributes, password, "UNCONFIRMED")
    codes.send(pool, user, "SignUp", codes.DAY, metadata=metadata)
    return {"UserConfirmed": False, "UserSub": attributes["sub"], "CodeDeliveryDetails": codes.delivery(name)}


def confirm_sign_up(data: dict[str, Any]) -> dict[str, Any]:
    pool, _ = of_client(data)
    user = user_named(pool, data.get("Username"))
    if user is None:  # nobody learns that there is no such user
        raise Refused("CodeMismatchException", "Invalid verification code provided, please try again.")
    if user["UserStatus"] != "UNCONFIRMED":
        status = user["UserStatus"]
        raise Refused("NotAuthorizedException", f"User cannot be confirmed. Current status is {status}")
    codes.check(user, ("SignUp", "ResendCode"), data.get("ConfirmationCode"))
    user["UserStatus"] = "CONFIRMED"
    put_attributes(user, email_verified="true")
    ask(pool, "PostConfirmation", "PostConfirmation_ConfirmSignUp", attributes_of(user))
    return {}


def resend_confirmation_code(data: dict[str, Any]) -> dict[str, Any]:
    pool, _ = of_client(data)
    name = data.get("Username") or ""
    user = user_named(pool, name)
    if user is not None:
        if user["UserStatus"] != "UNCONFIRMED":
            raise Refused("InvalidParameterException", "User is already confirmed.")
        codes.send(pool, user, "ResendCode", codes.DAY, metadata=data.get("ClientMetadata"))
    return {"CodeDeliveryDetails": codes.delivery(name)}


def admin_create_user(data: dict[str, Any]) -> Any:
    """Without a temporary password, where codes are enough: a user who has none, and is confirmed."""
    pool, error = cognito._resolve_pool(data.get("UserPoolId"))
    if error is not None:
        return error
    if "email" not in (pool.get("UsernameAttributes") or []):  # another pool than the template's
        return cognito._admin_create_user(data)
    name, given = data.get("Username") or "", cognito._attr_list_to_dict(data.get("UserAttributes") or [])
    action, password = data.get("MessageAction"), data.get("TemporaryPassword")
    if action == "RESEND":
        known = user_named(pool, name)
        if known is None:
            raise Refused("UserNotFoundException", "User does not exist.")
        if known["UserStatus"] != "FORCE_CHANGE_PASSWORD":
            raise Refused("UnsupportedUserStateException", "User is in an unsupported state.")
        return cognito._admin_create_user(data)
    _demand_new(pool, name, given)
    if password:
        _demand_good(pool, password)
    sub = (data.get("ClientMetadata") or {}).get(KEPT_SUB) or cognito.new_uuid()
    attributes = {"email_verified": "false", **given, "email": name, "sub": sub}
    ask(pool, "PreSignUp", "PreSignUp_AdminCreateUser", attributes, validationData=None)
    status = "FORCE_CHANGE_PASSWORD"
    if not password and without_passwords(pool):
        status = "CONFIRMED"
    elif not password:
        password = cognito._generate_temp_password()
    said = {} if action == "SUPPRESS" else _invitation(pool, attributes, has_password=status != "CONFIRMED")
    user = _add(pool, attributes, password, status)
    if said:
        body = said["emailMessage"].replace("{username}", name).replace("{####}", password or "")
        cognito._deliver_cognito_email(pool, name, said["emailSubject"], body, type_name="CognitoAdminCreateUser")
    return {"User": cognito._user_out(user)}


def _invitation(pool: Any, attributes: dict[str, str], *, has_password: bool) -> dict[str, str]:
    """The words, with the places that Cognito asks for: the name's, and that of a password if there is one."""
    said = ask(
        pool,
        "CustomMessage",
        "CustomMessage_AdminCreateUser",
        attributes,
        codeParameter="{####}",
        usernameParameter="{username}",
    )
    body = said.get("emailMessage") or cognito._DEFAULT_INVITE_MESSAGE
    if "{username}" not in body or (has_password and "{####}" not in body):
        raise Refused("InvalidLambdaResponseException", "The message has no place for the name or the password.")
    return {"emailSubject": said.get("emailSubject") or cognito._DEFAULT_INVITE_SUBJECT, "emailMessage": body}


def _demand_new(pool: Any, name: str, given: dict[str, str]) -> None:
    wrong = cognito._new_user_error(pool, name, given)
    if wrong is not None:
        raise Refused("InvalidParameterException", "Username should be an email.")
    if user_named(pool, name) is not None:
        raise Refused("UsernameExistsException", "User already exists")


def _demand_good(pool: Any, password: str) -> None:
    wrong = cognito._password_policy_errors(pool, password)
    if wrong:
        raise Refused("InvalidPasswordException", "Password did not conform with policy: " + "; ".join(wrong))


def _add(pool: Any, attributes: dict[str, str], password: str | None, status: str) -> User:
    now = cognito._now_epoch()
    user = {
        "Username": attributes["sub"],
        "Attributes": cognito._dict_to_attr_list(attributes),
        "UserCreateDate": now,
        "UserLastModifiedDate": now,
        "Enabled": True,
        "UserStatus": status,
        "MFAOptions": [],
        # the emulator takes any password for that of a user without one
        "_password": password or secrets.token_urlsafe(32),
        "_groups": [],
        "_tokens": [],
    }
    pool["_users"][user["Username"]] = user
    pool["EstimatedNumberOfUsers"] = len(pool["_users"])
    return user


def address_of(user: User) -> str:
    return attributes_of(user)["email"]


CALLS = {
    "SignUp": sign_up,
    "ConfirmSignUp": confirm_sign_up,
    "ResendConfirmationCode": resend_confirmation_code,
    "AdminCreateUser": admin_create_user,
}
