"""What an operator starts again through the API: redrive, rerun, resend. Each is recorded before it is done."""

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from booking import access
from booking.codes import Act, Recorded, WhyNoRequest
from booking.contracts.operations import Acting, ExecutionActAnswer
from booking.contracts.operators import BookingFile
from booking.contracts.traces import ExecutionStatus, Machine
from booking.errors import NotRedrivable, Refusal
from booking.ports import ActRecords, Clock, Executions
from booking.problems import Problem
from booking.services.operations.acting import recorded
from booking.services.operations.asked_acts import asked, key_used, where_recorded
from booking.services.operations.booking_file import booking_file
from booking.services.operations.resending import execution_name, resend
from booking.services.tracing.listing import is_rerun_of, rerun_name, reruns
from booking.services.tracing.reading import arn_of, booking_in, trace_of
from booking.store import Stores

CLOCKS_DIFFER = timedelta(seconds=5)
"""So much PostgreSQL's clock and Step Functions' at most."""

TELL_THE_CLIENT = "Tell the client that the request was lost, and book it for them or ask them to book again."

WHY_NOT = {
    WhyNoRequest.NOT_DECIDED: f"Nothing was kept of its request. {TELL_THE_CLIENT}",
    WhyNoRequest.OFFER: "It is an offer of the wait list, which a sweep has made: OfferSlots settles it.",
    WhyNoRequest.SESSION_OF_SERIES: "It is a later session of a series: run the series again, by its first one's id.",
    WhyNoRequest.UNREADABLE: f"Its request can't be read any more. {TELL_THE_CLIENT}",
}


class Again(NamedTuple):
    """What a booking is run again with: the new execution's name, its input, and whether that is the first one's."""

    name: str
    given: str
    is_of_execution: bool


# -- Redrive -----------------------------------------------------------------------------------------------------------


def redrive_execution(
    stores: Stores, executions: Executions, records: ActRecords, acting: Acting, machine: str, name: str, clock: Clock
) -> ExecutionActAnswer:
    """Restarts an execution where it stopped. Raises ``Refusal``.

    The same call again is done if the execution was redriven since it was recorded. It is looked at first: a call that
    is under way is recorded before it is done.
    """
    access.demand_operator(acting.requester)
    arn = arn_of(executions, machine, name)
    trace = trace_of(executions, arn, with_data=False)
    if trace is None:
        raise access.not_found("execution")
    acting, past = asked(stores, acting, Act.REDRIVEN, arn.__eq__)
    answer = {"act_id": acting.act_id, "machine": Machine(machine), "name": name}
    if past is not None and any(moment > past.at - CLOCKS_DIFFER for moment in trace.redriven):
        return ExecutionActAnswer(recorded=Recorded.IN_HISTORY, **answer)
    if trace.redrive is None or not trace.redrive.possible:
        raise not_redrivable(None if trace.redrive is None else trace.redrive.reason)
    act = acting.to_act(Act.REDRIVEN, arn, trace.booking_id, clock())
    acted = recorded(records, act, acting.body.reason, lambda: executions.redrive(arn, act.act_id), clock)
    if isinstance(acted.error, NotRedrivable):
        raise not_redrivable(str(acted.error))
    return ExecutionActAnswer(recorded=where_recorded(acted), **answer)


def not_redrivable(reason: str | None) -> Refusal:
    """What Step Functions says, and what to do instead."""
    return Refusal(Problem.NOT_REDRIVABLE, f"{reason or 'It has not failed.'} A booking can be run again instead.")


# -- Rerun -------------------------------------------------------------------------------------------------------------


def again_of(executions: Executions, booking_id: str, file: Callable[[], BookingFile]) -> Again:
    """What the booking is run again with: its execution's input, or, when that is gone, what PostgreSQL has kept.

    Raises ``Refusal``: it runs still, there is no such booking, or nothing is left of its request.
    """
    first = executions.describe(executions.arn(Machine.BOOKING, booking_id))
    before = list(reruns(executions, booking_id))
    known = [each for each in (first, *before) if each is not None]
    if any(each.listed.status is ExecutionStatus.RUNNING for each in known):
        raise Refusal(Problem.STILL_RUNNING, f"{booking_id} is still running.")
    name = rerun_name(booking_id, len(before) + 1)
    if known:
        if booking_in(known[0].given) != booking_id:
            raise Refusal(Problem.NOT_RERUNNABLE, "The input of its execution names no booking.")
        return Again(name, known[0].given, is_of_execution=True)
    kept = file()
    if kept.request is not None:
        return Again(name, kept.request.model_dump_json(), is_of_execution=False)
    if kept.status is None and not kept.events:
        raise Refusal(
            Problem.BOOKING_NOT_FOUND, f"There is no booking {booking_id}, or nothing is left of it. {TELL_THE_CLIENT}"
        )
    raise Refusal(Problem.NOT_RERUNNABLE, WHY_NOT[kept.no_request or WhyNoRequest.NOT_DECIDED])


def rerun_booking(
    stores: Stores, executions: Executions, records: ActRecords, acting: Acting, booking_id: str, clock: Clock
) -> ExecutionActAnswer:
    """Runs the booking again in a new execution; nothing is doubled. Raises ``Refusal``, ``DatabaseUnavailable``."""
    access.demand_operator(acting.requester)
    is_same = lambda subject: is_rerun_of(booking_id, subject.rpartition(":")[2])  # noqa: E731  # said once
    acting, past = asked(stores, acting, Act.RERUN, is_same)
    answer = {"act_id": acting.act_id, "machine": Machine.BOOKING}
    if past is not None and executions.describe(past.subject) is not None:
        return ExecutionActAnswer(recorded=Recorded.IN_HISTORY, name=past.subject.rpartition(":")[2], **answer)
    again = again_of(executions, booking_id, lambda: booking_file(stores, booking_id))
    name = again.name if past is None else past.subject.rpartition(":")[2]
    act = acting.to_act(Act.RERUN, executions.arn(Machine.BOOKING, name), booking_id, clock())
    acted = recorded(
        records, act, acting.body.reason, lambda: executions.start(Machine.BOOKING, name, again.given), clock
    )
    return ExecutionActAnswer(recorded=where_recorded(acted), name=name, **answer)


# -- Resend ------------------------------------------------------------------------------------------------------------


def resend_notification(
    stores: Stores, executions: Executions, records: ActRecords, acting: Acting, notification_id: UUID, clock: Clock
) -> ExecutionActAnswer:
    """Sends a message again that reached nobody, if it is still true. Raises ``Refusal``, ``DatabaseUnavailable``."""
    access.demand_operator(acting.requester)
    with stores.autocommit() as store:
        found = store.finding.booking_of_message(notification_id)
    if found is None:
        raise access.not_found("notification")
    acting, past = asked(stores, acting, Act.RESENT)
    name = execution_name(acting.act_id)
    arn = executions.arn(Machine.RESEND, name)
    answer = {"act_id": acting.act_id, "machine": Machine.RESEND, "name": name}
    before = executions.describe(arn) if past is not None else None
    if before is not None:
        if str(notification_id) not in before.given:
            raise key_used()
        return ExecutionActAnswer(recorded=Recorded.IN_HISTORY, **answer)
    act = acting.to_act(Act.RESENT, arn, found["booking_id"], clock())
    acted = resend(executions, records, act, acting.body.reason, found["booking_id"], notification_id)
    return ExecutionActAnswer(recorded=where_recorded(acted), **answer)
