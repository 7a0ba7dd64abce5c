"""What providers report of messages they took. The rules in template.yaml leave out everything but this."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import AwareDatetime, Field, model_validator

from booking.codes import DeliveryReport
from booking.contracts.base import Contract


class Delivered(Contract):
    """One report: of which message, what, and when the provider saw it.

    SES brings our own id back; texts are known by the id their provider gave them.
    """

    notification_id: UUID | None = None
    provider_message_id: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    delivery: DeliveryReport
    at: AwareDatetime

    @model_validator(mode="after")
    def _of_one_message(self) -> Self:
        if (self.notification_id is None) == (self.provider_message_id is None):
            raise ValueError("one of notification_id and provider_message_id")
        return self
