"""API Gateway and Cognito, as far as bookingctl speaks to them: doubles of boto3's clients."""

from datetime import UTC, datetime
from typing import Any


class FakeGateway:
    """API Gateway with one key, of a site."""

    def __init__(self) -> None:
        self.keys = {"k-1": {"id": "k-1", "name": "site", "createdDate": datetime(2027, 1, 1, tzinfo=UTC)}}

    def get_paginator(self, name: str) -> Any:
        return self

    def paginate(self, **_: Any) -> list[dict[str, Any]]:
        return [{"items": list(self.keys.values())}]

    def create_api_key(self, name: str, enabled: bool) -> dict[str, Any]:
        made = {"id": f"k-{len(self.keys) + 1}", "name": name, "createdDate": datetime(2027, 2, 1, tzinfo=UTC)}
        self.keys[str(made["id"])] = made
        return {**made, "value": "shown-once"}

    def get_api_key(self, apiKey: str, includeValue: bool) -> dict[str, Any]:  # noqa: N803
        assert includeValue
        return {"id": apiKey, "value": "the-sites"}

    def create_usage_plan_key(self, **_: Any) -> None:
        """It is in the plan already: there is but one."""

    def delete_usage_plan_key(self, **_: Any) -> None:
        """It goes with the key."""

    def delete_api_key(self, apiKey: str) -> None:  # noqa: N803
        del self.keys[apiKey]


class FakeCognito:
    """A user pool that takes everybody."""

    class exceptions:  # noqa: N801  # as boto3 calls it
        class UsernameExistsException(Exception):
            """Nobody is there yet."""

    def list_users(self, **_: Any) -> dict[str, Any]:
        return {"Users": []}

    def admin_create_user(self, **_: Any) -> dict[str, Any]:
        return {"User": {"Attributes": [{"Name": "sub", "Value": "5f0c2a3e-7d1b-4c55-9a53-0e1f6a0b7c11"}]}}

    def admin_add_user_to_group(self, **_: Any) -> None:
        """Whatever the group."""

    def initiate_auth(self, AuthParameters: dict[str, str], **_: Any) -> dict[str, Any]:  # noqa: N803  # boto3's name
        by_password = AuthParameters["PREFERRED_CHALLENGE"] == "PASSWORD"
        return {"Session": "session", "ChallengeName": "SOFTWARE_TOKEN_MFA" if by_password else "EMAIL_OTP"}

    def associate_software_token(self, **_: Any) -> dict[str, Any]:
        return {"SecretCode": "THESECRETOFTHEAPP"}

    def describe_managed_login_branding_by_client(self, **_: Any) -> dict[str, Any]:
        return {"ManagedLoginBranding": {"ManagedLoginBrandingId": "ef1bb4d9-a28f-4dc6-94c6-49a605de6a6a"}}

    def update_managed_login_branding(self, **_: Any) -> dict[str, Any]:
        return {}

    def verify_software_token(self, **_: Any) -> dict[str, Any]:
        return {"Status": "SUCCESS"}

    def forgot_password(self, **_: Any) -> dict[str, Any]:
        return {}

    def confirm_forgot_password(self, **_: Any) -> dict[str, Any]:
        return {}

    def set_user_mfa_preference(self, **_: Any) -> dict[str, Any]:
        return {}

    def respond_to_auth_challenge(self, **_: Any) -> dict[str, Any]:
        return {"AuthenticationResult": {"IdToken": "a.token.of-an-hour", "AccessToken": "another"}}
