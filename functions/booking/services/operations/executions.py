"""Executions, as operators list them."""

import re
from collections.abc import Callable, Collection

from booking import access
from booking.contracts.booking_traces import Source
from booking.contracts.execution_events import EventsQuery, ExecutionEvent, ExecutionEventList
from booking.contracts.graphs import GraphAnswer
from booking.contracts.operations import BookedSession, ExecutionList, ExecutionsQuery
from booking.contracts.queries import bad_cursor, next_cursor, time_and_id, time_cursor
from booking.contracts.traces import ExecutionTrace, Listed, Machine
from booking.errors import DatabaseUnavailable, Refusal
from booking.model import Requester
from booking.ports import Executions
from booking.problems import Problem
from booking.services.tracing.amounts import shorten_causes
from booking.services.tracing.events import event_of, page_of
from booking.services.tracing.graph import graph_of
from booking.services.tracing.listing import summaries
from booking.services.tracing.reading import arn_of, trace_of

LOOKED_THROUGH = 5_000
"""So many executions of a machine are looked through for a page: Step Functions can't be asked for a time."""


def list_executions(
    executions: Executions,
    sessions: Callable[[Collection[str]], list[BookedSession]],
    requester: Requester,
    query: ExecutionsQuery,
) -> ExecutionList:
    """Those that the query asks for, the last to start first. ``sessions``: when bookings are. Raises ``Refusal``."""
    access.demand_operator(requester)
    after = time_cursor(query.cursor)
    found: list[Listed] = []
    for machine in Machine if query.machine is None else (query.machine,):
        found += _of(executions, machine, query, after)
    found.sort(key=_place, reverse=True)
    page = summaries(executions, found[: query.limit])
    booked, missing = list[BookedSession](), list[Source]()
    try:
        booked = sessions({each.booking_id for each in page if each.booking_id is not None})
    except DatabaseUnavailable:
        missing.append(Source.DATABASE)
    return ExecutionList(
        executions=page,
        sessions=booked,
        missing=missing,
        next=next_cursor(found, query.limit, lambda last: time_and_id(last.started, last.name)),
    )


def get_execution(executions: Executions, requester: Requester, machine: str, name: str) -> ExecutionTrace:
    """An execution step by step. Raises ``Refusal``."""
    access.demand_operator(requester)
    trace = trace_of(executions, arn_of(executions, machine, name))
    if trace is None:
        raise access.not_found("execution")
    shorten_causes([trace, *(attempt for step in trace.steps for attempt in step.attempts)])
    return trace


def get_graph(executions: Executions, requester: Requester, machine: str, name: str) -> GraphAnswer:
    """The machine that an execution runs by, of its own version. Raises ``Refusal``.

    Step Functions tells 200 definitions at once and one a second after that, for all machines of an account.
    """
    definition = executions.definition(_known(executions, requester, machine, name))
    if definition is None:
        raise access.not_found("execution")
    return graph_of(definition)


def list_events(
    executions: Executions, requester: Requester, machine: str, name: str, query: EventsQuery
) -> ExecutionEventList:
    """A page of what Step Functions kept of an execution. Raises ``Refusal``."""
    arn = _known(executions, requester, machine, name)
    if query.cursor is not None and not re.fullmatch("[0-9]{1,6}", query.cursor):
        raise bad_cursor()
    return page_of(executions, arn, int(query.cursor or 0), query.limit)


def get_event(executions: Executions, requester: Requester, machine: str, name: str, event_id: str) -> ExecutionEvent:
    """One event, whole: 256 KiB at most went in or came out. Raises ``Refusal``."""
    arn = _known(executions, requester, machine, name)
    found = event_of(executions, arn, int(event_id)) if re.fullmatch("[0-9]{1,6}", event_id) else None
    if found is None:
        raise access.not_found("event")
    return found


def _known(executions: Executions, requester: Requester, machine: str, name: str) -> str:
    """The ARN of an execution that there is, for an operator. Raises ``Refusal``."""
    access.demand_operator(requester)
    arn = arn_of(executions, machine, name)
    if executions.describe(arn) is None:
        raise access.not_found("execution")
    return arn


def _of(
    executions: Executions, machine: Machine, query: ExecutionsQuery, after: tuple[object, str] | None
) -> list[Listed]:
    """As many of this machine's as a page may need, and one more."""
    found: list[Listed] = []
    for number, each in enumerate(executions.of(machine, query.status)):
        if query.started_from is not None and each.started < query.started_from:
            break  # they come in order of time
        is_wanted = query.started_before is None or each.started < query.started_before
        if is_wanted and (after is None or _place(each) < after):
            found.append(each)
        if len(found) > query.limit:
            break
        if number >= LOOKED_THROUGH:
            raise Refusal(Problem.RULE_BROKEN, f"There are too many executions of {machine} since: ask for a later to.")
    return found


def _place(listed: Listed) -> tuple[object, str]:
    return listed.started, listed.name
