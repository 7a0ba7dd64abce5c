"""Everything about a booking, in one order of time: its executions, its messages, its history. Times are UTC."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from booking.contracts.base import Answer
from booking.contracts.operators import BookingFile
from booking.contracts.traces import ExecutionTrace, ItemState, Machine


class MomentKind(StrEnum):
    """What happened at a moment of a booking's life."""

    EXECUTION_STARTED = "execution_started"
    EXECUTION_REDRIVEN = "execution_redriven"
    EXECUTION_ENDED = "execution_ended"
    STATE_ENTERED = "state_entered"
    ATTEMPT_FAILED = "attempt_failed"
    STATE_LEFT = "state_left"
    RETRY_EXPECTED = "retry_expected"
    MESSAGE_SENT = "message_sent"
    MESSAGE_REPORTED = "message_reported"
    PAYMENT_ENTERED = "payment_entered"
    RECORDED = "recorded"


class MomentState(Answer):
    """A moment, of an execution, of a message, of a payment, or of the booking's own history."""

    at: datetime
    kind: MomentKind
    booking_id: Annotated[str | None, Field(description="Of a message or the history: which session's")] = None
    machine: Machine | None = None
    name: Annotated[str | None, Field(description="The execution's")] = None
    state: str | None = None
    about: ItemState | None = None
    what: Annotated[
        str | None, Field(description="The status, outcome, report or event; of a payment its purpose and entry")
    ] = None
    error: str | None = None
    cause: str | None = None
    waited: Annotated[float | None, Field(description="Seconds until the next attempt began")] = None
    actor: Annotated[str | None, Field(description="Who did it")] = None
    reason: Annotated[str | None, Field(description="Why, as they say")] = None
    code: Annotated[str | None, Field(description="Why, as a code")] = None


class Source(StrEnum):
    """Where what is told of a booking comes from."""

    DATABASE = "database"
    EXECUTIONS = "executions"
    DEAD_LETTERS = "dead_letters"


class BookingTrace(Answer):
    """Everything about a booking, in one order of time. What could not be asked is ``missing``, and not guessed."""

    booking_id: str
    missing: list[Source] = []
    file: Annotated[BookingFile | None, Field(description="What PostgreSQL has of it; null: it is missing")] = None
    executions: Annotated[list[ExecutionTrace], Field(description="The oldest first")] = []
    unasked: Annotated[int, Field(description="Executions that there may be besides: there are very many")] = 0
    moments: list[MomentState] = []
