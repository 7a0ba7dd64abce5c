"""Calendars: all that decides whether a session may start, and the hours and exceptions themselves."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg2.extensions import connection as Connection

from booking.model import (
    Availability,
    BookingRequest,
    Calendar,
    Client,
    Facts,
    Service,
    Span,
    Taken,
    Therapist,
    WorkingHours,
)
from booking.store.queries import Queries
from booking.store.rows import Decided, decided_of
from booking.zones import known_zone, zone_of

queries = Queries(__name__)

TIME_OFF, EXTRA_HOURS = "time_off", "extra_hours"


class CalendarOwner(NamedTuple):
    """Whose a calendar is: a sub, None as long as the therapist has no login."""

    user_sub: str | None


class TimeOff(NamedTuple):
    """A period in which a therapist is away. ``label``: what they call it, for who keeps the calendar."""

    time_off_id: UUID
    span: Span
    label: str | None


class Calendars:
    """Part of a ``Store``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def facts(self, request: BookingRequest, requester_sub: str, now: datetime) -> Facts:
        """All that is known about a request's therapist, service and client; past exceptions left out."""
        _, [facts, *_] = self.judged_by(None, request, requester_sub, now)
        return facts

    def judged_by(
        self, booking_id: str | None, request: BookingRequest, requester_sub: str, now: datetime
    ) -> tuple[Decided | None, list[Facts]]:
        """What was decided for this id before, and the facts of each therapist who could be meant.

        Of who is named, or of all who offer the service, by id. One without a therapist when there is none.
        """
        found = list(
            queries.facts(
                self._connection,
                therapist_id=request.therapist_id,
                service_id=request.service_id,
                client_id=request.client_id,
                requester_sub=requester_sub,
                not_before=now - timedelta(days=2),
                booking_id=booking_id,
            )
        )
        return decided_of(found[0]["decided"]), [_facts(row) for row in found]

    def sessions_on(self, days: Mapping[UUID, date]) -> dict[UUID, int]:
        """How many sessions each of these therapists has on their local day."""
        found = queries.sessions_on(self._connection, therapist_ids=list(days), days=list(days.values()))
        return {row["therapist_id"]: row["sessions"] for row in found}

    def of(
        self, service_id: UUID, therapist_id: UUID | None, starts_from: datetime, starts_before: datetime
    ) -> list[Calendar]:
        """The calendars of everyone who offers the service, or of one therapist if they do, around these instants."""
        found = queries.calendars(
            self._connection,
            service_id=service_id,
            therapist_id=therapist_id,
            starts_from=starts_from,
            starts_before=starts_before,
        )
        return [
            Calendar(
                _therapist(row),
                _service(row),
                _availability(row),
                Taken(
                    tuple((_instant(begins), _instant(ends)) for begins, ends in row["occupied"] or ()),
                    {date.fromisoformat(day): count for day, count in (row["sessions_on"] or {}).items()},
                ),
            )
            for row in found
        ]

    # -- Hours and exceptions ---------------------------------------------------------------------------------------

    def owner(self, therapist_id: UUID) -> CalendarOwner | None:
        """Whose the calendar is, or None when there is no such therapist."""
        row = queries.owner_of_calendar(self._connection, therapist_id=therapist_id)
        return row and CalendarOwner(row["user_sub"])

    def lock_calendar(self, therapist_id: UUID) -> None:
        """Until the end of the transaction nobody else books for this therapist or changes this calendar."""
        queries.lock_calendar(self._connection, therapist_id=therapist_id)

    def weekly_hours(self, therapist_id: UUID) -> list[WorkingHours]:
        return [WorkingHours(**row) for row in queries.weekly_hours(self._connection, therapist_id=therapist_id)]

    def put_weekly_hours(self, therapist_id: UUID, hours: Sequence[WorkingHours]) -> None:
        """All weekly hours, in place of those there were."""
        queries.forget_weekly_hours(self._connection, therapist_id=therapist_id)
        queries.add_weekly_hours(
            self._connection,
            therapist_id=therapist_id,
            weekdays=[each.weekday for each in hours],
            opens=[each.opens for each in hours],
            closes=[each.closes for each in hours],
            valid_from=[each.valid_from for each in hours],
            valid_until=[each.valid_until for each in hours],
        )

    def extra_hours(self, therapist_id: UUID) -> list[Span]:
        """In order (UTC)."""
        found = queries.extra_hours(self._connection, therapist_id=therapist_id)
        return [(row["starts_at"].astimezone(UTC), row["ends_at"].astimezone(UTC)) for row in found]

    def put_extra_hours(self, therapist_id: UUID, spans: Sequence[Span]) -> None:
        """All extra hours, in place of those there were."""
        queries.forget_extra_hours(self._connection, therapist_id=therapist_id)
        queries.add_extra_hours(
            self._connection,
            therapist_id=therapist_id,
            starts=[start for start, _ in spans],
            ends=[end for _, end in spans],
        )

    def time_off(self, therapist_id: UUID) -> list[TimeOff]:
        """All of it, in order; periods may overlap."""
        return [_time_off(row) for row in queries.time_off(self._connection, therapist_id=therapist_id)]

    def add_time_off(self, therapist_id: UUID, off: TimeOff) -> None:
        queries.add_time_off(
            self._connection,
            time_off_id=off.time_off_id,
            therapist_id=therapist_id,
            starts_at=off.span[0],
            ends_at=off.span[1],
            label=off.label,
        )

    def remove_time_off(self, therapist_id: UUID, time_off_id: UUID) -> TimeOff | None:
        """What it was, or None when this therapist has none of this id."""
        row = queries.remove_time_off(self._connection, time_off_id=time_off_id, therapist_id=therapist_id)
        return None if row is None else _time_off(row)

    def set_days(self, therapist_id: UUID, zone: ZoneInfo, now: datetime) -> None:
        """Says anew on which local days the therapist's future sessions are: their zone has changed."""
        found = queries.lock_future_starts(self._connection, therapist_id=therapist_id, now=now)
        queries.set_days(
            self._connection,
            booking_ids=[row["id"] for row in found],
            days=[row["starts_at"].astimezone(zone).date() for row in found],
        )


def _facts(row: dict[str, Any]) -> Facts:
    versions = row["therapist_version"], row["client_version"], row["service_version"]
    return Facts(
        therapist=row["therapist_id"] and _therapist(row),
        service=row["service_id"] and _service(row),
        client=row["client_id"] and Client(row["client_id"], row["client_sub"], row["client_active"]),
        service_offered=row["service_offered"],
        availability=_availability(row),
        versions=() if None in versions else versions,
    )


def _therapist(row: dict[str, Any]) -> Therapist:
    return Therapist(
        id=row["therapist_id"],
        user_sub=row["therapist_sub"],
        zone=zone_of(row["time_zone"], f"therapist {row['therapist_id']}"),
        active=row["therapist_active"],
        minimum_notice=timedelta(minutes=row["minimum_notice_minutes"]),
        booking_window=timedelta(days=row["booking_window_days"]),
        max_sessions_per_day=row["max_sessions_per_day"],
    )


def _service(row: dict[str, Any]) -> Service:
    return Service(
        id=row["service_id"],
        active=row["service_active"],
        duration=timedelta(minutes=row["duration_minutes"]),
        buffer_before=timedelta(minutes=row["buffer_before_minutes"]),
        buffer_after=timedelta(minutes=row["buffer_after_minutes"]),
        start_grid=timedelta(minutes=row["start_grid_minutes"]),
    )


def _availability(row: dict[str, Any]) -> Availability:
    """Without weekly hours when the therapist's zone is known no more: nobody can say when their clock reads 09:00."""
    exceptions = row["exceptions"] or ()
    weekly = row["weekly"] if row["time_zone"] and known_zone(row["time_zone"]) is not None else ()
    return Availability(
        weekly=tuple(
            WorkingHours(weekday, opens, closes, _day(valid_from), _day(valid_until))
            for weekday, opens, closes, valid_from, valid_until in weekly or ()
        ),
        extra_hours=tuple((_instant(a), _instant(b)) for kind, a, b in exceptions if kind == EXTRA_HOURS),
        time_off=tuple((_instant(a), _instant(b)) for kind, a, b in exceptions if kind == TIME_OFF),
        closed_days=tuple(date.fromisoformat(day) for day in row["closed_days"] or ()),
    )


def _time_off(row: dict[str, Any]) -> TimeOff:
    return TimeOff(row["id"], (row["starts_at"].astimezone(UTC), row["ends_at"].astimezone(UTC)), row["label"])


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
