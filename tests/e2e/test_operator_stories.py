"""Nights on call, from the failure to its end: with bookingctl and the API, on the laptop cloud."""

import json
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from booking.contracts.traces import Machine
from booking.services.operations.resending import execution_name
from local import watch
from local.faults import set_faults
from ops.practice import _Executions
from tests.e2e.conftest import Cloud
from tests.e2e.test_bookingctl import BROKEN, MENDED, bookingctl, fail

Body = dict[str, str]

NO_CANCELLATION = """
    CREATE FUNCTION stay() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'broken on purpose'; END $$;
    CREATE TRIGGER stay BEFORE UPDATE ON bookings FOR EACH ROW WHEN (NEW.id = 'story-two')
        EXECUTE FUNCTION stay();
    SELECT 1
"""
CANCELLATIONS = "DROP TRIGGER IF EXISTS stay ON bookings; DROP FUNCTION IF EXISTS stay; SELECT 1"


@pytest.fixture
def mended(cloud: Cloud) -> Iterator[None]:
    """Whatever a story has broken."""
    yield
    set_faults(cloud.stack["aws_endpoint_url"])
    cloud.rows(MENDED)
    cloud.rows(CANCELLATIONS)


def until(look: Callable[[], Any], done: Callable[[Any], bool]) -> Any:
    """What is seen, once it is so: queues and executions take a moment."""
    deadline = time.monotonic() + 30
    while not done(seen := look()):
        assert time.monotonic() < deadline, seen
        time.sleep(0.1)
    return seen


def begun() -> str:
    """For ``--since``: what failed in earlier stories is not meant."""
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def restarts(cloud: Cloud, arn: str) -> int:
    """How often Step Functions has restarted it."""
    pages = cloud.client("stepfunctions").get_paginator("get_execution_history").paginate(executionArn=arn)
    return sum(event["type"] == "ExecutionRedriven" for page in pages for event in page["events"])


def acts_on(cloud: Cloud, *arns: str) -> list[dict[str, Any]]:
    """What the history says was done to these executions."""
    query = """
        SELECT act_id, event, actor, execution, detail ->> 'code' AS code, detail ->> 'reason' AS reason,
            detail ->> 'refusal' AS refusal
        FROM booking_events WHERE execution = ANY (%s) AND act_id IS NOT NULL ORDER BY id
    """
    return cloud.rows(query, list(arns))


def test_two_failures_of_one_booking_are_told_apart(cloud: Cloud, request_body: Body, mended: None) -> None:
    states, machine = cloud.client("stepfunctions"), cloud.stack["cancellation_state_machine_arn"]
    booking = cloud.execution_arn("story-two")
    cancellation = f"{machine.replace(':stateMachine:', ':execution:')}:story-two-c"
    set_faults(cloud.stack["aws_endpoint_url"], sms=1.0)
    cloud.post("story-two", request_body)
    cloud.wait("story-two", done=lambda seen: bool(seen["status"] == "confirmed"))
    states.stop_execution(executionArn=booking)  # nobody waits for the retries
    set_faults(cloud.stack["aws_endpoint_url"])
    cloud.rows(NO_CANCELLATION)
    cloud.call("client", "POST", "/v1/bookings/story-two/cancellation", {}, Idempotency_Key="story-two-c")
    until(lambda: states.describe_execution(executionArn=cancellation)["status"], lambda seen: seen == "FAILED")

    done = bookingctl(cloud, "redrive", "story-two", "--reason", "texts go out again", "--yes", "--json")
    assert done.returncode == 1, "one of them has failed again"
    told = {each["execution"]: (each["outcome"], each["error"]) for each in json.loads(done.stdout)}
    assert told == {booking: ("SUCCEEDED", None), cancellation: ("FAILED", "StatementRefused")}
    assert {each["status"] for each in cloud.get("story-two").body["notifications"]} == {"sent"}

    cloud.rows(CANCELLATIONS)
    again = bookingctl(cloud, "redrive", "story-two", "--reason", "it can be cancelled now", "--yes")
    assert (again.returncode, "1 redriven: 1 succeeded" in again.stdout) == (0, True), again
    assert cloud.change("story-two-c")["outcome"] == "cancelled"
    assert (restarts(cloud, booking), restarts(cloud, cancellation)) == (1, 2)
    acts = Counter((each["execution"], each["event"]) for each in acts_on(cloud, booking, cancellation))
    assert acts == {(booking, "redriven"): 1, (cancellation, "redriven"): 2}


def test_an_execution_of_somebody_elses_making_is_listed_and_in_nobodys_way(
    cloud: Cloud, request_body: Body, mended: None
) -> None:
    since, name = begun(), f"garbage-{uuid.uuid4()}"
    states = cloud.client("stepfunctions")
    states.start_execution(stateMachineArn=cloud.stack["state_machine_arn"], name=name, input="{}")
    cloud.rows(BROKEN)
    fail(cloud, "story-beside", request_body)
    assert cloud.wait_for_execution(name)["error"] == "ContractViolated"

    for command in (["failed"], ["watch", "--times", "1"], ["attention", "--kind", "failed"]):
        said = bookingctl(cloud, *command)
        assert (said.returncode, name in said.stdout, "unreadable input" in said.stdout) == (0, True, True), said
        assert "story-beside" in said.stdout, "and so is what failed beside it"
    listed = cloud.call("operator", "GET", "/v1/attention?kind=failed&limit=100").body
    known = {each["execution"]["name"]: each["booking_id"] for each in listed["matters"] if each["execution"]}
    assert (known[name], known["story-beside"]) == (None, "story-beside")

    cloud.rows(MENDED)
    done = bookingctl(cloud, "redrive", "--since", since, "--reason", "mended", "--yes", "--json")
    assert done.returncode == 1, "nothing mends the one"
    outcomes = {each["execution"]: each["outcome"] for each in json.loads(done.stdout)}
    assert outcomes == {cloud.execution_arn(name): "FAILED", cloud.execution_arn("story-beside"): "SUCCEEDED"}
    assert cloud.wait("story-beside")["status"] == "confirmed"
    [act] = cloud.rows("SELECT booking_id FROM booking_events WHERE execution = %s", cloud.execution_arn(name))
    assert act["booking_id"] is None, "what was done to it is in the history all the same"


def test_postgresql_goes_and_comes_back_while_forty_are_redriven(
    cloud: Cloud, request_body: Body, mended: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Forty people wanted the same hour, while nothing could be written. The database restarts as they are redriven."""
    states, machine = cloud.client("stepfunctions"), cloud.stack["state_machine_arn"]
    by, since = {"sub": cloud.stack["users"]["client"]["sub"], "groups": ["client"]}, begun()
    names = [f"story-forty-{n}" for n in range(40)]
    arns = [cloud.execution_arn(name) for name in names]
    cloud.rows(BROKEN)
    for name in names:
        given = json.dumps({"booking_id": name, "requested_by": by, "request": request_body})
        states.start_execution(stateMachineArn=machine, name=name, input=given)
    assert Counter(cloud.wait_for_execution(name)["status"] for name in names) == {"FAILED": 40}
    cloud.rows(MENDED)

    redrive, made = _Executions.redrive, list[str]()

    def counted(self: _Executions, arn: str, act_id: uuid.UUID) -> None:
        redrive(self, arn, act_id)
        made.append(arn)
        if len(made) in (10, 25):
            assert cloud.make("local.postgres", "stop" if len(made) == 10 else "start").returncode == 0

    monkeypatch.setattr(_Executions, "redrive", counted)
    monkeypatch.setattr("ops.acts.QUEUE_FIRST_SECONDS", 0)  # asks for each whether the history is back
    with cloud.quick_acts_queue():
        done = bookingctl(cloud, "redrive", "--error", "StatementRefused", "--since", since, "--rate", "50",
                          "--reason", "the trigger is gone", "--code", "cause_is_mended", "--yes")  # fmt: skip
        acts = until(lambda: acts_on(cloud, *arns), lambda seen: len(seen) >= 40)

    assert done.returncode == 0, done
    said = " ".join(done.stdout.split())
    assert "40 redriven: 40 succeeded; 15 acts are in the queue: PostgreSQL is away, your words are not kept" in said
    assert Counter(made) == Counter(arns) == Counter(each["execution"] for each in acts)
    assert {restarts(cloud, arn) for arn in arns} == {1}
    assert {(each["event"], each["code"]) for each in acts} == {("redriven", "cause_is_mended")}
    worded = {each["execution"]: each["reason"] for each in acts}
    assert [worded[arn] for arn in made] == [
        *["the trigger is gone"] * 10, *[None] * 15, *["the trigger is gone"] * 15
    ]  # fmt: skip
    decided = cloud.rows("SELECT status, count(*) FROM bookings WHERE id LIKE 'story-forty-%%' GROUP BY 1")
    assert {each["status"]: each["count"] for each in decided} == {"confirmed": 1, "rejected": 39}


def test_a_mail_bounced_the_address_is_mended_and_it_is_sent_once(cloud: Cloud, request_body: Body) -> None:
    made = cloud.call("operator", "POST", "/v1/clients", reached_at("old@example.com"))
    client, endpoint = made.body["id"], cloud.stack["aws_endpoint_url"]
    cloud.post("story-bounce", {**request_body, "client_id": client}, "operator")
    booking = cloud.wait("story-bounce", "operator")
    assert booking["status"] == "confirmed"
    [theirs] = cloud.rows("SELECT id FROM notifications WHERE booking_id = 'story-bounce' AND recipient = 'client'")
    later = (datetime.now(UTC) + timedelta(minutes=5)).isoformat()
    news = {"notification_id": str(theirs["id"]), "delivery": "bounced", "at": later}
    cloud.client("sqs").send_message(QueueUrl=cloud.stack["delivery_queue_url"], MessageBody=json.dumps(news))

    until(lambda: needing(cloud), lambda seen: "story-bounce" in seen[0])
    assert "story-bounce" in needing(cloud)[1], "the API says the same"
    assert "bounced" in bookingctl(cloud, "show", "story-bounce").stdout
    known = cloud.call("operator", "GET", f"/v1/clients/{client}")
    changed = cloud.call("operator", "PUT", f"/v1/clients/{client}", reached_at("new@example.com"),
                         If_Match=known.headers["etag"])  # fmt: skip
    assert changed.status == 200, changed

    for _ in range(2):
        resent = bookingctl(cloud, "resend", "story-bounce", "--reason", "they gave a new address", "--yes")
        assert resent.returncode == 0, resent
        told = Counter(mail["To"][0] for mail in watch.emails(endpoint))
        assert (told["old@example.com"], told["new@example.com"]) == (1, 1), "once, and never again"
        assert [each for each in needing(cloud) if "story-bounce" in each] == []
    acts = cloud.rows("SELECT event, act_id, execution FROM booking_events WHERE booking_id = 'story-bounce'"
                      " AND act_id IS NOT NULL ORDER BY id")  # fmt: skip
    assert Counter(each["event"] for each in acts) == {"resent": 2, "put_back": 1}
    assert {each["execution"].rpartition(":")[2] for each in acts} == {execution_name(each["act_id"]) for each in acts}


def reached_at(address: str) -> dict[str, Any]:
    contact = {"channel": "email", "address": address, "consented": True}
    return {"name": "Nora Nielsen", "time_zone": "Europe/Berlin", "contacts": [contact]}


def needing(cloud: Cloud) -> tuple[list[str], list[str]]:
    """The bookings of people who were told on no channel, as bookingctl lists them and as the API does."""
    listed = json.loads(bookingctl(cloud, "attention", "--kind", "unreached", "--json").stdout)
    answer = cloud.call("operator", "GET", "/v1/attention?kind=unreached&limit=100").body
    assert (listed["missing"], answer["missing"]) == ([], [])
    return [each["booking_id"] for each in listed["attention"]], [each["booking_id"] for each in answer["matters"]]


def asked_of_the_api(cloud: Cloud, booking_id: str) -> Any:
    body = {"reason": "asked for by a call", "code": "cause_is_mended"}
    path = f"/v1/executions/{Machine.BOOKING}/{booking_id}/redrive"
    return cloud.call("operator", "POST", path, body, Idempotency_Key=f"{booking_id}-by-api")


def test_two_operators_redrive_the_same_at_the_same_moment(
    cloud: Cloud, request_body: Body, mended: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have looked, and both act: one by a call of the API, which comes first by a hair."""
    cloud.rows(BROKEN)
    fail(cloud, "story-race", request_body)
    cloud.rows(MENDED)
    redrive, answers = _Executions.redrive, list[Any]()

    def too_late(self: _Executions, arn: str, act_id: uuid.UUID) -> None:
        answers.append(asked_of_the_api(cloud, "story-race"))
        redrive(self, arn, act_id)

    monkeypatch.setattr(_Executions, "redrive", too_late)
    done = bookingctl(cloud, "redrive", "story-race", "--reason", "asked for by bookingctl", "--yes", "--json")

    assert [each.status for each in answers] == [202], answers
    [told] = json.loads(done.stdout)
    assert (done.returncode, told["outcome"], told["recorded"]) == (1, "REFUSED", "in_history")
    assert "cannot be redriven" in told["error"]
    assert cloud.wait("story-race")["status"] == "confirmed"
    arn = cloud.execution_arn("story-race")
    assert restarts(cloud, arn) == 1
    by_tool, by_api, refusal = acts_on(cloud, arn)
    assert [(each["event"], each["reason"]) for each in (by_tool, by_api)] == [
        *(("redriven", "asked for by bookingctl"), ("redriven", "asked for by a call"))
    ]
    assert (refusal["event"], refusal["act_id"], refusal["refusal"]) == (
        *("act_refused", by_tool["act_id"], "NotRedrivable"),
    )
    assert by_api["actor"] == cloud.stack["users"]["operator"]["sub"]
    again = asked_of_the_api(cloud, "story-race")
    assert (again.status, again.body) == (202, answers[0].body), "the same call again: the same answer, nothing twice"
    assert (restarts(cloud, arn), len(acts_on(cloud, arn))) == (1, 3)
