"""The steps of the workflow: what each is given, and what it decides. Ids, times, outcomes and reasons only."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, ConfigDict, Field

from booking.codes import (
    Awaits,
    Channel,
    Group,
    Language,
    OnConflict,
    Outcome,
    PaymentPurpose,
    ReasonCode,
    Recipient,
)
from booking.contracts.base import BookingId, Contract
from booking.model import BookingRequest, Notification, Reason, Requester, RequestText, Session, SubmittedRequest


def _groups(value: Any) -> Any:
    """API Gateway renders a list-valued claim as text: ``client``, ``client,operator`` or ``[client operator]``."""
    if isinstance(value, str):
        named = set(re.split(r"[\s,\[\]]+", value))
        return [group for group in Group if group in named]
    return value


class RequestedBy(Contract):
    """Who asks: the JWT's ``sub`` and ``cognito:groups``. Groups that are not ours are left out; who is in none is a
    client: whoever signs up is put into no group.
    """

    sub: Annotated[str, Field(min_length=1, max_length=128)]
    groups: Annotated[list[Group], BeforeValidator(_groups)]

    def to_requester(self) -> Requester:
        return Requester(self.sub, frozenset(self.groups or [Group.CLIENT]))


StartText = Annotated[
    str,
    Field(
        max_length=40,
        description="RFC 3339 with an offset",
        examples=["2027-03-01T10:00:00+01:00"],
        json_schema_extra={
            "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?"
            r"(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])$"
        },
    ),
]
"""RFC 3339 by its looks, as the gateway checks it; whether that day exists is a rule."""

RecurrenceText = Annotated[
    str,
    Field(
        max_length=200,
        json_schema_extra={
            "allOf": [
                {"pattern": "^(RRULE:)?[A-Z]+=[A-Z0-9,+-]+(;[A-Z]+=[A-Z0-9,+-]+)*$"},
                {"pattern": "(^|[:;])FREQ=(WEEKLY|MONTHLY)(;|$)"},
                {"pattern": "(^|[:;])(COUNT=([1-9]|[1-4][0-9]|5[0-2])|UNTIL=[0-9]{8}(T[0-9]{6}Z?)?)(;|$)"},
            ]
        },
    ),
]
"""RFC 5545 by its looks, as the gateway checks it; the rest are rules."""


def _each_once(codes: list[ReasonCode]) -> list[ReasonCode]:
    """So that the same overrides are the same request, in whatever order they were named."""
    return sorted(set(codes))


Overrides = Annotated[
    list[
        Literal[
            ReasonCode.STARTS_AT_OFF_THE_GRID,
            ReasonCode.STARTS_IN_THE_PAST,
            ReasonCode.NOTICE_TOO_SHORT,
            ReasonCode.BEYOND_BOOKING_WINDOW,
            ReasonCode.OUTSIDE_AVAILABILITY,
            ReasonCode.PRACTICE_CLOSED,
            ReasonCode.THERAPIST_AWAY,
            ReasonCode.DAY_FULL,
        ]
    ],
    Field(min_length=1, max_length=10),
    AfterValidator(_each_once),
]
"""Rules that who keeps the calendar may set aside. Never that somebody sits there: the database holds to that."""


class RequestBody(Contract):
    """The body of ``POST /v1/bookings``."""

    model_config = ConfigDict(title="BookingRequest")

    therapist_id: Annotated[
        UUID | None,
        Field(
            description="A UUID. Without it you book with whoever is free of those who offer the service: who has the "
            "fewest sessions that day. A series names its therapist."
        ),
    ] = None
    service_id: Annotated[UUID, Field(description="A UUID")]
    client_id: Annotated[
        UUID | None, Field(description="A UUID; for staff who book for someone. Without it you book for yourself.")
    ] = None
    starts_at: StartText
    recurrence: Annotated[
        RecurrenceText | None,
        Field(
            description="Makes it a series: an RFC 5545 rule, FREQ=WEEKLY (with BYDAY=MO,TH) or FREQ=MONTHLY with "
            "BYDAY=2TU or -1FR; INTERVAL; and COUNT up to 52 or UNTIL. Expanded in the therapist's wall-clock time. "
            "Follow /v1/series/{id}.",
            examples=["FREQ=WEEKLY;COUNT=10"],
        ),
    ] = None
    on_conflict: Annotated[
        OnConflict | None,
        Field(description="What becomes of a series of which a session can't be booked; reject is all or nothing"),
    ] = None
    override: Annotated[
        Overrides | None,
        Field(
            description="For who keeps the calendar (its therapist, operators): rules to set aside. What was needed of "
            "it is recorded. starts_in_the_past enters a session that has been, up to 366 days ago; nobody is told."
        ),
    ] = None

    def to_request(self) -> BookingRequest:
        return BookingRequest(
            therapist_id=self.therapist_id,
            service_id=self.service_id,
            client_id=self.client_id,
            starts_at=instant_of(self.starts_at),
            recurrence=self.recurrence,
            on_conflict=self.on_conflict or OnConflict.REJECT,
            overrides=frozenset(self.override or ()),
        )

    def as_text(self) -> RequestText:
        """What was asked, for the record: the same request always gives the same text."""
        return self.model_dump(mode="json", exclude_none=True)


def instant_of(text: str) -> datetime | None:
    """The instant (UTC) that an RFC 3339 text names, or None when it names none that exists."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    # The first and the last year have instants that other time zones can't express.
    return instant.astimezone(UTC) if instant.tzinfo is not None and 1 < instant.year < 9999 else None


class ValidateRequestInput(Contract):
    booking_id: BookingId
    requested_by: RequestedBy
    request: RequestBody
    requested_at: AwareDatetime


class ReasonContract(Contract):
    code: ReasonCode
    message: str

    @classmethod
    def of(cls, reasons: Iterable[Reason]) -> list[Self]:
        return [cls(code=reason.code, message=reason.message) for reason in reasons]

    def to_reason(self) -> Reason:
        return Reason(self.code, self.message)


class SessionContract(Contract):
    """One session of a request, in transit: ids and instants (UTC) only. A single booking is a series of one.

    ``reasons``: why it can't be booked; empty, as long as it can. Its number in its series is its place in the list.
    """

    booking_id: BookingId
    therapist_id: UUID
    service_id: UUID
    client_id: UUID
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    occupied_from: AwareDatetime
    occupied_until: AwareDatetime
    day: date
    reasons: list[ReasonContract] = []
    overridden: list[ReasonCode] = []

    @classmethod
    def of(cls, sessions: Iterable[Session]) -> list[Self]:
        return [
            cls(
                booking_id=each.booking_id,
                therapist_id=each.therapist_id,
                service_id=each.service_id,
                client_id=each.client_id,
                starts_at=each.starts_at,
                ends_at=each.ends_at,
                occupied_from=each.occupied_from,
                occupied_until=each.occupied_until,
                day=each.day,
                reasons=ReasonContract.of(each.reasons),
                overridden=list(each.overridden),
            )
            for each in sessions
        ]

    def to_session(self, occurrence: int | None) -> Session:
        return Session(
            booking_id=self.booking_id,
            occurrence=occurrence,
            therapist_id=self.therapist_id,
            service_id=self.service_id,
            client_id=self.client_id,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            occupied_from=self.occupied_from,
            occupied_until=self.occupied_until,
            day=self.day,
            reasons=tuple(reason.to_reason() for reason in self.reasons),
            overridden=tuple(self.overridden),
        )


class NotificationContract(Contract):
    """A notification that the workflow is to deliver."""

    notification_id: UUID
    recipient: Recipient
    channel: Channel

    @classmethod
    def of(cls, notifications: Iterable[Notification]) -> list[Self]:
        return [
            cls(notification_id=each.notification_id, recipient=each.recipient, channel=each.channel)
            for each in notifications
        ]


class Decision(Contract):
    """What a step decided. Each replaces ``$.decision``, in one shape; it may add what only the next step reads."""

    outcome: Outcome
    reasons: list[ReasonContract] = []
    sessions: list[SessionContract] = []
    notifications: list[NotificationContract] = []


class HoldContract(Contract):
    """What a held booking waits for, in transit. ``amount`` in the currency's smallest unit; 0 for a card that is kept.

    ``wait_seconds``: from when the hold began until it ends.
    """

    awaits: Awaits
    until: AwareDatetime
    wait_seconds: Annotated[int, Field(ge=1)]
    key: str
    purpose: PaymentPurpose
    amount: int
    currency: str
    language: Language


class HoldDecision(Decision):
    """A decision after which the booking may wait on: then ``hold`` says for what."""

    hold: HoldContract | None = None


class Validated(Decision):
    """What ValidateRequest decides, and by which versions of therapist, client and service; none if one is missing."""

    outcome: Literal[Outcome.VALID, Outcome.INVALID]
    versions: list[int] = []


class Reserved(HoldDecision):
    """What ReserveSlot decides."""

    outcome: Literal[
        Outcome.RESERVED,
        Outcome.AWAITS_APPROVAL,
        Outcome.AWAITS_PAYMENT,
        Outcome.INVALID,
        Outcome.SLOT_TAKEN,
        Outcome.CLIENT_BUSY,
        Outcome.THERAPIST_AWAY,
        Outcome.DAY_FULL,
        Outcome.TOO_MANY_SESSIONS,
        Outcome.TOO_MANY_REQUESTS,
        Outcome.KEY_CONFLICT,
        Outcome.CANCELLED,
    ]


class Rejected(Decision):
    """What RejectBooking decides."""

    outcome: Literal[Outcome.REJECTED]


class JudgedRequest(Contract):
    """A request with its sessions, as ValidateRequest has judged them."""

    booking_id: BookingId
    requested_by: RequestedBy
    request: RequestBody
    sessions: list[SessionContract]
    execution: str

    def to_submitted(self) -> SubmittedRequest:
        return SubmittedRequest(self.booking_id, self.request.as_text(), self.requested_by.sub, self.execution)

    def to_sessions(self) -> list[Session]:
        """The sessions, numbered if they are a series."""
        is_series = self.request.recurrence is not None
        return [each.to_session(number if is_series else None) for number, each in enumerate(self.sessions, 1)]


class ReserveSlotInput(JudgedRequest):
    """``requested_at`` and ``versions`` are missing in executions that began with the release before."""

    requested_at: AwareDatetime | None = None
    versions: list[int] = []


class RejectBookingInput(JudgedRequest):
    outcome: Outcome
    reasons: list[ReasonContract]
