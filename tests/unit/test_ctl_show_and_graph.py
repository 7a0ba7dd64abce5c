"""bookingctl show and graph: a booking's path in one order of time, and its machine with what became of each state."""

import json
from datetime import timedelta
from typing import Any

import pytest

from booking.contracts.traces import ExecutionStatus, Machine
from local import documents
from tests.operators import NOW, FakePractice, run
from tests.unit.test_tracing import ITEMS, RETRIED, at, events

FILE: dict[str, Any] = {
    "booking_id": "b-1",
    "status": "confirmed",
    "notifications": [
        {"event": "booking_confirmed", "recipient": "client", "channel": "sms", "status": "queued", "attempts": 1}
        | {"notification_id": "66666666-6666-4666-8666-666666666666"},
        {"event": "booking_confirmed", "recipient": "client", "channel": "email", "status": "sent", "attempts": 1}
        | {"notification_id": "77777777-7777-4777-8777-777777777777", "delivery": "delivered"}
        # whole seconds, as a provider has them
        | {"accepted_at": at(12.5).isoformat(), "delivery_at": at(12).isoformat()},
    ],
    "events": [
        {"event": "reserved", "actor": "sub", "execution": "x", "detail": {}, "at": at(1.5).isoformat()},
        {"event": "redriven", "actor": "olga", "execution": "x", "at": at(40).isoformat()}
        | {"detail": {"code": "provider_is_back", "reason": "as their page says"}},
    ],
}


@pytest.fixture
def practice() -> FakePractice:
    made = FakePractice()
    made.answers["DescribeBooking"] = FILE
    told = list[tuple[Any, ...]](ITEMS)
    for place, message in ((4, FILE["notifications"][1]), (6, FILE["notifications"][0])):
        told[place] = (*told[place][:3], {"input": json.dumps({"notification_id": message["notification_id"]})})
    made.executions.put(
        "b-1",
        ExecutionStatus.FAILED,
        at(0),
        at(17),
        *events(*told),
        given='{"booking_id": "b-1"}',
        error="ProviderUnavailable",
    )
    made.executions.definitions[Machine.BOOKING] = documents.state_machines()["booking"]
    return made


def test_all_that_happened_is_in_one_order_of_time(practice: FakePractice) -> None:
    said = run(practice, "show", "b-1", COLUMNS="120").stdout.splitlines()
    moments = [" ".join(line.split()) for line in said if line.strip()[:6] == "09:00:"]
    assert moments == [
        "09:00:00 booking starts",
        "09:00:01 history reserved by sub",
        "09:00:02 booking NotifyParties",
        "09:00:05 booking DeliverNotification 6.00 s booking_confirmed to client by email",
        "09:00:07 booking DeliverNotification booking_confirmed to client by sms",
        "09:00:12 message sent booking_confirmed to client by email",
        "09:00:12 message delivered booking_confirmed to client by email",
        "09:00:13 booking ProviderUnavailable attempt 1 booking_confirmed to client by sms",
        "09:00:17 booking ends: FAILED: ProviderUnavailable",
        "09:00:40 history redriven by olga",
    ]
    assert "provider_is_back: as their page says" in "\n".join(said)


def test_money_is_beside_the_messages(practice: FakePractice) -> None:
    entry = {"key": "fee-b-1-1", "purpose": "fee", "amount": 4000, "currency": "EUR", "payment_id": None}
    made = {**entry, "actor": "provider", "execution": "", "provider_id": "pi_1"}
    payments = [
        {**made, "entry": "intended", "code": None, "at": at(20).isoformat()},
        {**made, "entry": "failed", "code": "card_declined", "at": at(21).isoformat()},
    ]
    practice.answers["DescribeBooking"] = {**FILE, "payments": payments}
    said = " ".join(run(practice, "show", "b-1", COLUMNS="120").stdout.split())
    assert "09:00:20 payment fee intended 09:00:21 payment fee failed card_declined" in said


def test_data_is_shown_when_it_is_asked_for_and_programs_get_all(practice: FakePractice) -> None:
    assert "notification_id" not in run(practice, "show", "b-1").stdout
    assert "input {" in run(practice, "show", "b-1", "--input-output").stdout
    seen = json.loads(run(practice, "show", "b-1", "--json").stdout)
    assert seen["executions"][0]["steps"][2]["attempts"][0]["error"] == "ProviderUnavailable"
    assert seen["file"]["notifications"][1]["delivery"] == "delivered"


def test_without_postgresql_the_path_is_there_and_what_is_missing_is_said(practice: FakePractice) -> None:
    del practice.answers["DescribeBooking"]
    done = run(practice, "show", "b-1")
    assert done.exit_code == 0
    assert "DeliverNotification" in done.stdout
    assert "PostgreSQL is away" in done.stderr


def test_a_graph_shows_what_was_done_what_failed_and_what_was_not_entered(practice: FakePractice) -> None:
    said = run(practice, "graph", "b-1").stdout
    assert "✗ NotifyParties" in said
    assert "✗ DeliverNotification  1 done, 1 not done" in said
    assert "· RejectBooking" in said
    assert "├─ outcome is invalid → RejectBooking" in said
    assert max(map(len, said.splitlines())) <= 80


@pytest.mark.parametrize("machine", list(Machine))
def test_every_state_of_every_machine_is_drawn_once(practice: FakePractice, machine: Machine) -> None:
    definition = documents.state_machines()[machine]
    arn = practice.executions.put(
        "x", ExecutionStatus.RUNNING, NOW, NOW + timedelta(1), *events(*RETRIED), machine=machine
    )
    practice.executions.definitions[machine] = definition
    [trace] = [each for each in json.loads(run(practice, "graph", "x", "--json").stdout) if each["execution"] == arn]
    assert trace["definition"] == definition
    lines = [line.lstrip(" │").split() for line in run(practice, "graph", "x").stdout.splitlines()]
    drawn = [line[1] for line in lines if line and line[0] in ("✓", "✗", "…", "·") and line[1][0].isupper()]
    assert sorted(drawn) == sorted(name for name, _ in documents.states(definition))
