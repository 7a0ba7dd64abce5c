"""What Step Functions knows of executions, for operators: lists, steps, graphs, events. OperatorApi answers."""

from collections.abc import Collection

from booking.contracts.execution_events import EventsQuery, ExecutionEvent, ExecutionEventList
from booking.contracts.graphs import GraphAnswer
from booking.contracts.operations import BookedSession, ExecutionList, ExecutionsQuery
from booking.contracts.traces import ExecutionTrace
from booking.model import Requester
from booking.problems import Problem
from booking.services.operations import executions
from booking.services.operations.booked_sessions import sessions_of
from handlers._operations import Operation
from handlers._outside import outside

FUNCTION = "OperatorApi"


def sessions(booking_ids: Collection[str]) -> list[BookedSession]:
    """When these bookings are, as PostgreSQL has it."""
    return sessions_of(outside.stores, booking_ids)


@Operation(
    "listExecutions",
    "GET",
    "/v1/executions",
    tag="Operations",
    function=FUNCTION,
    summary="Executions of the state machines (operators)",
    answered="A page, the last to start first",
    refusals=(Problem.FORBIDDEN, Problem.RULE_BROKEN),
)
def all_executions(requester: Requester, query: ExecutionsQuery) -> ExecutionList:
    return executions.list_executions(outside.executions, sessions, requester, query)


@Operation(
    "getExecution",
    "GET",
    "/v1/executions/{machine}/{name}",
    tag="Operations",
    function=FUNCTION,
    summary="An execution, step by step (operators)",
    answered="The execution",
    refusals=(Problem.FORBIDDEN, Problem.EXECUTION_NOT_FOUND),
)
def execution(machine: str, name: str, requester: Requester) -> ExecutionTrace:
    return executions.get_execution(outside.executions, requester, machine, name)


@Operation(
    "getExecutionGraph",
    "GET",
    "/v1/executions/{machine}/{name}/graph",
    tag="Operations",
    function=FUNCTION,
    summary="The state machine that an execution runs by, as a graph (operators)",
    description="Of the version that it was started with, whatever has been released since.",
    answered="The graph",
    refusals=(Problem.FORBIDDEN, Problem.EXECUTION_NOT_FOUND),
)
def execution_graph(machine: str, name: str, requester: Requester) -> GraphAnswer:
    return executions.get_graph(outside.executions, requester, machine, name)


@Operation(
    "listExecutionEvents",
    "GET",
    "/v1/executions/{machine}/{name}/events",
    tag="Operations",
    function=FUNCTION,
    summary="The events of an execution, with what went in and came out (operators)",
    description="As Step Functions kept them. Texts are cut after 16,384 bytes: the event by itself has all. What "
    "runs has more later: the id of the last event is a cursor, too.",
    answered="A page, the oldest first",
    refusals=(Problem.FORBIDDEN, Problem.EXECUTION_NOT_FOUND),
)
def execution_events(machine: str, name: str, requester: Requester, query: EventsQuery) -> ExecutionEventList:
    return executions.list_events(outside.executions, requester, machine, name, query)


@Operation(
    "getExecutionEvent",
    "GET",
    "/v1/executions/{machine}/{name}/events/{event_id}",
    tag="Operations",
    function=FUNCTION,
    summary="An event of an execution, whole (operators)",
    answered="The event",
    refusals=(Problem.FORBIDDEN, Problem.EVENT_NOT_FOUND, Problem.EXECUTION_NOT_FOUND),
)
def execution_event(machine: str, name: str, event_id: str, requester: Requester) -> ExecutionEvent:
    return executions.get_event(outside.executions, requester, machine, name, event_id)
