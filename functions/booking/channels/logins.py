"""Logins in Cognito: made by invitation, without a password (https://docs.aws.amazon.com/cognito/latest/developerguide/).

``AdminCreateUser`` without a temporary password makes a user who is confirmed, has none, and signs in by codes that are
sent to the address: who can't read its mail has no login, so the address may be taken for verified from the beginning.
"""

import secrets
from functools import cached_property
from typing import Any

from booking.channels.aws import client, provider
from booking.codes import STAFF, Group, Language

ANSWER_SECONDS = 8
"""Cognito asks two of our functions meanwhile, and they may have to start."""


class CognitoLogins:
    """See ``ports.Logins``."""

    def __init__(self, pool_id: str, cognito: Any = None, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._pool_id, self._given_cognito, self._answer_seconds = pool_id, cognito, answer_seconds

    @cached_property
    def _cognito(self) -> Any:
        return self._given_cognito or client("cognito-idp", self._answer_seconds)

    def invite(self, address: str, group: Group, language: Language) -> str | None:
        known = {"UserPoolId": self._pool_id, "Username": address}
        exceptions = self._cognito.exceptions
        with provider("Cognito"):
            try:
                made = self._create(known, language)
            except exceptions.UsernameExistsException:
                there = self._cognito.admin_get_user(**known)
                if there["UserStatus"] == "UNCONFIRMED":  # whoever began it has proven nothing, and chosen a password
                    self._cognito.admin_delete_user(**known)
                    made = self._create(known, language)
                elif _is_theirs(there, address):
                    made = _attributes(there["UserAttributes"])
                else:
                    return None
            self._cognito.admin_add_user_to_group(**known, GroupName=group)
        return made["sub"]

    def delete(self, sub: str) -> None:
        with provider("Cognito"):
            try:
                # Where people sign in by their address, the sub is the user's name
                # (https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDeleteUser.html).
                known = {"UserPoolId": self._pool_id, "Username": sub}
                groups = {each["GroupName"] for each in self._cognito.admin_list_groups_for_user(**known)["Groups"]}
                if not groups & STAFF:
                    self._cognito.admin_delete_user(**known)
            except self._cognito.exceptions.UserNotFoundException:
                return  # an operator was quicker

    def forget_password(self, user_name: str) -> None:
        unknown = f"{secrets.token_urlsafe(48)}aA1-"  # and of every kind that a pool may ask for
        with provider("Cognito"):
            self._cognito.admin_set_user_password(
                UserPoolId=self._pool_id, Username=user_name, Password=unknown, Permanent=True
            )
            # And whoever got in with it in between is out as soon as their token ends.
            self._cognito.admin_user_global_sign_out(UserPoolId=self._pool_id, Username=user_name)

    def has_second_factor(self, user_name: str) -> bool:
        with provider("Cognito"):
            user = self._cognito.admin_get_user(UserPoolId=self._pool_id, Username=user_name)
        return "SOFTWARE_TOKEN_MFA" in user.get("UserMFASettingList", [])

    def _create(self, known: dict[str, str], language: Language) -> dict[str, str]:
        made = self._cognito.admin_create_user(
            **known,
            UserAttributes=[
                {"Name": "email", "Value": known["Username"]},
                {"Name": "email_verified", "Value": "true"},
                {"Name": "locale", "Value": language},
            ],
            DesiredDeliveryMediums=["EMAIL"],
        )
        return _attributes(made["User"]["Attributes"])


def _is_theirs(user: dict[str, Any], address: str) -> bool:
    """Whether whoever has the login has proven that the address is theirs, and may sign in."""
    attributes = _attributes(user["UserAttributes"])
    return (
        user["Enabled"]
        and attributes.get("email_verified") == "true"
        and attributes.get("email", "").lower() == address.lower()
    )


def _attributes(given: list[dict[str, str]]) -> dict[str, str]:
    return {each["Name"]: each["Value"] for each in given}
