"""Invitations; and what Cognito tells our triggers, of which only what is used is read."""

from datetime import datetime
from uuid import UUID

from pydantic import Field, field_validator

from booking.codes import Language
from booking.contracts.base import Answer, Part


class LoginAttributes(Part):
    """What Cognito knows of somebody."""

    sub: str = ""
    email: str = ""
    locale: str = ""  # a language tag, as they or their browser put it


class GroupConfiguration(Part):
    """The groups that Cognito would put into a token."""

    names: list[str] = Field([], alias="groupsToOverride")


class TriggerRequest(Part):
    user_attributes: LoginAttributes = Field(default_factory=LoginAttributes, alias="userAttributes")
    groups: GroupConfiguration = Field(default_factory=GroupConfiguration, alias="groupConfiguration")
    client_metadata: dict[str, str] = Field({}, alias="clientMetadata")  # what the page that asks says
    code_parameter: str = Field("", alias="codeParameter")  # where the code goes
    username_parameter: str = Field("", alias="usernameParameter")  # where the login's name goes

    @field_validator("client_metadata", "code_parameter", "username_parameter", mode="before")
    @classmethod
    def _absent(cls, value: object, info: object) -> object:
        if value is None:
            return {} if getattr(info, "field_name", "") == "client_metadata" else ""
        return value


class TriggerEvent(Part):
    """An event of the user pool: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html."""

    source: str = Field(alias="triggerSource")
    pool_id: str = Field("", alias="userPoolId")
    user_name: str = Field("", alias="userName")
    request: TriggerRequest

    @property
    def language(self) -> Language | None:
        """The language somebody asks for, or None for one we do not have."""
        asked = self.request.client_metadata.get("language") or self.request.user_attributes.locale
        tag = asked.replace("_", "-").split("-")[0].lower()
        return next((each for each in Language if each == tag), None)


class InvitationAnswer(Answer):
    """Who was invited, and where the invitation went."""

    id: UUID
    address: str
    invited_at: datetime
