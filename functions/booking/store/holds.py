"""Bookings that are held, and what they wait for."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from psycopg2.extensions import connection as Connection
from psycopg2.extras import Json

from booking.codes import (
    Awaits,
    BookingStatus,
    HoldAnswer,
    Language,
    NotificationEvent,
    Outcome,
    PaymentRule,
    ReasonCode,
)
from booking.model import Notification, Parties, Reason
from booking.store.queries import Queries
from booking.store.rows import parties_of, queued, reasons_of

queries = Queries(__name__)


class HoldView(NamedTuple):
    """What a booking, or a series by its first session, waits for. Instants in UTC; amounts in the smallest unit."""

    booking_id: str
    awaits: Awaits
    until: datetime
    task_token: str | None
    answer: HoldAnswer | None
    answered_by: str | None
    outcome: Outcome | None
    change_id: str | None
    checkout_id: str | None
    checkout_url: str | None
    payment: PaymentRule
    amount: int
    currency: str
    language: Language  # the client's
    requested_by: str
    parties: Parties


class HeldSession(NamedTuple):
    """One of the sessions that a hold keeps, or kept."""

    booking_id: str
    status: BookingStatus
    starts_at: datetime
    payment: PaymentRule
    reasons: tuple[ReasonCode, ...]
    cancellation_id: str | None


class Holds:
    """Part of a ``Store``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lock(self, booking_id: str) -> None:
        """Nobody else answers or settles a hold of this booking until the end of the transaction."""
        queries.lock_hold(self._connection, booking_id=booking_id)

    def head_of(self, booking_id: str) -> str | None:
        """Under which id a session is held: its own, or that of its series; None: there is no such session."""
        head: str | None = queries.head_of(self._connection, booking_id=booking_id)
        return head

    def begin(self, booking_id: str, awaits: Awaits, actor: str, execution: str, now: datetime) -> list[Notification]:
        """What is held waits from now on; returns the notifications of who has to do something about it."""
        found = queries.begin_hold(
            self._connection, booking_id=booking_id, awaits=awaits, actor=actor, execution=execution, now=now
        )
        return _notifications(found)

    def get(self, booking_id: str, awaits: Awaits | None = None) -> HoldView | None:
        """The hold for this, or the newest one; None when there is none."""
        row = queries.hold(self._connection, booking_id=booking_id, awaits=awaits)
        return None if row is None else _hold(row)

    def sessions(self, booking_id: str) -> list[HeldSession]:
        """The sessions that it keeps, or kept."""
        return [
            HeldSession(
                row["id"],
                BookingStatus(row["status"]),
                row["starts_at"].astimezone(UTC),
                PaymentRule(row["payment"]),
                tuple(reason.code for reason in reasons_of(row["reasons"])),
                row["cancellation_id"],
            )
            for row in queries.sessions_of_hold(self._connection, booking_id=booking_id)
        ]

    def keep_token(self, booking_id: str, awaits: Awaits, task_token: str) -> None:
        """The token of the task that waits, in place of an earlier attempt's."""
        queries.keep_hold_token(self._connection, booking_id=booking_id, awaits=awaits, task_token=task_token)

    def keep_checkout(self, booking_id: str, checkout_id: str | None, url: str | None) -> None:
        """Where the client pays; None: nowhere any more."""
        queries.keep_checkout(self._connection, booking_id=booking_id, checkout_id=checkout_id, checkout_url=url)

    def keep_card(self, booking_id: str, customer_id: str, payment_method_id: str) -> None:
        """The card that fees may be taken from."""
        queries.keep_card(
            self._connection, booking_id=booking_id, customer_id=customer_id, payment_method_id=payment_method_id
        )

    def answer(
        self,
        booking_id: str,
        awaits: Awaits,
        answer: HoldAnswer,
        answered_by: str,
        now: datetime,
        change_id: str | None = None,
    ) -> None:
        """Keeps the first answer to an open hold."""
        queries.answer_hold(
            self._connection,
            booking_id=booking_id,
            awaits=awaits,
            answer=answer,
            answered_by=answered_by,
            change_id=change_id,
            now=now,
        )

    def settle(self, booking_id: str, awaits: Awaits, outcome: Outcome) -> None:
        """Once."""
        queries.settle_hold(self._connection, booking_id=booking_id, awaits=awaits, outcome=outcome)

    def take_again(self, booking_id: str) -> bool:
        """A session whose hold had ended has its time again, if nobody else has it; whether it has."""
        return bool(queries.take_again(self._connection, booking_id=booking_id))

    def confirm(
        self, booking_id: str, actor: str, execution: str, taken_again: Sequence[str] = ()
    ) -> list[Notification]:
        """What is held is booked, and so is what was taken again."""
        found = queries.confirm_held(
            self._connection,
            booking_id=booking_id,
            taken_again=list(taken_again),
            actor=actor,
            execution=execution,
        )
        return _notifications(found)

    def release(
        self, booking_id: str, outcome: Outcome, reason: Reason, actor: str, execution: str
    ) -> list[Notification]:
        """What is held is free again."""
        found = queries.release_held(
            self._connection,
            booking_id=booking_id,
            outcome=outcome,
            reasons=Json([reason._asdict()]),
            actor=actor,
            execution=execution,
        )
        return _notifications(found)

    def overdue(self, ended_before: datetime, answered_before: datetime) -> list[tuple[str, Awaits]]:
        """Open holds that ended, or were answered, before then."""
        found = queries.overdue_holds(self._connection, ended_before=ended_before, answered_before=answered_before)
        return [(row["booking_id"], Awaits(row["awaits"])) for row in found]


def _notifications(rows: Any) -> list[Notification]:
    return [queued(NotificationEvent(row["event"]), row) for row in rows]


def _hold(row: dict[str, Any]) -> HoldView:
    return HoldView(
        booking_id=row["booking_id"],
        awaits=Awaits(row["awaits"]),
        until=row["until"].astimezone(UTC),
        task_token=row["task_token"],
        answer=row["answer"] and HoldAnswer(row["answer"]),
        answered_by=row["answered_by"],
        outcome=row["outcome"] and Outcome(row["outcome"]),
        change_id=row["change_id"],
        checkout_id=row["checkout_id"],
        checkout_url=row["checkout_url"],
        payment=PaymentRule(row["payment"]),
        amount=row["amount"],
        currency=row["currency"],
        language=Language(row["language"]),
        requested_by=row["requested_by"],
        parties=parties_of(row),
    )
