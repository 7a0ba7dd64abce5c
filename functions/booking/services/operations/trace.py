"""The trace of a booking: every execution of it, its messages and its history, in one order of time."""

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from booking import access
from booking.codes import PaymentEntry
from booking.contracts.booking_traces import BookingTrace, MomentKind, MomentState, Source
from booking.contracts.operators import BookingFile, BookingPart, EventState, NotificationFile, PaymentFile
from booking.contracts.traces import AttemptState, ExecutionTrace, ItemState, Machine
from booking.errors import DatabaseUnavailable, ProviderRefused, ProviderUnavailable
from booking.model import Requester
from booking.ports import Executions
from booking.services.operations.booking_file import booking_file
from booking.services.operations.resending import execution_name as resend_name
from booking.services.payments.naming import movement_name
from booking.services.tracing.amounts import read_most, shorten_causes
from booking.services.tracing.listing import described, reruns
from booking.store import Stores

ASKED = 240
"""So many executions are asked for: Step Functions describes 250 at once and ten a second after that, for all machines
of an account."""


def trace_booking(executions: Executions, booking_id: str, file: BookingFile | None) -> BookingTrace | None:
    """All that there is of a booking, or None when nothing knows it. ``file`` None: PostgreSQL could not be asked.

    Without it there are the execution that the booking was asked for with, and its reruns: who else acted for it, only
    PostgreSQL knows. An execution of another machine is traced by its name, too. A series has all of its sessions.
    """
    missing = [] if file is not None else [Source.DATABASE]
    found, unasked = list[ExecutionTrace](), 0
    try:
        arns = list(dict.fromkeys(_arns(executions, booking_id, file)))
        unasked = len(arns[ASKED:])
        found = read_most(executions, [each for each in described(executions, arns[:ASKED]) if each is not None])
    except (ProviderUnavailable, ProviderRefused):
        missing.append(Source.EXECUTIONS)
    if not found and not missing and (file is None or not _is_known(file)):
        return None
    messages = {str(each.notification_id): each for part in _parts(file) for each in part.notifications}
    for step in (step for trace in found for step in trace.steps):
        if step.about is not None and (message := messages.get(step.about.notification_id)) is not None:
            step.about = _item(message)
    moments = sorted(_moments(found, file), key=lambda moment: moment.at)
    return BookingTrace(
        booking_id=booking_id, missing=missing, file=file, executions=found, unasked=unasked, moments=moments
    )


def get_trace(stores: Stores, executions: Executions, requester: Requester, booking_id: str) -> BookingTrace:
    """For an operator, by a call. Raises ``Refusal``."""
    access.demand_operator(requester)
    try:
        file = booking_file(stores, booking_id)
    except DatabaseUnavailable:
        file = None
    trace = trace_booking(executions, booking_id, file)
    if trace is None:
        raise access.not_found("booking")
    shorten_causes([*trace.executions, *trace.moments, *_attempts(trace.executions)])
    return trace


def _attempts(traces: list[ExecutionTrace]) -> Iterator[AttemptState]:
    return (attempt for trace in traces for step in trace.steps for attempt in step.attempts)


def _is_known(file: BookingFile) -> bool:
    return file.status is not None or bool(file.events)


def _arns(executions: Executions, booking_id: str, file: BookingFile | None) -> Iterator[str]:
    for machine in Machine:
        yield executions.arn(machine, booking_id)
    for rerun in reruns(executions, booking_id):
        yield rerun.listed.arn
    if file is None:
        return
    if file.decision is not None and file.decision.series_id is not None:
        yield executions.arn(Machine.BOOKING, file.decision.series_id)
    for name in file.offer.executions if file.offer is not None else []:
        yield executions.arn(Machine.OFFER, name)
    for part in _parts(file):
        yield from _arns_of(executions, part)
    reminders = [reminder for part in _parts(file) for reminder in part.reminders]
    for names in zip_longest(*(reversed(each.executions) for each in reminders)):
        # Those that each would have had first, if it had not been changed since: they are the likely ones.
        yield from (executions.arn(Machine.REMINDER, name) for name in names if name is not None)


def _parts(file: BookingFile | None) -> list[BookingPart]:
    """The booking, and what else is a session of its series."""
    return [] if file is None else [file, *file.sessions]


def _arns_of(executions: Executions, part: BookingPart) -> Iterator[str]:
    for change in part.changes:
        yield executions.arn(Machine(change.kind), change.change_id)
    for payment in part.payments:
        if payment.entry == PaymentEntry.INTENDED:
            yield executions.arn(Machine.PAYMENT, movement_name(payment.key))
        if _is_here(executions, payment.execution):
            yield payment.execution
    for event in part.events:
        if event.event == "resent" and event.act_id is not None:
            yield executions.arn(Machine.RESEND, resend_name(event.act_id))
        elif _is_here(executions, event.execution):
            yield event.execution


def _is_here(executions: Executions, execution: str) -> bool:
    """Whether it is an execution of these machines: a history may be older than its stack, or restored into another."""
    name = execution.rpartition(":")[2]
    return any(executions.arn(machine, name) == execution for machine in Machine)


def _item(message: NotificationFile) -> ItemState:
    return ItemState(
        notification_id=str(message.notification_id),
        event=message.event,
        recipient=message.recipient,
        channel=message.channel,
    )


# -- One order of time ------------------------------------------------------------------------------------------------


def _moments(traces: list[ExecutionTrace], file: BookingFile | None) -> Iterator[MomentState]:
    for trace in traces:
        yield from _of_an_execution(trace)
    for part in _parts(file):
        for message in part.notifications:
            yield from _of_a_message(part.booking_id, message)
        for payment in part.payments:
            yield _of_a_payment(part.booking_id, payment)
        for event in part.events:
            yield _of_the_history(part.booking_id, event)


def _of_an_execution(trace: ExecutionTrace) -> Iterator[MomentState]:
    of = {"machine": trace.machine, "name": trace.name}
    yield MomentState(at=trace.started, kind=MomentKind.EXECUTION_STARTED, **of)
    for moment in trace.redriven:
        yield MomentState(at=moment, kind=MomentKind.EXECUTION_REDRIVEN, **of)
    for step in trace.steps:
        part = {**of, "state": step.name, "about": step.about}
        yield MomentState(at=step.entered, kind=MomentKind.STATE_ENTERED, **part)
        for attempt in step.attempts:
            if attempt.error is not None and attempt.ended is not None:
                yield MomentState(
                    at=attempt.ended,
                    kind=MomentKind.ATTEMPT_FAILED,
                    error=attempt.error,
                    cause=attempt.cause,
                    waited=attempt.waited,
                    **part,
                )
        if step.left is not None:
            yield MomentState(at=step.left, kind=MomentKind.STATE_LEFT, what=step.outcome, **part)
    if trace.waiting is not None:
        expected = {"state": trace.waiting.state, "error": trace.waiting.error}
        yield MomentState(at=trace.waiting.latest, kind=MomentKind.RETRY_EXPECTED, **of, **expected)
    if trace.stopped is not None:
        ended = {"what": trace.status, "error": trace.error, "cause": trace.cause}
        yield MomentState(at=trace.stopped, kind=MomentKind.EXECUTION_ENDED, **of, **ended)


def _of_a_message(booking_id: str, message: NotificationFile) -> Iterator[MomentState]:
    of: dict[str, Any] = {"booking_id": booking_id, "about": _item(message)}
    if message.accepted_at is not None:
        yield MomentState(at=message.accepted_at, kind=MomentKind.MESSAGE_SENT, **of)
    if message.delivery_at is not None and message.delivery is not None:
        # A provider may tell whole seconds: a report does not come before its message.
        at = max(message.delivery_at, message.accepted_at or message.delivery_at)
        yield MomentState(at=at, kind=MomentKind.MESSAGE_REPORTED, what=message.delivery, **of)


def _of_a_payment(booking_id: str, payment: PaymentFile) -> MomentState:
    return MomentState(
        booking_id=booking_id,
        at=payment.at,
        kind=MomentKind.PAYMENT_ENTERED,
        what=f"{payment.purpose} {payment.entry}",
        code=payment.code,
        actor=payment.actor,
    )


def _of_the_history(booking_id: str, event: EventState) -> MomentState:
    return MomentState(
        booking_id=booking_id,
        at=event.at,
        kind=MomentKind.RECORDED,
        what=event.event,
        actor=event.actor,
        reason=event.detail.get("reason"),
        code=event.detail.get("code"),
        error=event.detail.get("refusal"),
    )
