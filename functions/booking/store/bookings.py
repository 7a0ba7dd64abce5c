"""Bookings: what was decided, reserving and refusing, and what readers see."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg2.extensions import connection as Connection
from psycopg2.extras import Json

from booking.model import BookingRequest, BookingStatus, Obstacles, Outcome, Reason, ReasonCode, Session
from booking.store.ledger import NewNotification, NotificationView
from booking.store.queries import queries
from booking.zones import zone_of

RequestText = dict[str, str]
"""A request as the caller wrote it, without what was left out."""


class Asked(NamedTuple):
    """Who asked for what, under which id, in which execution."""

    booking_id: str
    text: RequestText
    requested_by: str
    execution: str

    @property
    def series_id(self) -> str | None:
        return self.booking_id if "recurrence" in self.text else None


class Wanted(NamedTuple):
    """One session of a request: under which id, and, for a series, the number it has in it."""

    booking_id: str
    occurrence: int | None
    session: Session | None  # None: what was asked for is no session
    reasons: tuple[Reason, ...] = ()  # against it


class Reservation(NamedTuple):
    """What of a request was reserved, and the messages to deliver.

    ``as_judged``: whether what the sessions were judged by is still so; if not, nothing was reserved.
    """

    as_judged: bool
    booking_ids: frozenset[str]
    notifications: list[NewNotification]


class Decided(NamedTuple):
    """What was decided for an id before."""

    status: BookingStatus
    request: RequestText
    requested_by: str
    reasons: list[Reason]

    def answers(self, request: RequestText, requested_by: str) -> bool:
        """Whether this was decided for the same request of the same person."""
        return (self.request, self.requested_by) == (request, requested_by)


class BookingView(NamedTuple):
    """One booking as a reader sees it, with whom it belongs to. Instants in UTC."""

    booking_id: str
    status: BookingStatus
    request: RequestText
    reasons: list[Reason]
    requested_by: str
    series_id: str | None
    therapist_id: UUID | None
    service_id: UUID | None
    client_id: UUID | None
    client_sub: str | None
    therapist_sub: str | None
    zone: ZoneInfo | None
    starts_at: datetime | None
    ends_at: datetime | None
    notifications: list[NotificationView]
    is_key_conflict: bool  # the reader has used its id for a request of their own

    @property
    def took_time(self) -> bool:
        """Whether it has ever kept others out of its time."""
        return self.status != BookingStatus.REJECTED and self.starts_at is not None


class SessionView(NamedTuple):
    """One session of a series. Instants in UTC."""

    booking_id: str
    status: BookingStatus
    reasons: list[Reason]
    zone: ZoneInfo
    starts_at: datetime
    ends_at: datetime
    requested_by: str
    client_sub: str | None
    therapist_sub: str | None

    @property
    def took_time(self) -> bool:
        """Whether it has ever kept others out of its time."""
        return self.status != BookingStatus.REJECTED


class SummaryView(NamedTuple):
    """One booking of a list. Instants in UTC."""

    booking_id: str
    status: BookingStatus
    therapist_id: UUID
    service_id: UUID
    client_id: UUID
    series_id: str | None
    zone: ZoneInfo
    starts_at: datetime
    ends_at: datetime

    @classmethod
    def of(cls, row: dict[str, Any]) -> "SummaryView":
        return cls(
            booking_id=row["id"],
            status=BookingStatus(row["status"]),
            therapist_id=row["therapist_id"],
            service_id=row["service_id"],
            client_id=row["client_id"],
            series_id=row["series_id"],
            zone=zone_of(row["time_zone"], f"booking {row['id']}"),
            starts_at=row["starts_at"].astimezone(UTC),
            ends_at=row["ends_at"].astimezone(UTC),
        )


class Filter(NamedTuple):
    """Which bookings of a list, and whose a reader may see at all."""

    therapist_id: UUID | None
    client_id: UUID | None
    starts_from: datetime | None
    starts_before: datetime | None
    status: BookingStatus | None
    everything: bool  # an operator
    own_therapist_id: UUID | None
    own_client_id: UUID | None


class Bookings:
    """Part of a ``Store``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # -- Deciding ---------------------------------------------------------------------------------------------------

    def lock_request(self, booking_id: str) -> None:
        """Of a series: who decides it, and who cancels it before it is decided, do so one after the other."""
        queries.lock_request(self._connection, booking_id=booking_id)

    def decided(self, booking_id: str) -> Decided | None:
        """What was decided for this id before, or None."""
        row = queries.booking_decided(self._connection, booking_id=booking_id)
        if row is None:
            return None
        return Decided(BookingStatus(row["status"]), row["request"], row["requested_by"], reasons_of(row["reasons"]))

    def reserve(self, asked: Asked, wanted: Sequence[Wanted], versions: Sequence[int], now: datetime) -> Reservation:
        """Confirms what it can of the sessions, all of one request, and enters its messages in the ledger.

        ``versions`` are those of ``Facts`` that the sessions were judged by. The therapist, the client and the service
        stay as they are until the end of the transaction.
        """
        [first, *_] = sessions = [each.session for each in wanted if each.session is not None]
        row = queries.reserve(
            self._connection,
            booking_id=asked.booking_id,
            therapist_id=first.therapist_id,
            client_id=first.client_id,
            service_id=first.service_id,
            series_id=asked.series_id,
            occurrences=[each.occurrence for each in wanted],
            request=Json(asked.text),
            requested_by=asked.requested_by,
            execution=asked.execution,
            versions=list(versions),
            now=now,
            **_columns(wanted, sessions),
        )
        return Reservation(
            row["as_judged"],
            frozenset(row["reserved"]),
            [NewNotification.of(each) for each in row["notifications"]],
        )

    def obstacles(self, asked: Asked, wanted: Sequence[Wanted]) -> dict[str, Obstacles]:
        """What stands in the way of these sessions now, by their ids."""
        [first, *_] = sessions = [each.session for each in wanted if each.session is not None]
        found = queries.obstacles(
            self._connection,
            booking_id=asked.booking_id,
            requested_by=asked.requested_by,
            therapist_id=first.therapist_id,
            client_id=first.client_id,
            **_columns(wanted, sessions),
        )
        return {
            row["id"]: Obstacles(
                row["id_taken"],
                row["therapist_busy"],
                row["client_busy"],
                row["therapist_away"],
                bool(row["day_full"]),
                row["limit_met"] and ReasonCode(row["limit_met"]),
            )
            for row in found
        }

    def reject(self, asked: Asked, request: BookingRequest, outcome: Outcome, refused: Sequence[Wanted]) -> None:
        """Records rejections, each with its reasons; leaves a booking that has such an id already as it is."""
        lost = [
            each.session
            for each in refused
            if each.session is not None and any(reason.code == ReasonCode.SLOT_TAKEN for reason in each.reasons)
        ]
        queries.reject(
            self._connection,
            booking_id=asked.booking_id,
            therapist_id=request.therapist_id,
            client_id=request.client_id,
            service_id=request.service_id,
            requester_sub=asked.requested_by,
            series_id=asked.series_id,
            occurrences=[each.occurrence for each in refused],
            reasons=[Json([reason._asdict() for reason in each.reasons]) for each in refused],
            request=Json(asked.text),
            requested_by=asked.requested_by,
            execution=asked.execution,
            outcome=outcome,
            lost_from=[each.starts_at for each in lost],
            lost_until=[each.ends_at for each in lost],
            **_columns(refused, [each.session for each in refused]),
        )

    def record_key_conflict(self, asked: Asked) -> None:
        """Keeps that someone used the id of a booking again for another request, and what they asked for."""
        queries.record_key_conflict(
            self._connection,
            booking_id=asked.booking_id,
            request=Json(asked.text),
            actor=asked.requested_by,
            execution=asked.execution,
        )

    # -- Reading ----------------------------------------------------------------------------------------------------

    def view(self, booking_id: str, reader_sub: str) -> BookingView | None:
        """One booking, or None when nothing has been decided for this id."""
        row = queries.booking_view(self._connection, booking_id=booking_id, reader_sub=reader_sub)
        if row is None:
            return None
        return BookingView(
            booking_id=row["id"],
            status=BookingStatus(row["status"]),
            request=row["request"],
            reasons=reasons_of(row["reasons"]),
            requested_by=row["requested_by"],
            series_id=row["series_id"],
            therapist_id=row["therapist_id"],
            service_id=row["service_id"],
            client_id=row["client_id"],
            client_sub=row["client_sub"],
            therapist_sub=row["therapist_sub"],
            zone=row["time_zone"] and zone_of(row["time_zone"], f"booking {row['id']}"),
            starts_at=row["starts_at"] and row["starts_at"].astimezone(UTC),
            ends_at=row["ends_at"] and row["ends_at"].astimezone(UTC),
            notifications=[NotificationView(**notification) for notification in row["notifications"]],
            is_key_conflict=row["is_key_conflict"],
        )

    def key_conflict(self, booking_id: str, requested_by: str) -> RequestText | None:
        """What somebody asked for last with a key that was another booking's already, or None."""
        row = queries.booking_key_conflict(self._connection, key=booking_id, requested_by=requested_by)
        return None if row is None else row["request"]

    def subs_of(self, therapist_id: UUID, client_id: UUID | None) -> tuple[str | None, str | None]:
        """The ``sub`` of the therapist and of the client, None where there is none."""
        row = queries.subs_of(self._connection, therapist_id=therapist_id, client_id=client_id)
        return row["therapist_sub"], row["client_sub"]

    def sessions_of(self, series_id: str) -> list[SessionView]:
        """The sessions of a series, in order; none of a series that was refused as a whole."""
        return [
            SessionView(
                booking_id=row["id"],
                status=BookingStatus(row["status"]),
                reasons=reasons_of(row["reasons"]),
                zone=zone_of(row["time_zone"], f"booking {row['id']}"),
                starts_at=row["starts_at"].astimezone(UTC),
                ends_at=row["ends_at"].astimezone(UTC),
                requested_by=row["requested_by"],
                client_sub=row["client_sub"],
                therapist_sub=row["therapist_sub"],
            )
            for row in queries.sessions_of(self._connection, series_id=series_id)
        ]

    def page(self, chosen: Filter, after: tuple[datetime, str] | None, limit: int) -> list[SummaryView]:
        """The bookings of a page, in order of time, after the one named by its start and id."""
        after_start, after_id = after or (None, None)
        found = queries.bookings_of(
            self._connection, **chosen._asdict(), after_start=after_start, after_id=after_id, limit=limit
        )
        return [SummaryView.of(row) for row in found]


def _columns(wanted: Sequence[Wanted], sessions: Sequence[Session | None]) -> dict[str, list[Any]]:
    """The sessions as arrays, one a column."""
    return {
        "booking_ids": [each.booking_id for each in wanted],
        "starts": [each and each.starts_at for each in sessions],
        "ends": [each and each.ends_at for each in sessions],
        "occupied_from": [each and each.occupied_from for each in sessions],
        "occupied_until": [each and each.occupied_until for each in sessions],
        "days": [each and each.day for each in sessions],
    }


def reasons_of(rows: list[dict[str, str]]) -> list[Reason]:
    """As they were kept: codes and sentences."""
    return [Reason(ReasonCode(row["code"]), row["message"]) for row in rows]
