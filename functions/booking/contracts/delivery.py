"""What providers report of messages they took. The rules in template.yaml leave out everything but this."""

from uuid import UUID

from pydantic import AwareDatetime

from booking.contracts.base import Contract
from booking.model import DeliveryReport


class Delivered(Contract):
    """One report: of which message, what, and when the provider saw it."""

    notification_id: UUID
    delivery: DeliveryReport
    at: AwareDatetime
