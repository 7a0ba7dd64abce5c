"""What becomes of a request: its sessions reserved or rejected, once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from psycopg2.extensions import connection as Connection
from psycopg2.extras import Json

from booking.model import BookingRequest, BookingStatus, Obstacles, Outcome, Reason, ReasonCode, Session
from booking.store.ledger import NewNotification
from booking.store.queries import Queries
from booking.store.rows import RequestText, reasons_of

queries = Queries(__name__)


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


class Reservations:
    """Part of a ``Store``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

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
