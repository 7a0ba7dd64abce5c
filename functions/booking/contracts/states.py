"""Parts of several answers: local times, messages, what needs a person. Apart, for a step needs no whole answer."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Self

from pydantic import Field
from typing_extensions import TypedDict  # pydantic asks for this one before Python 3.12

from booking.codes import Channel, DeliveryReport, NotificationStatus, Recipient
from booking.contracts.base import Answer
from booking.model import Notification


class LocalTimes(TypedDict):
    """The session in the therapist's wall-clock time. A dictionary: slots are printed by the thousand."""

    time_zone: Annotated[str, Field(description="IANA name")]
    starts_at: datetime
    ends_at: datetime | None


class NotificationState(Answer):
    event: str
    recipient: Recipient
    channel: Channel
    status: NotificationStatus
    attempts: int
    delivery: DeliveryReport | None = None  # for staff

    @classmethod
    def of(cls, notifications: Iterable[Notification], *, with_delivery: bool) -> list[Self]:
        return [
            cls(
                event=each.event,
                recipient=each.recipient,
                channel=each.channel,
                status=each.status,
                attempts=each.attempts,
                delivery=each.delivery if with_delivery else None,
            )
            for each in notifications
        ]


class AttentionState(Answer):
    """For staff: the workflow has failed, and a person must look."""

    status: Annotated[str, Field(description="The execution's")]
    error: str | None
    since: datetime
