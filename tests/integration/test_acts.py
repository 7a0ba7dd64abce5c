"""Operators' acts in the history: each once, in whatever order and however often they come, PostgreSQL away or not."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from psycopg2.extensions import connection as Connection

from booking.codes import Act, Recorded
from booking.config import DatabaseConfig
from booking.contracts.operators import OperatorAct, RecordActInput
from booking.database import Database
from booking.errors import ProviderUnavailable
from booking.services.operations.recording import ActsOfFunctions, record_act
from booking.store import Stores
from handlers import record_queued_act
from handlers._outside import outside
from local import documents
from tests.asking import acting
from tests.fakes import FakeActsQueue, FakeDeadLetters, context
from tests.rows import rows

WORDS = "Jonas's provider is back"


def history(db: Connection) -> list[dict[str, Any]]:
    found = rows(db, "SELECT booking_id, event, actor, execution, detail, act_id FROM booking_events ORDER BY id")
    return [dict(row) for row in found]


def from_the_queue(stores: Stores, *acts: OperatorAct) -> Any:
    event = documents.event("record_queued_act")
    [record] = event["Records"]
    records = [{**record, "messageId": str(at), "body": act.model_dump_json()} for at, act in enumerate(acts)]
    with patch.dict(vars(outside), {"stores": stores, "dead_letters": FakeDeadLetters()}, clear=True):
        return record_queued_act.handler({"Records": records}, context("RecordQueuedAct"))


@pytest.fixture
def away(database: DatabaseConfig) -> Stores:
    """PostgreSQL is down."""
    return Stores(Database(replace(database, port=1), application_name="test"))


def test_an_act_is_in_the_history_once_with_its_code_and_words(stores: Stores, db: Connection) -> None:
    act = acting()
    for _ in range(2):  # the answer was lost, and it is invoked again
        record_act(stores, RecordActInput(**act.model_dump(), reason=WORDS))
    assert from_the_queue(stores, act) == {"batchItemFailures": []}
    assert history(db) == [
        {
            "booking_id": "booking-1",
            "event": "redriven",
            "actor": act.actor,
            "execution": act.subject,
            "detail": {"code": "cause_is_mended", "reason": WORDS},
            "act_id": act.act_id,
        }
    ]


def test_while_postgresql_is_away_a_queue_takes_acts_without_their_words(
    stores: Stores, away: Stores, db: Connection
) -> None:
    queue, done_at = FakeActsQueue(), datetime.now(UTC) - timedelta(hours=2)
    acts = [acting(booking_id=f"b-{number}", at=done_at) for number in range(3)]
    assert {ActsOfFunctions(away, queue).record(act, WORDS) for act in acts} == {Recorded.IN_QUEUE}
    assert "Jonas" not in "".join(act.model_dump_json() for act in queue.acts)

    assert ActsOfFunctions(stores, queue).record(acts[0], WORDS) == Recorded.IN_HISTORY, "it is back, and tried again"
    assert from_the_queue(stores, *queue.acts, *queue.acts) == {"batchItemFailures": []}, "and queues deliver twice"
    assert [each["booking_id"] for each in history(db)] == ["b-0", "b-1", "b-2"]
    assert [each["detail"].get("reason") for each in history(db)] == [WORDS, None, None]
    assert {datetime.fromisoformat(each["detail"]["done_at"]) for each in history(db)} == {done_at}


def test_when_neither_takes_it_that_is_an_error_and_nothing_may_be_done(away: Stores) -> None:
    with pytest.raises(ProviderUnavailable):
        ActsOfFunctions(away, FakeActsQueue(broken=ProviderUnavailable("SQS"))).record(acting(), WORDS)


def test_a_refusal_is_beside_its_act_in_whatever_order_they_come(stores: Stores, db: Connection) -> None:
    act = acting()
    refused = act.refused("ExecutionNotRedrivable", datetime.now(UTC))
    from_the_queue(stores, refused, act, refused)
    assert [(each["event"], each["detail"].get("refusal")) for each in history(db)] == [
        ("act_refused", "ExecutionNotRedrivable"),
        ("redriven", None),
    ]
    assert {each["act_id"] for each in history(db)} == {act.act_id}


def test_an_act_on_what_names_no_booking_is_recorded_too(stores: Stores, db: Connection) -> None:
    act = acting(Act.MESSAGE_REDRIVEN, None).model_copy(update={"subject": "message:059f36b4-87a3"})
    record_act(stores, RecordActInput(**act.model_dump(), reason=WORDS))
    [kept] = history(db)
    assert (kept["booking_id"], kept["execution"]) == (None, "message:059f36b4-87a3")


def test_acts_wait_in_their_queue_until_postgresql_is_back(stores: Stores, away: Stores, db: Connection) -> None:
    act = acting()
    assert from_the_queue(away, act) == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert from_the_queue(stores, act) == {"batchItemFailures": []}
    assert len(history(db)) == 1


def test_what_is_no_act_is_put_aside(stores: Stores, db: Connection) -> None:
    record = documents.event("record_queued_act")["Records"][0]
    wordy = {**record, "body": json.dumps({**json.loads(record["body"]), "reason": WORDS})}
    aside = FakeDeadLetters()
    with patch.dict(vars(outside), {"stores": stores, "dead_letters": aside}, clear=True):
        record_queued_act.handler({"Records": [wordy]}, context("RecordQueuedAct"))
    [(_, why)] = aside.letters
    assert "reason: extra_forbidden" in why
    assert history(db) == []
