"""What a booking is. Standard library only; its words are used everywhere else, and its codes are in ``codes.py``.

All datetimes are aware; instants are UTC unless a name says ``local``.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from booking.codes import (
    Channel,
    DeliveryReport,
    Group,
    Held,
    NotificationEvent,
    NotificationStatus,
    OnConflict,
    ReasonCode,
    Recipient,
)

Span = tuple[datetime, datetime]
"""From a start up to, and without, an end."""


UNANSWERED_OFFERS_MAX = 3
"""After so many unanswered offers in a row a client is asked no more, until they say that they still wait."""


class Reason(NamedTuple):
    """One reason of a rejection: a stable code and a sentence for people."""

    code: ReasonCode
    message: str


class Requester(NamedTuple):
    """Who asks: the ``sub`` and groups of the JWT.

    ``address`` is the login's e-mail address, if its owner has shown that it is theirs. It is personal: never log it.
    """

    sub: str
    groups: frozenset[Group]
    address: str | None = None

    def is_in(self, group: Group) -> bool:
        return group in self.groups


class BookingRequest(NamedTuple):
    """What was asked, as it was asked. ``client_id`` is None when the requester books for themselves.

    ``therapist_id`` None: whoever is free.
    """

    therapist_id: UUID | None
    service_id: UUID
    client_id: UUID | None
    starts_at: datetime | None  # None: the text named no instant that exists
    recurrence: str | None = None  # an RFC 5545 rule
    on_conflict: OnConflict = OnConflict.REJECT
    overrides: frozenset[ReasonCode] = frozenset()  # rules that who keeps the calendar sets aside


class Therapist(NamedTuple):
    id: UUID
    user_sub: str | None
    zone: ZoneInfo
    active: bool
    minimum_notice: timedelta
    booking_window: timedelta
    max_sessions_per_day: int | None = None


class Service(NamedTuple):
    id: UUID
    active: bool
    duration: timedelta
    buffer_before: timedelta
    buffer_after: timedelta
    start_grid: timedelta = timedelta(minutes=15)


class Client(NamedTuple):
    id: UUID
    user_sub: str | None
    active: bool


class WorkingHours(NamedTuple):
    """One span of one weekday, in minutes after its midnight on the therapist's wall clock; over 1440: the day after.

    ``valid_from`` and ``valid_until`` are the first and the last day on which it may start.
    """

    weekday: int  # ISO: Monday is 1
    opens: int
    closes: int
    valid_from: date | None = None
    valid_until: date | None = None

    def starts_on(self, day: date) -> bool:
        return (
            day.isoweekday() == self.weekday
            and (self.valid_from is None or self.valid_from <= day)
            and (self.valid_until is None or day <= self.valid_until)
        )


class Availability(NamedTuple):
    """When a therapist works: weekly hours, and dated exceptions to them. Time off wins over extra hours.

    On ``closed_days`` the practice is closed: on these local dates of the therapist nobody works.
    """

    weekly: tuple[WorkingHours, ...] = ()
    extra_hours: tuple[Span, ...] = ()
    time_off: tuple[Span, ...] = ()
    closed_days: tuple[date, ...] = ()


class Taken(NamedTuple):
    """What bookings take of a therapist's calendar."""

    occupied: tuple[Span, ...] = ()  # in order, apart: the exclusion constraint sees to it
    sessions_on: Mapping[date, int] = MappingProxyType({})  # by the therapist's local day


class Calendar(NamedTuple):
    """All that decides which starts of a service are free with a therapist."""

    therapist: Therapist
    service: Service
    availability: Availability
    taken: Taken


class Facts(NamedTuple):
    """What the database knows about a request. None: there is no such row."""

    therapist: Therapist | None
    service: Service | None
    client: Client | None
    service_offered: bool
    availability: Availability
    versions: tuple[int, ...] = ()  # of therapist, client and service; empty when one of them does not exist


class Session(NamedTuple):
    """One session of a request, or of a booking. ``occupied_*`` add the buffers to what the client sees."""

    booking_id: str
    occurrence: int | None  # its number in its series, from 1; None: it is no series
    therapist_id: UUID
    service_id: UUID
    client_id: UUID
    starts_at: datetime
    ends_at: datetime
    occupied_from: datetime
    occupied_until: datetime
    day: date  # the therapist's local day it starts on
    reasons: tuple[Reason, ...] = ()  # why it can't be booked; empty, as long as it can
    overridden: tuple[ReasonCode, ...] = ()  # what would have been against it, and was set aside


class Notification(NamedTuple):
    """A row of the ledger: whom a message is for, on which channel, about what, and what became of it."""

    notification_id: UUID
    event: NotificationEvent
    recipient: Recipient
    channel: Channel
    status: NotificationStatus = NotificationStatus.QUEUED
    attempts: int = 0
    delivery: DeliveryReport | None = None  # what the provider says became of it


class Parties(NamedTuple):
    """Whose a booking is now: the subs of its client and of its therapist, None where there is no login."""

    client_sub: str | None
    therapist_sub: str | None


class Place(NamedTuple):
    """Where a session is held: what its way of being held needs, and nothing else."""

    held: Held
    room: str | None
    address: str | None
    video_link: str | None


RequestText = dict[str, Any]
"""A request as the caller wrote it, without what was left out."""


class SubmittedRequest(NamedTuple):
    """A request as it was submitted, for the record: under which id, in whose name, in which execution."""

    booking_id: str
    text: RequestText
    requested_by: str  # a sub
    execution: str

    @property
    def series_id(self) -> str | None:
        return self.booking_id if "recurrence" in self.text else None


class SubmittedChange(NamedTuple):
    """A change as it was submitted, for the record. ``kind``: cancellation or rescheduling."""

    change_id: str
    kind: str
    booking_id: str
    text: RequestText
    requested_by: str  # a sub
    execution: str


class Obstacles(NamedTuple):
    """What stands in the way of a session."""

    id_taken: bool
    therapist_busy: bool
    client_busy: bool
    therapist_away: bool
    day_full: bool
    limit_met: ReasonCode | None = None  # of the practice, by who asks
