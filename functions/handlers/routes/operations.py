"""What operators see and do: traces, what needs a person, dead letters, acts. A function of its own answers."""

from uuid import UUID

from booking.contracts.base import BookingId
from booking.contracts.booking_traces import BookingTrace
from booking.contracts.finding import FindBookingsInput, Found
from booking.contracts.operations import (
    ActAnswer,
    ActBody,
    Acting,
    AttentionList,
    AttentionQuery,
    DeadLetterList,
    ExecutionActAnswer,
)
from booking.model import Requester
from booking.problems import Problem
from booking.services.operations import attention as attending
from booking.services.operations import dead_letters, restarting, trace
from booking.services.operations.finding import find_bookings, search_bookings
from handlers._operations import Operation
from handlers._outside import outside
from handlers.routes.executions import FUNCTION, sessions

RECORDED = (
    "It is recorded before it is done, with who asks and why; while the database is away without the words. The same "
    "call again, with its key, does nothing twice."
)


@Operation(
    "listAttention",
    "GET",
    "/v1/attention",
    tag="Operations",
    function=FUNCTION,
    summary="What needs a person (operators)",
    description="Failed executions that nothing has mended, people who were told on no channel, and dead letters; what "
    "runs and waits beside them. What can't be asked just now is named, and the rest is there.",
    answered="The newest first",
    refusals=(Problem.FORBIDDEN,),
)
def attention(requester: Requester, query: AttentionQuery) -> AttentionList:
    asked = FindBookingsInput(needing_attention=True)
    needing = lambda: find_bookings(outside.stores, asked, outside.clock)  # noqa: E731  # asked only if it is wanted
    return attending.list_attention(outside.executions, outside.dead_letter_queues, needing, sessions, requester, query)


@Operation(
    "traceBooking",
    "GET",
    "/v1/bookings/{booking_id}/trace",
    tag="Operations",
    function=FUNCTION,
    summary="Everything about a booking, in one order of time (operators)",
    description="Every execution of it (of the booking, its changes, reminders, offers) attempt by attempt, its "
    "messages with what became of them, and who did what and why. A series' id has all of its sessions. What can't be "
    "asked just now is named.",
    answered="The trace",
    refusals=(Problem.FORBIDDEN, Problem.BOOKING_NOT_FOUND),
)
def booking_trace(booking_id: BookingId, requester: Requester) -> BookingTrace:
    return trace.get_trace(outside.stores, outside.executions, requester, booking_id)


@Operation(
    "searchBookings",
    "POST",
    "/v1/booking-search",
    tag="Operations",
    function=FUNCTION,
    summary="Find bookings by a client's name and a day, a message, or what needs a person (operators)",
    description="A name without a day finds clients. What is found has ids, times and codes, and no name.",
    answered="At most 200 of each",
    refusals=(Problem.FORBIDDEN, Problem.RULE_BROKEN),
)
def booking_search(requester: Requester, body: FindBookingsInput) -> Found:
    return search_bookings(outside.stores, requester, body, outside.clock)


@Operation(
    "redriveExecution",
    "POST",
    "/v1/executions/{machine}/{name}/redrive",
    tag="Operations",
    function=FUNCTION,
    status=202,
    summary="Restart a failed execution where it stopped (operators)",
    description=RECORDED,
    answered="It runs again",
    refusals=(
        Problem.FORBIDDEN,
        Problem.EXECUTION_NOT_FOUND,
        Problem.NOT_REDRIVABLE,
        Problem.IDEMPOTENCY_KEY_USED,
        Problem.RULE_BROKEN,
    ),
    location="../{name}",
)
def redrive(machine: str, name: str, requester: Requester, key: str, body: ActBody) -> ExecutionActAnswer:
    acting = Acting(requester, key, body)
    return restarting.redrive_execution(
        outside.stores, outside.executions, outside.act_records, acting, machine, name, outside.clock
    )


@Operation(
    "rerunBooking",
    "POST",
    "/v1/bookings/{booking_id}/rerun",
    tag="Operations",
    function=FUNCTION,
    status=202,
    summary="Run a booking again in a new execution (operators)",
    description=f"For what can't be redriven; nothing of the booking is doubled. {RECORDED}",
    answered="The new execution runs",
    refusals=(
        Problem.FORBIDDEN,
        Problem.BOOKING_NOT_FOUND,
        Problem.STILL_RUNNING,
        Problem.NOT_RERUNNABLE,
        Problem.IDEMPOTENCY_KEY_USED,
        Problem.RULE_BROKEN,
    ),
    location="../../executions/{machine}/{name}",
)
def rerun(booking_id: BookingId, requester: Requester, key: str, body: ActBody) -> ExecutionActAnswer:
    acting = Acting(requester, key, body)
    return restarting.rerun_booking(
        outside.stores, outside.executions, outside.act_records, acting, booking_id, outside.clock
    )


@Operation(
    "resendNotification",
    "POST",
    "/v1/notifications/{notification_id}/resend",
    tag="Operations",
    function=FUNCTION,
    status=202,
    summary="Send a message again that reached nobody (operators)",
    description=f"If it is still true; the booking's mark UNREACHED is cleared until it fails again. {RECORDED}",
    answered="The execution that sends it runs",
    refusals=(
        Problem.FORBIDDEN,
        Problem.NOTIFICATION_NOT_FOUND,
        Problem.IDEMPOTENCY_KEY_USED,
        Problem.RULE_BROKEN,
    ),
    location="../../executions/{machine}/{name}",
)
def resend(notification_id: UUID, requester: Requester, key: str, body: ActBody) -> ExecutionActAnswer:
    acting = Acting(requester, key, body)
    return restarting.resend_notification(
        outside.stores, outside.executions, outside.act_records, acting, notification_id, outside.clock
    )


@Operation(
    "listDeadLetters",
    "GET",
    "/v1/dead-letters",
    tag="Operations",
    function=FUNCTION,
    summary="Messages that their consumers could not handle (operators)",
    description="Looking changes nothing.",
    answered="All of them, the newest first",
    refusals=(Problem.FORBIDDEN,),
)
def all_dead_letters(requester: Requester) -> DeadLetterList:
    return dead_letters.list_dead_letters(outside.dead_letter_queues, requester)


@Operation(
    "redriveDeadLetter",
    "POST",
    "/v1/dead-letters/{queue}/{message_id}/redrive",
    tag="Operations",
    function=FUNCTION,
    status=202,
    summary="Put a dead letter back on the queue it came from (operators)",
    description=RECORDED,
    answered="It is on its queue again",
    refusals=(
        Problem.FORBIDDEN,
        Problem.DEAD_LETTER_NOT_FOUND,
        Problem.IDEMPOTENCY_KEY_USED,
        Problem.RULE_BROKEN,
    ),
)
def redrive_dead_letter(queue: str, message_id: UUID, requester: Requester, key: str, body: ActBody) -> ActAnswer:
    acting = Acting(requester, key, body)
    return dead_letters.put_back(
        outside.stores, outside.dead_letter_queues, outside.act_records, acting, queue, message_id, outside.clock
    )
