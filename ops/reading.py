"""What is known of a booking, as far as each of those who know something answers."""

from typing import NamedTuple

from booking.contracts.booking_traces import BookingTrace, Source
from booking.contracts.finding import Found
from booking.contracts.operators import BookingFile
from booking.services.operations.trace import trace_booking
from ops.errors import EXIT_UNKNOWN, OperatorError
from ops.practice import Practice


class Known(NamedTuple):
    """All that could be found out. ``missing``: what could not, and why."""

    trace: BookingTrace
    missing: list[str]


def booking_file(practice: Practice, booking_id: str) -> BookingFile:
    """What PostgreSQL knows of it. Raises ``OperatorError``."""
    return BookingFile.model_validate(practice.ask("DescribeBooking", {"booking_id": booking_id}))


def found_bookings(practice: Practice, **asked: object) -> Found:
    """What FindBookings finds. Raises ``OperatorError``."""
    return Found.model_validate(practice.ask("FindBookings", asked))


def known_of(practice: Practice, name: str) -> Known:
    """A booking, or an execution of this name. Raises ``OperatorError`` when there is neither, or nobody answers."""
    file, missing = None, []
    try:
        file = booking_file(practice, name)
    except OperatorError as error:
        missing.append(f"{error}: messages, history, and executions of changes, reminders and offers are not shown")
    trace = trace_booking(practice.executions, name, file)
    if trace is None:
        raise OperatorError(f"there is no booking {name}", EXIT_UNKNOWN)
    if Source.EXECUTIONS in trace.missing:
        missing.append("Step Functions does not answer: executions are not shown")
    if not trace.executions and file is None:
        raise OperatorError(f"{missing[0]}; Step Functions has no execution {name}")
    return Known(trace, missing)
