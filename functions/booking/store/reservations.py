"""What becomes of a request: its sessions reserved or rejected, once."""

from collections.abc import Iterable, Sequence, Set
from datetime import datetime
from typing import Any, NamedTuple

from psycopg2.extensions import connection as Connection
from psycopg2.extras import Json

from booking.codes import Awaits, Group, NotificationEvent, Outcome, ReasonCode
from booking.model import (
    BookingRequest,
    Notification,
    Obstacles,
    Reason,
    Requester,
    Session,
    SubmittedRequest,
)
from booking.store.queries import Queries
from booking.store.rows import Decided, decided_of, queued, set_aside

queries = Queries(__name__)


class Reservation(NamedTuple):
    """What of a request was reserved, and the notifications to deliver.

    ``as_judged``: whether what the sessions were judged by is still so; if not, nothing was reserved.
    """

    as_judged: bool
    booking_ids: frozenset[str]
    notifications: list[Notification]
    awaits: Awaits | None  # what they are held for; None: they are booked


class Reservations:
    """Part of a ``Store``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lock_request(self, booking_id: str) -> None:
        """Of a series: who decides it, and who cancels it before it is decided, do so one after the other."""
        queries.lock_request(self._connection, booking_id=booking_id)

    def decided(self, booking_id: str) -> Decided | None:
        """What was decided for this id before, or None."""
        return decided_of(queries.booking_decided(self._connection, booking_id=booking_id))

    def reserve(
        self,
        submitted: SubmittedRequest,
        sessions: Sequence[Session],
        versions: Sequence[int],
        now: datetime,
        requester: Requester,
        overrides: Set[ReasonCode] = frozenset(),
        *,
        unless_held: bool = False,
    ) -> Reservation:
        """Confirms what it can of the sessions, all of one request, and enters its notifications in the ledger.

        What has to be approved or paid for is held instead, and nobody is told yet; ``unless_held``: it is left, for a
        hold takes more than this.

        ``versions`` are those of ``Facts`` that the sessions were judged by. The therapist, the client and the service
        stay as they are until the end of the transaction. ``overrides``: what may be set aside.
        """
        first = sessions[0]
        row = queries.reserve(
            self._connection,
            booking_id=submitted.booking_id,
            therapist_id=first.therapist_id,
            client_id=first.client_id,
            service_id=first.service_id,
            series_id=submitted.series_id,
            request=Json(submitted.text),
            requested_by=submitted.requested_by,
            execution=submitted.execution,
            occurrences=_array([each.occurrence for each in sessions]),
            versions=_array(versions),
            now=now,
            first_start=min(each.starts_at for each in sessions),
            last_start=max(each.starts_at for each in sessions),
            keeps_all=requester.is_in(Group.OPERATOR),
            keeper=requester.sub if requester.is_in(Group.THERAPIST) else None,
            may_have_been=ReasonCode.STARTS_IN_THE_PAST in overrides,
            unless_held=unless_held,
            overrides=[_array(set_aside(each, overrides)) for each in sessions],
            **_columns(sessions),
        )
        return Reservation(
            row["as_judged"],
            frozenset(row["reserved"]),
            [queued(NotificationEvent.BOOKING_CONFIRMED, each) for each in row["notifications"]],
            row["awaits"] and Awaits(row["awaits"]),
        )

    def obstacles(self, submitted: SubmittedRequest, sessions: Sequence[Session]) -> dict[str, Obstacles]:
        """What stands in the way of these sessions now, by their ids."""
        first = sessions[0]
        found = queries.obstacles(
            self._connection,
            booking_id=submitted.booking_id,
            requested_by=submitted.requested_by,
            therapist_id=first.therapist_id,
            client_id=first.client_id,
            **_columns(sessions),
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

    def reject(
        self, submitted: SubmittedRequest, request: BookingRequest, outcome: Outcome, sessions: Sequence[Session]
    ) -> None:
        """Records rejected sessions, each with its reasons; leaves a booking that has such an id already as it is."""
        lost = [each for each in sessions if any(reason.code == ReasonCode.SLOT_TAKEN for reason in each.reasons)]
        against = [session.reasons for session in sessions]
        columns = {**_columns(sessions), "occurrences": _array([each.occurrence for each in sessions])}
        self._reject(submitted, request, outcome, against, lost, columns)

    def reject_without_session(
        self, submitted: SubmittedRequest, request: BookingRequest, outcome: Outcome, reasons: Sequence[Reason]
    ) -> None:
        """Records that a request was rejected which names no session; leaves a booking of its id as it is."""
        columns = {
            **dict.fromkeys(_columns([]), _array([None])),
            "booking_ids": [submitted.booking_id],
            "occurrences": _array([1 if submitted.series_id else None]),
        }
        self._reject(submitted, request, outcome, [reasons], [], columns)

    def _reject(
        self,
        submitted: SubmittedRequest,
        request: BookingRequest,
        outcome: Outcome,
        reasons: Sequence[Sequence[Reason]],
        lost: Sequence[Session],
        columns: dict[str, Any],
    ) -> None:
        queries.reject(
            self._connection,
            booking_id=submitted.booking_id,
            therapist_id=request.therapist_id,
            client_id=request.client_id,
            service_id=request.service_id,
            requester_sub=submitted.requested_by,
            series_id=submitted.series_id,
            reasons=[Json([reason._asdict() for reason in against]) for against in reasons],
            request=Json(submitted.text),
            requested_by=submitted.requested_by,
            execution=submitted.execution,
            outcome=outcome,
            lost_from=_array([each.starts_at for each in lost]),
            lost_until=_array([each.ends_at for each in lost]),
            **columns,
        )

    def record_key_conflict(self, submitted: SubmittedRequest) -> None:
        """Keeps that someone used the id of a booking again for another request, and what they asked for."""
        queries.record_key_conflict(
            self._connection,
            booking_id=submitted.booking_id,
            request=Json(submitted.text),
            actor=submitted.requested_by,
            execution=submitted.execution,
        )


def _columns(sessions: Sequence[Session]) -> dict[str, Any]:
    """The sessions as arrays, one a column."""
    return {
        "booking_ids": [each.booking_id for each in sessions],  # one may be called NULL
        "starts": _array([each.starts_at for each in sessions]),
        "ends": _array([each.ends_at for each in sessions]),
        "occupied_from": _array([each.occupied_from for each in sessions]),
        "occupied_until": _array([each.occupied_until for each in sessions]),
        "days": _array([each.day for each in sessions]),
    }


def _array(values: Iterable[object]) -> str:
    """An array as PostgreSQL reads one from text, in half the bytes of the driver's way; of values that need no quotes.

    RDS Proxy pins a connection whose statement has more than 16 KB, and a series has up to 52 sessions.
    """
    return "{" + ",".join(["NULL" if value is None else str(value) for value in values]) + "}"
