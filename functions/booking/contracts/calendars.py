"""When a therapist works, is away, and is free: bodies, parameters and answers of the calendar calls."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache
from itertools import combinations, pairwise
from typing import Annotated, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import ConfigDict, Field, StringConstraints, field_validator, model_validator
from typing_extensions import TypedDict  # pydantic asks for this one before Python 3.12

from booking.codes import WhyNone
from booking.contracts.base import Answer, Contract
from booking.contracts.queries import Instant, Page, ZoneName, in_order
from booking.model import Span, WorkingHours

MAX_DAYS = 31
MAX_SLOTS = 6000
MAX_PERIODS = 400

ClockTime = Annotated[str, StringConstraints(pattern=r"^[0-4][0-9]:[0-5][0-9]$")]
"""``HH:MM`` on the wall clock; 24:00 is the midnight that ends the day, 26:00 is two o'clock on the day after."""


def minutes(clock: str) -> int:
    """Minutes after midnight."""
    hours, _, rest = clock.partition(":")
    return int(hours) * 60 + int(rest)


def clock_time(after_midnight: int) -> str:
    """``HH:MM`` of so many minutes after midnight."""
    return f"{after_midnight // 60:02}:{after_midnight % 60:02}"


class WeeklySpan(Contract):
    """Working hours of one weekday, as the OpenStreetMap opening hours write them: past midnight is 22:00 to 26:00."""

    weekday: Annotated[int, Field(ge=1, le=7)]  # ISO: Monday is 1
    opens: ClockTime
    closes: ClockTime
    valid_from: date | None = None
    valid_until: date | None = None

    @model_validator(mode="after")
    def _is_a_span(self) -> Self:
        if minutes(self.opens) >= 24 * 60:
            raise ValueError("opens must be before 24:00")
        if minutes(self.closes) <= minutes(self.opens):
            raise ValueError("closes must be after opens; past midnight is written 26:00")
        if minutes(self.closes) > minutes(self.opens) + 24 * 60:
            raise ValueError("closes must be at most 24 hours after opens")
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise ValueError("valid_until must not be before valid_from")
        return self

    def to_hours(self) -> WorkingHours:
        return WorkingHours(self.weekday, minutes(self.opens), minutes(self.closes), self.valid_from, self.valid_until)

    @classmethod
    def of(cls, hours: WorkingHours) -> Self:
        return cls(
            weekday=hours.weekday,
            opens=clock_time(hours.opens),
            closes=clock_time(hours.closes),
            valid_from=hours.valid_from,
            valid_until=hours.valid_until,
        )


class Period(Contract):
    """A span of instants, on full minutes."""

    starts_at: Instant
    ends_at: Instant

    @field_validator("starts_at", "ends_at")
    @classmethod
    def _on_the_minute(cls, value: datetime) -> datetime:
        if value.second or value.microsecond:
            raise ValueError("must be on a full minute")
        return value

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        return in_order(self, "starts_at", self.starts_at, "ends_at", self.ends_at)

    def to_span(self) -> Span:
        return self.starts_at, self.ends_at


def _apart(periods: list[Period]) -> list[Period]:
    ordered = sorted(periods, key=lambda period: period.starts_at)
    for one, other in pairwise(ordered):
        if other.starts_at < one.ends_at:
            raise ValueError("periods must not overlap")
    return ordered


class AvailabilityBody(Contract):
    """The body of ``PUT`` and ``GET /v1/therapists/{id}/availability``: weekly hours, and dated extra hours."""

    model_config = ConfigDict(title="Availability")

    weekly: Annotated[list[WeeklySpan], Field(max_length=200)]
    extra_hours: Annotated[list[Period], Field(max_length=MAX_PERIODS)] = []

    @field_validator("weekly")
    @classmethod
    def _weekly_apart(cls, spans: list[WeeklySpan]) -> list[WeeklySpan]:
        for (one, first), (other, second) in combinations(enumerate(spans), 2):
            if overlap(first.to_hours(), second.to_hours()):
                raise ValueError(f"spans must not overlap: {one} and {other} do")
        return spans

    @field_validator("extra_hours")
    @classmethod
    def _extra_hours_apart(cls, periods: list[Period]) -> list[Period]:
        return _apart(periods)


def overlap(one: WorkingHours, other: WorkingHours) -> bool:
    """Whether there is a day on which both hold and meet; the one may pass midnight into the other's day."""
    return any(
        (one.weekday + days - other.weekday) % 7 == 0
        and one.opens < other.closes + days * 1440
        and other.opens + days * 1440 < one.closes
        and _both_hold(one, other, timedelta(days=days))
        for days in (-1, 0, 1)
    )


def _both_hold(one: WorkingHours, other: WorkingHours, later: timedelta) -> bool:
    """Whether there is a day of the one's weekday on which it holds, with the other holding ``later`` days after it."""
    earliest = max(one.valid_from or date.min, _shifted(other.valid_from, later, date.min))
    latest = min(one.valid_until or date.max, _shifted(other.valid_until, later, date.max))
    days_to_wait = (one.weekday - earliest.isoweekday()) % 7
    return (latest - earliest).days >= days_to_wait


def _shifted(day: date | None, later: timedelta, none: date) -> date:
    return day - later if day is not None and date(2, 1, 1) < day < date(9998, 1, 1) else day or none


class SlotsQuery(Page):
    """The parameters of the slots calls."""

    starts_from: Annotated[Instant, Field(alias="from", description="RFC 3339 with an offset")]
    starts_before: Annotated[Instant, Field(alias="to", description=f"At most {MAX_DAYS} days after from")]
    time_zone: Annotated[
        ZoneName | None,
        Field(
            description="IANA name; days and times are this zone's, and else the therapist's, or UTC where therapists "
            "of several zones offer the service"
        ),
    ] = None
    limit: Annotated[
        int, Field(ge=1, le=MAX_SLOTS, description="Slots of a page, which ends with the day that has the last of them")
    ] = MAX_SLOTS

    @model_validator(mode="after")
    def _is_a_month_at_most(self) -> Self:
        in_order(self, "from", self.starts_from, "to", self.starts_before)
        if self.starts_before - self.starts_from > timedelta(days=MAX_DAYS):
            raise ValueError(f"to must be at most {MAX_DAYS} days after from")
        return self


class TherapistSlotsQuery(SlotsQuery):
    """The parameters of ``GET /v1/therapists/{id}/slots``."""

    service_id: Annotated[UUID, Field(description="A UUID")]


LocalStart = Annotated[str, Field(description="RFC 3339 in time_zone", json_schema_extra={"format": "date-time"})]
"""Printed already: there are thousands of them."""


def printed(starts: Sequence[datetime], zone: ZoneInfo) -> list[str]:
    """The starts of a local day as RFC 3339 in this zone. All are full minutes: what differs is what the clock reads.

    By the zone's one offset of the day, in a fifth of the time that asking it for each would take; one by one on a day
    on which its clocks change.
    """
    first, last = starts[0].astimezone(zone), starts[-1].astimezone(zone)
    if first.utcoffset() != last.utcoffset():
        return [start.astimezone(zone).isoformat() for start in starts]
    text, clock, since_midnight = first.isoformat(), _clock(), first.hour * 60 + first.minute
    day, offset = text[:11], text[16:]  # 2027-03-01T and :00+01:00
    return [f"{day}{clock[since_midnight + (start - starts[0]).seconds // 60]}{offset}" for start in starts]


@cache
def _clock() -> tuple[str, ...]:
    """What a clock reads in each minute of a day."""
    return tuple(map(clock_time, range(24 * 60)))


class FreeStartsState(TypedDict):
    """When a session can start now with a therapist, in order. A dictionary: ours already, it needs no checking."""

    therapist_id: UUID
    starts: list[LocalStart]


class DayState(TypedDict):
    """A local day of ``time_zone``, or the part of it that was asked for."""

    day: date
    free: Annotated[int, Field(description="How many times there are, with whomever")]
    reason: Annotated[WhyNone | None, Field(description="Why there is none; of several therapists the nearest to one")]
    times: list[FreeStartsState]


class SlotList(Answer):
    """The body of the slots calls: every day in order, the free and the others."""

    time_zone: Annotated[str, Field(description="IANA name, of all days and times here")]
    duration_minutes: Annotated[int, Field(description="Of a session")]
    days: list[DayState]
    next_free: Annotated[
        LocalStart | None,
        Field(description="The first free start at or after from, however far; null: there is none to be booked yet"),
    ]
    next: str | None
