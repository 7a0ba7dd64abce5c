"""Bookings as they are read."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg2.extensions import connection as Connection

from booking.codes import Awaits, BookingStatus, LateCancellation
from booking.model import Notification, Parties, Place, Reason, RequestText, Session, Span
from booking.paid import Money
from booking.store.queries import Queries
from booking.store.rows import (
    Hold,
    Row,
    hold_of,
    money_of,
    notification_of,
    parties_of,
    place_of,
    reasons_of,
    session_of,
)
from booking.store.words import Written
from booking.zones import zone_of

queries = Queries(__name__)


class Price(NamedTuple):
    """What was promised. None: what was asked for names no service."""

    cents: int | None
    currency: str | None


class BookedSession(NamedTuple):
    """A session as its readers see it, with whom it belongs to."""

    session: Session
    status: BookingStatus
    series_id: str | None
    zone: ZoneInfo  # the therapist's, as agreed
    requested_by: str
    parties: Parties
    price: Price
    place: Place | None
    hold: Hold | None
    money: Money | None  # None: it has nothing to do with money

    @property
    def took_time(self) -> bool:
        """Whether it has ever kept others out of its time."""
        return self.status != BookingStatus.REJECTED

    @classmethod
    def of(cls, row: Row) -> "BookedSession":
        return cls(
            session=session_of(row),
            status=BookingStatus(row["status"]),
            series_id=row["series_id"],
            zone=zone_of(row["time_zone"], f"booking {row['id']}"),
            requested_by=row["requested_by"],
            parties=parties_of(row),
            price=Price(row["price_cents"], row["currency"]),
            place=place_of(row["place"]),
            hold=hold_of(row["hold"]),
            money=money_of(row["money"]),
        )


class BookingView(NamedTuple):
    """One booking as its readers see it, with whom it belongs to. ``session`` None: what was asked for was none."""

    booking_id: str
    status: BookingStatus
    request: RequestText
    reasons: list[Reason]
    requested_by: str
    series_id: str | None
    client_id: UUID | None
    zone: ZoneInfo | None  # the therapist's, as agreed, or as it was when the request was rejected
    parties: Parties
    session: Session | None
    price: Price
    notifications: list[Notification]
    is_key_conflict: bool  # the requester has used its id for a request of their own
    place: Place | None
    note: str | None = None
    staff_note: str | None = None  # for who keeps the calendar
    reason: Written | None = None  # of its cancellation
    free_until: timedelta = timedelta()  # before its start a change is free
    late_cancellation: LateCancellation = LateCancellation.ALLOWED
    hold: Hold | None = None  # what it is held for, if it is held for its client's request
    money: Money | None = None  # None: it has nothing to do with money
    calendar_uid: str | None = None  # of its calendar event; the sessions of a series share one

    @property
    def took_time(self) -> bool:
        """Whether it has ever kept others out of its time."""
        return self.status != BookingStatus.REJECTED and self.session is not None

    @classmethod
    def rejected_for_its_key(
        cls, booking_id: str, request: RequestText, requested_by: str, reason: Reason
    ) -> "BookingView":
        """A request whose key names another booking: it has no row of its own."""
        return cls(
            booking_id=booking_id,
            status=BookingStatus.REJECTED,
            request=request,
            reasons=[reason],
            requested_by=requested_by,
            series_id=booking_id if "recurrence" in request else None,
            client_id=None,
            zone=None,
            parties=Parties(None, None),
            session=None,
            price=Price(None, None),
            notifications=[],
            is_key_conflict=True,
            place=None,
        )


class Filter(NamedTuple):
    """Which bookings of a list, and whose a reader may see at all."""

    therapist_id: UUID | None
    client_id: UUID | None
    starts_from: datetime | None
    starts_before: datetime | None
    status: BookingStatus | None
    awaits: Awaits | None  # only those that are held for this
    attention: bool  # only those that need a person, for who keeps the calendar
    everything: bool  # an operator
    own_therapist_id: UUID | None
    own_client_id: UUID | None


class Bookings:
    """Part of a ``Store``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def view(self, booking_id: str, requester_sub: str) -> BookingView | None:
        """One booking, or None when nothing has been decided for this id."""
        row = queries.booking(self._connection, booking_id=booking_id, requester_sub=requester_sub)
        if row is None:
            return None
        return BookingView(
            booking_id=row["id"],
            status=BookingStatus(row["status"]),
            request=row["request"],
            reasons=reasons_of(row["reasons"]),
            requested_by=row["requested_by"],
            series_id=row["series_id"],
            client_id=row["client_id"],
            zone=row["time_zone"] and zone_of(row["time_zone"], f"booking {row['id']}"),
            parties=parties_of(row),
            session=None if row["starts_at"] is None else session_of(row),
            price=Price(row["price_cents"], row["currency"]),
            notifications=[notification_of(each) for each in row["notifications"]],
            is_key_conflict=row["is_key_conflict"],
            free_until=timedelta(minutes=row["free_cancellation_minutes"] or 0),
            late_cancellation=LateCancellation(row["late_cancellation"] or LateCancellation.ALLOWED),
            note=row["note"],
            staff_note=row["staff_note"],
            reason=None if row["reason"] is None else Written(row["reason"], row["is_reason_internal"]),
            place=place_of(row["place"]),
            hold=hold_of(row["hold"]),
            money=money_of(row["money"]),
            calendar_uid=row["calendar_uid"],
        )

    def key_conflict(self, booking_id: str, requested_by: str) -> RequestText | None:
        """What somebody asked for last with a key that was another booking's already, or None."""
        row = queries.booking_key_conflict(self._connection, key=booking_id, requested_by=requested_by)
        return None if row is None else row["request"]

    def parties_of_request(self, therapist_id: UUID | None, client_id: UUID | None) -> Parties:
        """Whose a request is that is not decided yet."""
        return parties_of(queries.parties_of_request(self._connection, therapist_id=therapist_id, client_id=client_id))

    def sessions_of(self, series_id: str) -> list[BookedSession]:
        """The sessions of a series, in order; none of a series that was rejected before it had sessions."""
        return [BookedSession.of(row) for row in queries.sessions_of(self._connection, series_id=series_id)]

    def within(self, therapist_id: UUID | None, spans: Sequence[Span], limit: int | None = 200) -> list[BookedSession]:
        """The therapist's standing sessions (None: everyone's) that meet one of these spans, in order."""
        found = queries.sessions_within(
            self._connection,
            therapist_id=therapist_id,
            starts=[start for start, _ in spans],
            ends=[end for _, end in spans],
            limit=limit,
        )
        return [BookedSession.of(row) for row in found]

    def put_place(self, booking_id: str, place: Place, actor: str) -> bool:
        """Where one booking is held. False: it does not stand."""
        row = queries.put_place(self._connection, booking_id=booking_id, actor=actor, **place._asdict())
        return row is not None

    def page(self, chosen: Filter, after: tuple[datetime, str] | None, limit: int) -> list[BookedSession]:
        """The bookings of a page, in order of time, after the one named by its start and id."""
        after_start, after_id = after or (None, None)
        found = queries.page(
            self._connection, **chosen._asdict(), after_start=after_start, after_id=after_id, limit=limit
        )
        return [BookedSession.of(row) for row in found]
