"""Bookings as they are read."""

from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg2.extensions import connection as Connection

from booking.model import BookingStatus, Reason
from booking.store.ledger import NotificationView
from booking.store.queries import Queries
from booking.store.rows import RequestText, reasons_of
from booking.zones import zone_of

queries = Queries(__name__)


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

    def view(self, booking_id: str, reader_sub: str) -> BookingView | None:
        """One booking, or None when nothing has been decided for this id."""
        row = queries.booking(self._connection, booking_id=booking_id, reader_sub=reader_sub)
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
        found = queries.page(
            self._connection, **chosen._asdict(), after_start=after_start, after_id=after_id, limit=limit
        )
        return [SummaryView.of(row) for row in found]
