"""What happened to bookings, and which need a person."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from psycopg2.extensions import connection as Connection

from booking.store.ledger import PutBack
from booking.store.queries import Queries
from booking.store.rows import Row

queries = Queries(__name__)


class Attention(NamedTuple):
    """A workflow that did not succeed. ``since`` in UTC."""

    status: str
    error: str | None
    since: datetime


def _as_text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


class PastAct(NamedTuple):
    """An operator's act, as it was recorded. ``at``: when it was done, in UTC. ``refusal``: an error's name."""

    act: str
    subject: str
    at: datetime
    refusal: str | None


class History:
    """Part of a ``Store``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def mark_attention(
        self, booking_id: str, workflow: str, needed: bool, execution: str, status: str, error: str | None, at: datetime
    ) -> bool:
        """Whether the booking's workflow needs a person since ``at``; False when that was no news."""
        changed: int = queries.mark_attention(
            self._connection,
            booking_id=booking_id,
            workflow=workflow,
            needed=needed,
            execution=execution,
            status=status,
            error=error,
            at=at,
        )
        return changed > 0

    def mark_unreached(self, booking_id: str, at: datetime) -> None:
        """Somebody heard of this booking on no channel."""
        queries.mark_unreached(self._connection, booking_id=booking_id, at=at)

    def clear_unreached(self, booking_id: str) -> None:
        """An operator has seen to it."""
        queries.clear_unreached(self._connection, booking_id=booking_id)

    def attention(self, booking_id: str) -> Attention | None:
        """Why the booking needs a person, or None when it does not."""
        row = queries.attention_of(self._connection, booking_id=booking_id)
        return None if row is None else Attention(row["status"], row["error"], row["at"].astimezone(UTC))

    def record_act(self, act: Row, reason: str | None) -> None:
        """Adds to the history what an operator does, in the words of ``OperatorAct``; once, whoever brings it."""
        queries.record_act(self._connection, **act, reason=reason)

    def act(self, act_id: UUID) -> PastAct | None:
        """The act of this id, if it is recorded."""
        row = queries.act(self._connection, act_id=str(act_id))
        return None if row is None else PastAct(row["act"], row["subject"], row["at"].astimezone(UTC), row["refusal"])

    def record_put_back(self, act_id: UUID, booking_id: str, execution: str, messages: Sequence[PutBack]) -> None:
        """Adds to the booking's history what had become of messages that an act sends again; once an act."""
        kept = [{name: value for name, value in each._asdict().items() if value is not None} for each in messages]
        detail = json.dumps({"messages": kept}, default=_as_text)
        queries.record_put_back(
            self._connection, act_id=act_id, booking_id=booking_id, execution=execution, detail=detail
        )
