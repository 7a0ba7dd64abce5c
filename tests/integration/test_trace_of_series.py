"""The trace of a series: a year of sessions with their reminders in one answer, in few calls, on the worst day too."""

import gzip
import json
from datetime import timedelta
from typing import Any

import pytest
from psycopg2.extensions import connection as Connection

from booking.codes import Outcome
from booking.contracts.booking_traces import BookingTrace, MomentKind
from booking.contracts.reminders import PrepareReminderInput
from booking.contracts.traces import ExecutionStatus, Machine
from booking.services.notifications.reminders import prepare_reminder, start_reminders
from booking.services.operations.trace import get_trace
from booking.store import Stores
from tests.fakes import FakeExecutions, FakeWorkflows, clock_at
from tests.integration.test_changes import cancel
from tests.integration.test_operator_api import OPERATOR
from tests.integration.test_series import decide
from tests.rows import rows
from tests.unit.test_tracing import at, events

SESSIONS = 52
HOUR = timedelta(hours=1)
ANSWER = 6 * 1024 * 1024
"""Bytes that Lambda answers at most; the body in it is text."""

Events = list[tuple[Any, ...]]


@pytest.fixture
def reminders(stores: Stores, db: Connection) -> dict[str, dict[str, Any]]:
    """A year of sessions, each reminded of by e-mail and by text: what the executions were given, by their names."""
    rows(db, "UPDATE services SET reminder_email_minutes = 1440, reminder_sms_minutes = 120 RETURNING 1")
    assert decide(stores, "s-1", recurrence=f"FREQ=WEEKLY;COUNT={SESSIONS}").outcome == Outcome.RESERVED
    workflows = FakeWorkflows()
    for session in rows(db, "SELECT lower(during) AS starts_at FROM bookings ORDER BY occurrence"):
        for before in (24 * HOUR, 2 * HOUR):
            start_reminders(stores, workflows, clock_at(session["starts_at"] - before))
    for given in workflows.started.values():
        prepare_reminder(stores, PrepareReminderInput.model_validate(given))
    return workflows.started


def sent(given: dict[str, Any], message: str) -> Events:
    """The history of a reminder that was sent."""
    decided = json.dumps({**given, "decision": {"outcome": "due", "reasons": [], "notifications": [message]}})
    item = json.dumps({"booking_id": given["booking_id"], "notification_id": message})
    return [
        (0, "ExecutionStarted"),
        (1, "TaskStateEntered", "PrepareReminder", {"input": json.dumps(given)}),
        (2, "TaskScheduled"),
        (3, "TaskSucceeded"),
        (4, "TaskStateExited", "PrepareReminder", {"output": decided}),
        (5, "MapStateEntered", "NotifyParties", {"input": decided}),
        (6, "MapStateStarted", None, {"length": 1}),
        (7, "MapIterationStarted", "NotifyParties", {"index": 0}),
        (8, "TaskStateEntered", "DeliverNotification", {"input": item}),
        (9, "TaskScheduled"),
        (10, "TaskSucceeded"),
        (11, "TaskStateExited", "DeliverNotification", {"output": '{"outcome": "sent"}'}),
        (12, "MapIterationSucceeded", "NotifyParties", {"index": 0}),
        (13, "MapStateSucceeded"),
        (14, "MapStateExited", "NotifyParties", {"output": decided}),
        (15, "ExecutionSucceeded"),
    ]


def failed(given: dict[str, Any]) -> Events:
    """The history of one that was tried as often as can be, with what Lambda says of it."""
    history: Events = [
        (0, "ExecutionStarted"),
        (1, "TaskStateEntered", "PrepareReminder", {"input": json.dumps(given)}),
    ]
    trace = [f'  File "/var/task/booking/database.py", line {line}, in connect\n    raise' for line in range(20)]
    cause = json.dumps({"errorMessage": "PostgreSQL is away", "errorType": "DatabaseUnavailable", "stackTrace": trace})
    for _ in range(26):
        history += [
            (len(history), "TaskScheduled"),
            (len(history) + 1, "TaskFailed", "DatabaseUnavailable", {"cause": cause}),
        ]
    return [*history, (len(history), "ExecutionFailed", "DatabaseUnavailable")]


def executed(reminders: dict[str, Any], db: Connection, *, well: bool = True) -> FakeExecutions:
    """The executions of the series and of its reminders."""
    executions = FakeExecutions()
    executions.put("s-1", ExecutionStatus.SUCCEEDED, at(0), at(3), given='{"booking_id": "s-1"}')
    query = "SELECT id FROM notifications WHERE booking_id = %s AND event = 'reminder' AND channel = %s"
    for number, (name, given) in enumerate(reminders.items(), 1):
        [message] = rows(db, query, given["booking_id"], given["channel"])
        history = sent(given, str(message["id"])) if well else failed(given)
        status = ExecutionStatus.SUCCEEDED if well else ExecutionStatus.FAILED
        begun, ended = at(60 * number), at(60 * number + 16)
        executions.put(name, status, begun, ended, *events(*history), machine=Machine.REMINDER, given=json.dumps(given))
    return executions


def answered(trace: BookingTrace) -> bytes:
    """What Lambda hands to API Gateway: JSON with the body as text."""
    return json.dumps({"statusCode": 200, "body": trace.model_dump_json(by_alias=True)}).encode()


def test_a_year_of_sessions_with_their_reminders_is_one_answer_within_all_limits(
    stores: Stores, db: Connection, reminders: dict[str, Any]
) -> None:
    executions = executed(reminders, db)
    trace = get_trace(stores, executions, OPERATOR, "s-1")
    assert len(reminders) == 2 * SESSIONS
    assert len(trace.executions) == 2 * SESSIONS + 1
    assert (trace.unasked, [each.name for each in trace.executions if each.unread]) == (0, [])
    assert trace.file is not None
    assert [each.occurrence for each in trace.file.sessions] == list(range(2, SESSIONS + 1))
    last = trace.executions[-1].steps[-1]
    assert (last.outcome, last.about and (last.about.event, last.about.recipient, last.about.channel)) == (
        *("sent", ("reminder", "client", "sms")),
    )
    whose = {each.booking_id for each in trace.moments if each.kind is MomentKind.RECORDED}
    assert whose >= {"s-1", *(each.booking_id for each in trace.file.sessions)}

    body = answered(trace)
    assert len(body) < ANSWER / 6
    assert len(gzip.compress(body)) < 60_000
    assert executions.describes <= 125  # Step Functions answers 250 at once
    assert len(executions.with_data) <= 110  # and 400


def test_a_day_on_which_everything_failed_as_often_as_it_could_is_still_an_answer(
    stores: Stores, db: Connection, reminders: dict[str, Any]
) -> None:
    trace = get_trace(stores, executed(reminders, db, well=False), OPERATOR, "s-1")
    body = answered(trace)
    assert len(body) < ANSWER / 2
    attempts = [each for trace in trace.executions for step in trace.steps for each in step.attempts]
    assert len(attempts) > 100 * 26
    assert all(each.cause and each.cause.startswith('{"errorMessage": "PostgreSQL is away"') for each in attempts)


def test_a_session_that_was_changed_brings_its_changes_into_the_series(
    stores: Stores, db: Connection, reminders: dict[str, Any]
) -> None:
    third, fifth = (
        row["id"] for row in rows(db, "SELECT id FROM bookings WHERE occurrence IN (3, 5) ORDER BY occurrence")
    )
    cancel(stores, fifth, change_id="c-1")
    executions = executed(reminders, db)
    executions.put("c-1", ExecutionStatus.SUCCEEDED, at(1), at(2), machine=Machine.CANCELLATION)
    names = [each.name for each in get_trace(stores, executions, OPERATOR, "s-1").executions]
    assert "c-1" in names
    first, *others = get_trace(stores, executions, OPERATOR, third).executions
    assert (first.name, [each.machine for each in others]) == ("s-1", [Machine.REMINDER, Machine.REMINDER])


def test_more_executions_than_can_be_asked_for_are_counted_and_the_rest_is_there(
    stores: Stores, db: Connection, reminders: dict[str, Any]
) -> None:
    """Each change of a series gives every reminder one more name that its execution may have had."""
    rows(db, "UPDATE bookings SET sequence = 3 RETURNING 1")
    executions = executed(reminders, db)
    trace = get_trace(stores, executions, OPERATOR, "s-1")
    assert trace.unasked > 100
    assert executions.describes <= 250
