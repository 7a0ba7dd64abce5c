"""What operators see and do by calls of the API, without an AWS login: each act recorded, and the same call once."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg2.extensions import connection as Connection
from pydantic import ValidationError

from booking.codes import Group, Recorded
from booking.contracts.booking_traces import MomentKind, Source
from booking.contracts.execution_events import EventsQuery
from booking.contracts.finding import FindBookingsInput, Found, FoundBooking
from booking.contracts.operations import (
    ActBody,
    Acting,
    AttentionCounts,
    AttentionKind,
    AttentionList,
    AttentionQuery,
    BookedSession,
    DeadLetterQueue,
    DeadLetterState,
    ExecutionList,
    ExecutionsQuery,
    Letter,
)
from booking.contracts.states import AttentionState
from booking.contracts.traces import ExecutionStatus, Machine
from booking.errors import DatabaseUnavailable, ProviderRefused, ProviderUnavailable, Refusal
from booking.model import Requester
from booking.problems import Problem
from booking.services.operations.attention import list_attention
from booking.services.operations.booked_sessions import sessions_of
from booking.services.operations.dead_letters import list_dead_letters, put_back
from booking.services.operations.executions import (
    get_event,
    get_execution,
    get_graph,
    list_events,
    list_executions,
)
from booking.services.operations.finding import find_bookings
from booking.services.operations.recording import ActsOfFunctions, record_queued_act
from booking.services.operations.restarting import redrive_execution, rerun_booking, resend_notification
from booking.services.operations.trace import get_trace
from booking.services.tracing.listing import rerun_name
from booking.store import Stores
from local import demo
from tests.asking import STARTS_AT, reserve, reserve_input
from tests.fakes import FakeActsQueue, FakeExecutions
from tests.rows import rows
from tests.unit.test_tracing import BOOKING, ITEMS, at, events

OPERATOR = Requester("sub-operator", frozenset({Group.OPERATOR}))
BODY = ActBody(reason="The mail provider is back")


class Away(Stores):
    """PostgreSQL is away."""

    def __init__(self) -> None:
        """It has no connection."""

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        raise DatabaseUnavailable("away")
        yield

    autocommit = transaction


class FakeQueues:
    """Dead letters in memory; ``broken`` is raised instead."""

    def __init__(self, *letters: Letter) -> None:
        self.letters, self.put, self.broken = list(letters), list[Letter](), False

    @contextmanager
    def held(self, queues: Iterable[DeadLetterQueue], seconds: int = 60, enough: Any = None) -> Iterator[list[Letter]]:
        if self.broken:
            raise ProviderUnavailable("SQS")
        wanted = set(queues)
        yield [each for each in self.letters if each.state.queue in wanted]

    def put_back(self, letter: Letter) -> None:
        self.letters.remove(letter)
        self.put.append(letter)


def clock() -> datetime:
    return datetime.now(UTC)


def acting(key: str = "k-1", by: Requester = OPERATOR) -> Acting:
    return Acting(by, key, BODY)


def recording(stores: Stores, queue: FakeActsQueue | None = None) -> ActsOfFunctions:
    return ActsOfFunctions(stores, queue or FakeActsQueue())


@pytest.fixture
def executions() -> FakeExecutions:
    fakes = FakeExecutions()
    fakes.put("b-1", ExecutionStatus.FAILED, at(0), at(17), *events(*ITEMS), given=BOOKING, error="ProviderUnavailable")
    return fakes


def refused(call: Callable[[], Any]) -> tuple[Problem, str]:
    with pytest.raises(Refusal) as caught:
        call()
    return caught.value.problem, caught.value.detail


ACTS = """
    SELECT event, booking_id, actor, detail ->> 'reason' AS reason FROM booking_events
    WHERE act_id IS NOT NULL ORDER BY id
"""


# -- Redrive -----------------------------------------------------------------------------------------------------------


def test_a_redrive_is_recorded_with_who_asked_and_the_same_call_again_does_nothing_twice(
    stores: Stores, db: Connection, executions: FakeExecutions
) -> None:
    def call(now: Callable[[], datetime] = clock, key: str = "k-1") -> Any:
        return redrive_execution(stores, executions, recording(stores), acting(key), "booking", "b-1", now)

    first = call()
    assert (first.recorded, first.machine, first.name) == (Recorded.IN_HISTORY, Machine.BOOKING, "b-1")
    assert call() == first, "it runs"
    fails_again(executions)
    assert call() == first, "it has failed again: that is another matter"
    assert call(lambda: clock() + timedelta(hours=1)) == first, "Step Functions has forgotten it, we have not"
    assert executions.redriven == [(executions.arn(Machine.BOOKING, "b-1"), first.act_id)]
    [act] = rows(db, ACTS)
    assert (act["event"], act["booking_id"], act["actor"]) == ("redriven", "b-1", "sub-operator")
    assert act["reason"] == BODY.reason
    assert call(key="k-2").act_id != first.act_id


def test_what_step_functions_cannot_restart_is_said_with_what_to_do_instead(
    stores: Stores, db: Connection, executions: FakeExecutions
) -> None:
    arn = executions.arn(Machine.BOOKING, "b-1")
    reason = "The execution failed more than 14 days ago."
    known = executions.described[arn]
    executions.described[arn] = known._replace(redrivable=False, redrive_reason=reason)

    def asked(key: Any) -> Any:
        return redrive_execution(stores, executions, recording(stores), acting(key), "booking", "b-1", clock)

    assert refused(lambda: asked("k-1")) == (Problem.NOT_REDRIVABLE, f"{reason} A booking can be run again instead.")
    assert rows(db, ACTS) == [], "nothing was done, and nothing is recorded"

    executions.described[arn], executions.refusal = known, "Somebody was faster."  # between our look and our act
    assert refused(lambda: asked("k-2"))[0] == Problem.NOT_REDRIVABLE
    assert [each["event"] for each in rows(db, ACTS)] == ["redriven", "act_refused"]
    executions.refusal = ""
    assert asked("k-2").name == "b-1", "what was refused was not done: the same call is another act"
    assert [each["event"] for each in rows(db, ACTS)] == ["redriven", "act_refused", "redriven"]


@pytest.mark.parametrize("is_done", [False, True])
def test_what_nobody_answered_is_asked_again_with_its_key_and_done_once(
    stores: Stores, db: Connection, executions: FakeExecutions, is_done: bool
) -> None:
    def call() -> Any:
        return redrive_execution(stores, executions, recording(stores), acting(), "booking", "b-1", clock)

    executions.broken, executions.broken_after = ProviderUnavailable("Step Functions: ReadTimeoutError"), is_done
    with pytest.raises(ProviderUnavailable):
        call()
    executions.broken = None
    assert call().recorded == Recorded.IN_HISTORY
    assert len(executions.redriven) == 1
    acts = rows(db, "SELECT DISTINCT act_id FROM booking_events WHERE act_id IS NOT NULL")
    assert len(acts) == 1, "it is one act"


def test_a_call_that_died_between_its_record_and_its_act_is_done_when_it_comes_again(
    stores: Stores, db: Connection, executions: FakeExecutions
) -> None:
    executions.broken = KeyboardInterrupt()  # Lambda ends it: nothing more is recorded
    with pytest.raises(KeyboardInterrupt):
        redrive_execution(stores, executions, recording(stores), acting("k-1"), "booking", "b-1", clock)
    with pytest.raises(KeyboardInterrupt):
        rerun_booking(stores, executions, recording(stores), acting("k-2"), "b-1", clock)
    executions.broken = None
    later = lambda: clock() + timedelta(hours=1)  # noqa: E731  # the clock of that moment
    again = rerun_booking(stores, executions, recording(stores), acting("k-2"), "b-1", later)
    assert executions.started == [(again.name, BOOKING)]
    redrive_execution(stores, executions, recording(stores), acting("k-1"), "booking", "b-1", later)
    assert len(executions.redriven) == 1
    assert [each["event"] for each in rows(db, ACTS)] == ["redriven", "rerun"]


def test_an_act_that_came_by_the_queue_is_as_old_as_it_was_when_it_was_done(
    stores: Stores, executions: FakeExecutions
) -> None:
    queue, away = FakeActsQueue(), Away()
    redrive_execution(away, executions, recording(away, queue), acting(), "booking", "b-1", clock)
    fails_again(executions)
    [act] = queue.acts
    executions.histories[executions.arn(Machine.BOOKING, "b-1")][-1]["timestamp"] -= timedelta(minutes=1)
    record_queued_act(stores, act.model_copy(update={"at": act.at - timedelta(minutes=1)}))
    redrive_execution(stores, executions, recording(stores), acting(), "booking", "b-1", clock)
    assert len(executions.redriven) == 1


def fails_again(executions: FakeExecutions) -> None:
    """Later than Step Functions knows the token of its redrive."""
    executions.tokens.clear()
    arn = executions.arn(Machine.BOOKING, "b-1")
    known = executions.described[arn]
    executions.described[arn] = known._replace(
        listed=known.listed._replace(status=ExecutionStatus.FAILED, stopped=clock()), redrivable=True
    )


@pytest.mark.parametrize(("machine", "name"), [("booking", "b-2"), ("kettle", "b-1")])
def test_an_execution_that_is_not_there_is_not_found(
    stores: Stores, executions: FakeExecutions, machine: str, name: str
) -> None:
    def asked() -> Any:
        return redrive_execution(stores, executions, recording(stores), acting(), machine, name, clock)

    assert refused(asked)[0] == Problem.EXECUTION_NOT_FOUND
    assert refused(lambda: get_execution(executions, OPERATOR, machine, name))[0] == Problem.EXECUTION_NOT_FOUND


def test_while_postgresql_is_away_a_redrive_is_made_and_its_act_waits_without_words(executions: FakeExecutions) -> None:
    queue, away = FakeActsQueue(), Away()
    done = redrive_execution(away, executions, recording(away, queue), acting(), "booking", "b-1", clock)
    assert done.recorded == Recorded.IN_QUEUE
    [act] = queue.acts
    assert (act.act_id, act.actor, act.booking_id) == (done.act_id, "sub-operator", "b-1")
    assert BODY.reason not in act.model_dump_json()
    assert len(executions.redriven) == 1


@pytest.mark.parametrize("reason", ["", " ", "\u200b", "two\nlines", 1001 * "x"])
def test_a_reason_that_nobody_can_read_is_refused(reason: str) -> None:
    with pytest.raises(ValidationError):
        ActBody(reason=reason)


# -- Rerun -------------------------------------------------------------------------------------------------------------


def test_a_rerun_has_the_first_executions_input_and_one_name_however_often_it_is_asked_for(
    stores: Stores, db: Connection, executions: FakeExecutions
) -> None:
    def asked(key: Any, booking: Any = "b-1") -> Any:
        return rerun_booking(stores, executions, recording(stores), acting(key), booking, clock)

    first = asked("k-1")
    assert executions.started == [(first.name, BOOKING)]
    executions.put(first.name, ExecutionStatus.RUNNING, at(20), given=BOOKING)
    assert asked("k-1") == first
    assert len(executions.started) == 1
    assert refused(lambda: asked("k-2"))[0] == Problem.STILL_RUNNING
    assert refused(lambda: asked("k-1", "b-2"))[0] == Problem.IDEMPOTENCY_KEY_USED
    executions.put(first.name, ExecutionStatus.FAILED, at(20), at(21), given=BOOKING)
    second = asked("k-2")
    assert second.name != first.name
    executions.put(second.name, ExecutionStatus.FAILED, at(22), at(23), given=BOOKING)
    redrive_execution(stores, executions, recording(stores), acting("k-3"), "booking", second.name, clock)
    assert refused(lambda: asked("k-3"))[0] == Problem.IDEMPOTENCY_KEY_USED, "that redrove it, and ran nothing again"
    assert [each["event"] for each in rows(db, ACTS)] == ["rerun", "rerun", "redriven"]


def test_a_booking_whose_execution_is_gone_is_run_again_from_what_postgresql_has(stores: Stores) -> None:
    executions = FakeExecutions()
    reserve(stores, reserve_input())
    done = rerun_booking(stores, executions, recording(stores), acting(), "booking-1", clock)
    [(name, given)] = executions.started
    assert name == done.name
    assert '"booking_id":"booking-1"' in given
    problem, detail = refused(
        lambda: rerun_booking(stores, executions, recording(stores), acting("k-2"), "never-was", clock)
    )
    assert (problem, "There is no booking never-was" in detail) == (Problem.BOOKING_NOT_FOUND, True)


# -- Resend, dead letters ----------------------------------------------------------------------------------------------


def test_a_message_is_sent_again_by_an_execution_of_its_own(stores: Stores, db: Connection) -> None:
    reserve(stores, reserve_input())
    executions = FakeExecutions()
    [message, other, *_] = rows(db, "SELECT id FROM notifications")

    def asked(message_id: Any) -> Any:
        return resend_notification(stores, executions, recording(stores), acting(), message_id, clock)

    done = asked(UUID(str(message["id"])))
    assert (done.machine, done.name) == (Machine.RESEND, f"resend-{done.act_id}")
    [(name, given)] = executions.started
    assert str(message["id"]) in given
    executions.put(name, ExecutionStatus.SUCCEEDED, at(0), at(1), machine=Machine.RESEND, given=given)
    assert asked(UUID(str(message["id"]))) == done
    assert refused(lambda: asked(UUID(str(other["id"]))))[0] == Problem.IDEMPOTENCY_KEY_USED, "it was for one message"
    assert len(executions.started) == 1
    assert refused(lambda: asked(uuid4()))[0] == Problem.NOTIFICATION_NOT_FOUND


def test_a_dead_letter_is_put_back_once_and_looking_moves_nothing(stores: Stores, db: Connection) -> None:
    letter = dead_letter("b-1", at(3))
    queues = FakeQueues(letter, dead_letter(None, at(5), DeadLetterQueue.DELIVERIES))
    assert len(list_dead_letters(queues, OPERATOR).dead_letters) == 2

    def asked(queue: Any, key: Any) -> Any:
        return put_back(stores, queues, recording(stores), acting(key), queue, UUID(letter.state.message_id), clock)

    assert refused(lambda: asked("deliveries", "k-0"))[0] == Problem.DEAD_LETTER_NOT_FOUND
    assert refused(lambda: asked("kettles", "k-0"))[0] == Problem.DEAD_LETTER_NOT_FOUND
    first = asked("notifications", "k-1")
    assert asked("notifications", "k-1") == first, "it is on its queue"
    assert refused(lambda: asked("notifications", "k-2"))[0] == Problem.DEAD_LETTER_NOT_FOUND
    assert queues.put == [letter]
    assert [(each["event"], each["booking_id"]) for each in rows(db, ACTS)] == [("message_redriven", "b-1")]


def dead_letter(
    booking_id: str | None, sent_at: datetime, queue: DeadLetterQueue = DeadLetterQueue.NOTIFICATIONS
) -> Letter:
    state = DeadLetterState(
        queue=queue, message_id=str(uuid4()), booking_id=booking_id, reason="not JSON", received=1, sent_at=sent_at
    )
    return Letter(state, "{}", "handle")


# -- Reading -----------------------------------------------------------------------------------------------------------


def test_what_needs_a_person_is_one_list_with_the_newest_first(
    stores: Stores, db: Connection, executions: FakeExecutions
) -> None:
    reserve(stores, reserve_input())
    rows(db, "INSERT INTO unreached (booking_id, at) VALUES ('booking-1', %s) RETURNING 1", at(30))
    queues = FakeQueues(dead_letter(None, at(5)))

    def needing() -> Any:
        return find_bookings(stores, FindBookingsInput(needing_attention=True), clock)

    def listed(**query: Any) -> Any:
        booked = partial(sessions_of, stores)
        return list_attention(executions, queues, needing, booked, OPERATOR, AttentionQuery(**query))

    kinds = [(each.kind, each.booking_id) for each in listed().matters]
    assert kinds == [("unreached", "booking-1"), ("failed", "b-1"), ("dead_letter", None)]
    [booked] = listed().sessions
    assert (booked.booking_id, booked.starts_at) == ("booking-1", STARTS_AT), "what has no row has no time"
    assert (booked.therapist_id, booked.service_id) == (demo.THERAPIST_ID, demo.SERVICE_ID)
    assert [each.kind for each in listed(kind="failed").matters] == [AttentionKind.FAILED]
    assert listed(kind="failed").sessions == []
    first = listed(limit=1)
    assert ([each.kind for each in first.matters], first.more) == ([AttentionKind.UNREACHED], True)
    exactly = AttentionCounts(failed=1, unreached=1, dead_letter=1, payment=0, at_least=[])
    assert [each.counts for each in (listed(), listed(kind="failed"), first)] == 3 * [exactly]


def test_what_cannot_be_asked_is_missing_and_the_rest_is_there(executions: FakeExecutions) -> None:
    queues = FakeQueues()
    queues.broken = True

    def away() -> Found:
        raise DatabaseUnavailable("away")

    seen = list_attention(executions, queues, away, never, OPERATOR, AttentionQuery())
    assert seen.missing == [Source.DATABASE, Source.DEAD_LETTERS]
    assert [each.booking_id for each in seen.matters] == ["b-1"]
    assert seen.counts == AttentionCounts(
        failed=1, unreached=None, dead_letter=None, payment=None, at_least=[AttentionKind.FAILED]
    )


def never(booking_ids: Collection[str]) -> list[BookedSession]:
    raise AssertionError("who is away is not asked twice")


def test_postgresql_may_go_between_two_questions(executions: FakeExecutions) -> None:
    seen = list_attention(executions, FakeQueues(), Found, gone, OPERATOR, AttentionQuery())
    assert (seen.missing, seen.sessions, len(seen.matters)) == ([Source.DATABASE], [], 1)
    assert seen.counts == AttentionCounts(
        failed=1, unreached=None, dead_letter=0, payment=None, at_least=[AttentionKind.FAILED]
    )


def gone(booking_ids: Collection[str]) -> list[BookedSession]:
    raise DatabaseUnavailable("away")


def no_times(booking_ids: Collection[str]) -> list[BookedSession]:
    return []


def test_while_step_functions_is_away_failures_and_unreached_people_are_those_that_postgresql_knows(
    executions: FakeExecutions,
) -> None:
    found = Found(bookings=[marked("b-1", "FAILED"), marked("b-2", "UNREACHED"), marked("b-3", "TIMED_OUT")])
    assert [each.booking_id for each in seen_by(executions, found).matters] == ["b-1", "b-2", "b-3"]
    executions.described.clear()
    assert len(seen_by(executions, found).matters) == 3, "of those that are gone"
    executions.away = ProviderUnavailable("Step Functions: ThrottlingException")
    seen = seen_by(executions, found)
    assert (seen.missing, seen.running) == ([Source.EXECUTIONS], None)
    assert [(each.kind, each.booking_id, each.error) for each in seen.matters] == [
        ("unreached", "b-2", None),
        ("failed", "b-1", "FAILED"),
        ("failed", "b-3", "TIMED_OUT"),
    ]
    seen = seen_by(executions, found, kind="unreached")
    assert (seen.missing, len(seen.matters)) == ([Source.EXECUTIONS], 1), "how many run is not known"
    assert seen.counts == AttentionCounts(
        failed=2, unreached=1, dead_letter=0, payment=0, at_least=[AttentionKind.FAILED]
    )


def test_a_bad_day_is_shown_within_what_step_functions_answers_at_once(executions: FakeExecutions) -> None:
    """It describes 250 executions at once in most regions, and ten a second after that."""
    for number in range(300):
        given = json.dumps({"booking_id": f"f-{number}"})
        executions.put(f"f-{number}", ExecutionStatus.FAILED, at(0), at(number), given=given)
        executions.put(f"r-{number}", ExecutionStatus.RUNNING, at(number), given=given)
    seen = seen_by(executions, Found(bookings=[marked(f"f-{number}", "FAILED") for number in range(200)]))
    assert (len(seen.matters), seen.more) == (50, True)
    assert (seen.counts.failed, seen.counts.at_least) == (50, [AttentionKind.FAILED])
    assert (seen.running, seen.unseen) == (300, 260)
    assert executions.describes <= 250

    executions.describes = 0
    for number in range(300):  # all were run again, and that did it
        executions.put(rerun_name(f"f-{number}", 1), ExecutionStatus.SUCCEEDED, at(400), at(401))
    seen = seen_by(executions, Found())
    assert ([each.booking_id for each in seen.matters], seen.more) == ([], True), "not all were looked into"
    assert executions.describes <= 250


def seen_by(executions: FakeExecutions, found: Found, **query: Any) -> AttentionList:
    return list_attention(executions, FakeQueues(), lambda: found, no_times, OPERATOR, AttentionQuery(**query))


def marked(booking_id: str, status: str) -> FoundBooking:
    known = dict.fromkeys(("status", "starts_at", "ends_at", "therapist_id", "service_id", "client_id"))
    attention = AttentionState(status=status, error=None, since=at(1))
    return FoundBooking(booking_id=booking_id, attention=attention, **known)


def test_executions_are_listed_with_the_sessions_that_they_are_of(stores: Stores, executions: FakeExecutions) -> None:
    """By when it is; by what it was asked for with, where that is not known (yet): no name is needed for either."""
    reserve(stores, reserve_input())
    wish = {"starts_at": STARTS_AT.isoformat(), "service_id": str(demo.SERVICE_ID), "client_id": str(demo.CLIENT_ID)}
    for name, request in (("booking-1", wish), ("b-2", {**wish, "starts_at": "tomorrow"}), ("b-3", "free text")):
        given = json.dumps({"booking_id": name, "request": request})
        executions.put(name, ExecutionStatus.RUNNING, at(10), given=given)

    def listed(sessions: Callable[[Collection[str]], list[BookedSession]]) -> ExecutionList:
        return list_executions(executions, sessions, OPERATOR, ExecutionsQuery())

    page = listed(partial(sessions_of, stores))
    assert [(each.booking_id, each.starts_at) for each in page.sessions] == [("booking-1", STARTS_AT)]
    assert page.missing == []
    page = listed(gone)
    assert (page.sessions, page.missing) == ([], [Source.DATABASE])
    requested = {each.name: each.requested for each in page.executions}
    assert requested["booking-1"] is not None
    assert requested["booking-1"].model_dump() == {
        "starts_at": STARTS_AT,
        "service_id": demo.SERVICE_ID,
        "therapist_id": None,
    }
    assert (requested["b-2"], requested["b-3"]) == (None, None), "what was typed is not shown"


def test_executions_are_listed_page_by_page_the_last_to_start_first(executions: FakeExecutions) -> None:
    for number in range(1, 6):
        executions.put(f"c-{number}", ExecutionStatus.SUCCEEDED, at(number), at(60), machine=Machine.CANCELLATION)

    def names(**query: Any) -> tuple[list[str], str | None]:
        page = list_executions(executions, no_times, OPERATOR, ExecutionsQuery.model_validate(query))
        return [each.name for each in page.executions], page.next

    first, cursor = names(limit=4)
    assert first == ["c-5", "c-4", "c-3", "c-2"]
    assert names(limit=4, cursor=cursor) == (["c-1", "b-1"], None)
    assert names(status="FAILED") == (["b-1"], None)
    assert names(machine="cancellation", **{"from": at(2).isoformat(), "to": at(4).isoformat()}) == (
        *(["c-3", "c-2"], None),
    )


def test_a_trace_has_executions_messages_and_history_in_one_order_of_time(stores: Stores, db: Connection) -> None:
    executions = FakeExecutions()
    reserve(stores, reserve_input())
    [message, *_] = rows(db, "SELECT id FROM notifications WHERE recipient = 'client' AND channel = 'email'")
    item = json.dumps({"notification_id": str(message["id"])})
    given: list[tuple[Any, ...]] = list(ITEMS)
    told = [(*each[:3], {**each[3], "input": item}) if each[1] == "TaskStateEntered" else each for each in given]
    executions.put(
        "booking-1", ExecutionStatus.FAILED, at(0), at(17), *events(*told), given='{"booking_id": "booking-1"}'
    )
    redrive_execution(stores, executions, recording(stores), acting(), "booking", "booking-1", clock)

    trace = get_trace(stores, executions, OPERATOR, "booking-1")
    assert trace.missing == []
    moments = [(each.kind, each.state or each.what) for each in trace.moments]
    assert sorted(trace.moments, key=lambda each: each.at) == trace.moments
    assert (MomentKind.ATTEMPT_FAILED, "DeliverNotification") in moments
    assert (MomentKind.RECORDED, "reserved") in moments
    redriven = next(each for each in trace.moments if each.what == "redriven")
    assert (redriven.actor, redriven.reason) == ("sub-operator", BODY.reason)
    delivering = trace.executions[0].steps[-1]
    assert delivering.about is not None
    assert (delivering.about.event, delivering.about.recipient, delivering.about.channel) == (
        *("booking_confirmed", "client", "email"),
    )
    assert "input" not in trace.model_dump_json()


def test_a_history_that_was_restored_into_another_stack_hides_no_execution_of_this_one(
    stores: Stores, db: Connection, executions: FakeExecutions
) -> None:
    elsewhere = "arn:aws:states:us-east-1:999999999999:execution:Booking-OLD:b-1"
    added = "INSERT INTO booking_events (booking_id, event, actor, execution) VALUES ('b-1', 'reserved', 'x', %s)"
    rows(db, f"{added} RETURNING 1", elsewhere)
    executions.foreign = ProviderRefused("Step Functions: AccessDeniedException", "AccessDeniedException")
    trace = get_trace(stores, executions, OPERATOR, "b-1")
    assert (trace.missing, [each.name for each in trace.executions]) == ([], ["b-1"])


def test_a_trace_without_postgresql_says_so_and_has_the_execution(executions: FakeExecutions) -> None:
    trace = get_trace(Away(), executions, OPERATOR, "b-1")
    assert (trace.missing, trace.file) == ([Source.DATABASE], None)
    assert [each.name for each in trace.executions] == ["b-1"]


def test_a_booking_that_nobody_knows_has_no_trace(stores: Stores, executions: FakeExecutions) -> None:
    def asked() -> Any:
        return get_trace(stores, executions, OPERATOR, "never-was")

    assert refused(asked)[0] == Problem.BOOKING_NOT_FOUND


def test_an_execution_may_go_between_two_questions(executions: FakeExecutions) -> None:
    """Its machine is gone with it: there is no graph, and nobody knows when it would be tried again."""
    assert refused(lambda: get_graph(executions, OPERATOR, "booking", "b-1"))[0] == Problem.EXECUTION_NOT_FOUND
    executions.put("b-2", ExecutionStatus.RUNNING, at(0), None, *events(*ITEMS[:-1]), given=BOOKING)
    page = list_executions(executions, no_times, OPERATOR, ExecutionsQuery(status=ExecutionStatus.RUNNING))
    assert [(each.name, each.waiting) for each in page.executions] == [("b-2", None)]


def test_the_history_says_what_who_acted_is_to_the_booking(
    stores: Stores, db: Connection, executions: FakeExecutions
) -> None:
    """A role, where a name would be personal: the ids of logins say little to who reads them."""
    reserve(stores, reserve_input())
    added = "INSERT INTO booking_events (booking_id, event, actor, execution) VALUES ('booking-1', 'moved', %s, %s)"
    [client] = rows(db, "SELECT user_sub FROM clients WHERE id = %s", demo.CLIENT_ID)
    [therapist] = rows(db, "SELECT user_sub FROM therapists WHERE id = %s", demo.THERAPIST_ID)
    for actor in (client["user_sub"], therapist["user_sub"], "sub-operator"):
        rows(db, f"{added} RETURNING 1", actor, actor)
    file = get_trace(stores, executions, OPERATOR, "booking-1").file
    assert file is not None
    assert [each.role for each in file.events if each.event == "moved"] == ["client", "therapist", None]


def test_nobody_but_operators_sees_or_does_any_of_it(stores: Stores, executions: FakeExecutions) -> None:
    therapist = Requester("sub-therapist", frozenset({Group.THERAPIST}))
    records, queues = recording(stores), FakeQueues()
    mine = acting(by=therapist)
    for asked in (
        lambda: list_executions(executions, never, therapist, ExecutionsQuery()),
        lambda: get_execution(executions, therapist, "booking", "b-1"),
        lambda: get_graph(executions, therapist, "booking", "b-1"),
        lambda: list_events(executions, therapist, "booking", "b-1", EventsQuery()),
        lambda: get_event(executions, therapist, "booking", "b-1", "1"),
        lambda: get_trace(stores, executions, therapist, "b-1"),
        lambda: list_attention(executions, queues, Found, never, therapist, AttentionQuery()),
        lambda: list_dead_letters(queues, therapist),
        lambda: redrive_execution(stores, executions, records, mine, "booking", "b-1", clock),
        lambda: rerun_booking(stores, executions, records, mine, "b-1", clock),
        lambda: resend_notification(stores, executions, records, mine, uuid4(), clock),
        lambda: put_back(stores, queues, records, mine, "acts", uuid4(), clock),
    ):
        assert refused(asked)[0] == Problem.FORBIDDEN
    assert (executions.redriven, executions.started) == ([], [])
