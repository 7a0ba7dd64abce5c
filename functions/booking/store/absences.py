"""Absences: time off that cancels what lies in it, one change of a booking each."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from psycopg2.extensions import connection as Connection

from booking.codes import BookingStatus, Group, Outcome
from booking.model import Notification, Reason, Requester, Span
from booking.notifications import OF_CHANGES
from booking.store.queries import Queries
from booking.store.rows import notification_of, reasons_of
from booking.store.words import Written

queries = Queries(__name__)


class Absence(NamedTuple):
    """``digest``: of what was asked. ``therapist_sub`` None: the therapist has no login."""

    absence_id: str
    therapist_id: UUID
    time_off_id: UUID
    digest: str
    requested_by: str
    therapist_sub: str | None


class ToStart(NamedTuple):
    """A cancellation whose execution is to be started, in the name of who was absent."""

    change_id: str
    booking_id: str
    starts_at: datetime  # of the session, when the absence was entered
    requester: Requester


class Progress(NamedTuple):
    """What became of one booking. ``outcome`` None: nothing yet."""

    change_id: str
    booking_id: str
    outcome: Outcome | None
    reasons: list[Reason]
    notifications: list[Notification]


class Absences:
    """Part of a ``Store``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, absence_id: str) -> Absence | None:
        """The absence, or None when there is none of this id."""
        row = queries.absence(self._connection, absence_id=absence_id)
        return row and Absence(
            *(row["id"], row["therapist_id"], row["time_off_id"], row["digest"], row["requested_by"], row["user_sub"])
        )

    def sessions_to_come(
        self, therapist_id: UUID, span: Span, status: BookingStatus, now: datetime
    ) -> dict[str, datetime]:
        """The starts, by booking, of the therapist's sessions of this status that meet the span and have not begun."""
        found = queries.sessions_to_come_within(
            self._connection, therapist_id=therapist_id, starts_at=span[0], ends_at=span[1], now=now, status=status
        )
        return {row["id"]: row["starts_at"].astimezone(UTC) for row in found}

    def add(
        self,
        absence: Absence,
        groups: Sequence[Group],
        starts: dict[str, datetime],
        change_ids: Sequence[str],
        now: datetime,
    ) -> None:
        """The absence with what it cancels: the sessions' starts, by booking, and the change of each."""
        queries.add_absence(
            self._connection,
            absence_id=absence.absence_id,
            therapist_id=absence.therapist_id,
            time_off_id=absence.time_off_id,
            digest=absence.digest,
            requested_by=absence.requested_by,
            groups=list(groups),
            now=now,
        )
        queries.add_cancellations(
            self._connection,
            absence_id=absence.absence_id,
            change_ids=list(change_ids),
            booking_ids=list(starts),
            starts=list(starts.values()),
        )

    def add_reasons(self, change_ids: Sequence[str], reason: Written, writer: str, now: datetime) -> None:
        """Why, under each of these changes."""
        queries.add_reasons(
            self._connection,
            change_ids=list(change_ids),
            body=reason.text,
            is_internal=reason.is_internal,
            writer=writer,
            now=now,
        )

    def to_start(self, limit: int) -> list[ToStart]:
        """Cancellations whose executions are to be started, those of the next sessions first."""
        return [
            ToStart(
                row["change_id"],
                row["booking_id"],
                row["starts_at"].astimezone(UTC),
                Requester(row["requested_by"], frozenset(map(Group, row["groups"]))),
            )
            for row in queries.cancellations_to_start(self._connection, limit=limit)
        ]

    def therapist_away(self, change_id: str) -> UUID | None:
        """Whose absence this cancellation is part of; None: of none."""
        found: UUID | None = queries.therapist_away(self._connection, change_id=change_id)
        return found

    def started(self, change_id: str, now: datetime) -> None:
        """Its execution was started."""
        queries.cancellation_is_started(self._connection, change_id=change_id, now=now)

    def progress(self, absence_id: str) -> list[Progress]:
        """What became of each booking, in the order of the sessions."""
        return [
            Progress(
                change_id=row["change_id"],
                booking_id=row["booking_id"],
                outcome=row["outcome"] and Outcome(row["outcome"]),
                reasons=reasons_of(row["reasons"]),
                notifications=[notification_of(each) for each in row["notifications"]],
            )
            for row in queries.cancellations_of(self._connection, absence_id=absence_id, of_changes=OF_CHANGES)
        ]

    def reason(self, absence_id: str) -> Written | None:
        """Why, if it was said and something was to be cancelled."""
        row = queries.reason_of_absence(self._connection, absence_id=absence_id)
        return row and Written(row["body"], row["is_internal"])
