"""The API's answers about bookings. Instants in UTC, beside the therapist's wall-clock time."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from booking.codes import (
    Awaits,
    BookingStatus,
    ChangeCost,
    OnConflict,
)
from booking.contracts.base import Answer
from booking.contracts.holds import HoldState, MinorUnits, PaymentState
from booking.contracts.places import PlaceState
from booking.contracts.queries import Instant, Page, in_order
from booking.contracts.states import AttentionState, LocalTimes, NotificationState
from booking.contracts.steps import ReasonContract
from booking.contracts.words import ChangeReasonState

PriceCents = Annotated[
    int | None,
    Field(
        description="As promised when it was booked, in hundredths of the currency, whatever it counts in; null: none"
    ),
]
Currency = Annotated[str | None, Field(description="ISO 4217")]


class ChangeNowState(Answer):
    """What a change comes to if the reader asks for it now; the practice's limit of changes a day aside."""

    cost: Annotated[
        ChangeCost, Field(description="late: it counts as late_cancelled, for which the practice may charge the price")
    ]
    free_until: Annotated[
        datetime | None,
        Field(description="UTC; until when it is free. null: it is not, or always while allowed"),
    ]
    reason: Annotated[ReasonContract | None, Field(description="Why it is not allowed")]


class CancellationNowState(ChangeNowState):
    """The same of a cancellation, with the money that it comes to."""

    fee: Annotated[int, Field(description="Kept of what was paid, or taken from the card; in the smallest unit")]
    refund: MinorUnits


class ChangesState(Answer):
    """Of a booking that stands, or is not decided yet."""

    cancellation: CancellationNowState
    rescheduling: ChangeNowState


class BookingAnswer(Answer):
    """The body of ``GET /v1/bookings/{id}``."""

    booking_id: str
    status: BookingStatus
    therapist_id: Annotated[UUID | None, Field(description="None: whoever is free was asked for, and nobody has it")]
    service_id: UUID
    client_id: UUID | None
    starts_at: Annotated[datetime | None, Field(description="UTC")]
    ends_at: Annotated[datetime | None, Field(description="UTC")] = None
    local: Annotated[LocalTimes | None, Field(description="In the therapist's wall-clock time")] = None
    price_cents: PriceCents = None
    currency: Currency = None
    hold: Annotated[HoldState | None, Field(description="null: nothing is waited for")] = None
    payment: Annotated[PaymentState | None, Field(description="null: it is no session that was booked")] = None
    reasons: Annotated[list[ReasonContract], Field(description="Of a rejection")] = []
    notifications: list[NotificationState] = []
    changes: Annotated[
        ChangesState | None,
        Field(
            description="What cancelling or moving it comes to now, for the reader; null: it is not decided, or stands "
            "no more"
        ),
    ] = None
    series_id: Annotated[str | None, Field(description="Of a session that belongs to a series")] = None
    note: Annotated[str | None, Field(description="Of who asked for it, or of its client")] = None
    staff_note: Annotated[str | None, Field(description="For who keeps the calendar only")] = None
    reason: Annotated[
        ChangeReasonState | None,
        Field(
            description="Of its cancellation, of a request's being declined, of a payment's being waived; an internal "
            "one for who keeps the calendar only"
        ),
    ] = None
    place: Annotated[PlaceState | None, Field(description="Of a session that was booked")] = None
    calendar_uid: Annotated[
        str | None,
        Field(description="Of its event in calendars, as invitations have it; the sessions of a series share one"),
    ] = None
    attention: Annotated[
        AttentionState | None,
        Field(
            description="For staff only; the workflow has failed, or somebody was reached on no channel, and a person "
            "must look"
        ),
    ] = None


class AcceptedBooking(Answer):
    """What API Gateway answers to a request for a booking."""

    booking_id: str
    status: Literal["pending"]


class BookingSummary(Answer):
    """One booking of a list."""

    booking_id: str
    status: BookingStatus
    therapist_id: UUID
    service_id: UUID
    client_id: UUID
    starts_at: datetime
    ends_at: datetime
    local: LocalTimes
    price_cents: PriceCents
    currency: Currency
    series_id: str | None
    place: PlaceState | None
    hold: HoldState | None
    payment: PaymentState | None


class BookingList(Answer):
    """The body of ``GET /v1/bookings``. ``next`` is the cursor of the following page; None: there is none."""

    bookings: list[BookingSummary]
    next: str | None


class BookingsQuery(Page):
    """The parameters of ``GET /v1/bookings``."""

    therapist_id: Annotated[UUID | None, Field(description="A UUID")] = None
    client_id: Annotated[UUID | None, Field(description="A UUID")] = None
    starts_from: Annotated[Instant | None, Field(alias="from", description="Sessions that start at or after it")] = None
    starts_before: Annotated[Instant | None, Field(alias="to", description="Sessions that start before it")] = None
    status: Annotated[
        Literal[
            BookingStatus.HELD,
            BookingStatus.CONFIRMED,
            BookingStatus.REJECTED,
            BookingStatus.CANCELLED,
            BookingStatus.LATE_CANCELLED,
            BookingStatus.COMPLETED,
            BookingStatus.NO_SHOW,
        ]
        | None,
        Field(description="Only these; cancelled: those that were cancelled in time"),
    ] = None
    awaits: Annotated[
        Awaits | None,
        Field(description="Only those that are held until their therapist has said yes, or until they are paid for"),
    ] = None
    attention: Annotated[
        bool,
        Field(description="For staff: only those of the calendars they keep that need a person; others read none"),
    ] = False

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        return in_order(self, "from", self.starts_from, "to", self.starts_before)


class OccurrenceState(Answer):
    """One session of a series: reserved, or why not, and then the nearest slots that are free now."""

    booking_id: str
    status: BookingStatus
    starts_at: datetime
    ends_at: datetime
    local: LocalTimes
    reasons: list[ReasonContract]
    alternatives: list[datetime]
    payment: PaymentState | None


class SeriesAnswer(Answer):
    """The body of ``GET /v1/series/{id}``. ``reasons`` are those against the series as a whole."""

    series_id: str
    status: BookingStatus
    therapist_id: Annotated[UUID | None, Field(description="None: none was named, and it was rejected for that")]
    service_id: UUID
    client_id: UUID | None
    recurrence: str
    on_conflict: OnConflict
    hold: Annotated[HoldState | None, Field(description="What all of it waits for; null: nothing")] = None
    occurrences: list[OccurrenceState] = []
    reasons: list[ReasonContract] = []
    notifications: list[NotificationState] = []
    attention: AttentionState | None = None


class HealthAnswer(Answer):
    """The body of ``GET /v1/health``."""

    status: Literal["ok", "unavailable"]
    database: Literal["ok", "unreachable", "read_only"]
    schema_state: Annotated[Literal["current", "behind", "missing", "unknown"], Field(serialization_alias="schema")]
