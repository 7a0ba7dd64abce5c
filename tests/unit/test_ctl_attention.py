"""bookingctl failed, show, attention: all that is known, as far as each who knows it answers."""

import json
from datetime import timedelta
from typing import Any

import pytest

from booking.contracts.operations import DeadLetterQueue
from booking.contracts.traces import ExecutionStatus, Machine
from booking.errors import ProviderUnavailable
from ops.errors import OperatorError
from tests.operators import NOW, FakePractice, run

NOBODY = dict.fromkeys(("status", "starts_at", "ends_at", "therapist_id", "service_id", "client_id"))
UNREACHED = {"status": "UNREACHED", "error": None, "since": (NOW - timedelta(hours=1)).isoformat()}


@pytest.fixture
def practice() -> FakePractice:
    made = FakePractice()
    made.executions.fail("b-failed")
    made.answers["FindBookings"] = {"bookings": [{"booking_id": "b-unreached", **NOBODY, "attention": UNREACHED}]}
    made.dead(DeadLetterQueue.NOTIFICATIONS, {"booking_id": "b-dead"}, "cannot be read", message_id="m-1")
    return made


def attention(practice: FakePractice, *options: str) -> dict[str, Any]:
    answer = run(practice, "attention", "--json", *options)
    assert answer.exit_code == 0, answer.output
    return dict(json.loads(answer.stdout))


def test_all_that_needs_a_person_is_one_list_the_newest_first(practice: FakePractice) -> None:
    listed = attention(practice)
    assert [(each["kind"], each["id"]) for each in listed["attention"]] == [
        ("failed", "b-failed"),
        ("unreached", "b-unreached"),
        ("dead_letter", "m-1"),
    ]
    assert listed["missing"] == []
    for kind in ("failed", "unreached", "dead-letter"):
        listed = attention(practice, "--kind", kind)
        assert [each["kind"] for each in listed["attention"]] == [kind.replace("-", "_")], "as the API writes it"


def test_a_payment_says_what_a_person_does_about_it(practice: FakePractice) -> None:
    since = {"status": "PAYMENT", "since": NOW.isoformat()}
    practice.answers["FindBookings"] = {
        "bookings": [
            {"booking_id": f"b-{error}", **NOBODY, "attention": {**since, "error": error}}
            for error in ("disputed", "refund_failed")
        ]
    }
    listed = attention(practice, "--kind", "payment")["attention"]
    assert [(each["kind"], each["id"]) for each in listed] == [
        ("payment", "b-disputed"),
        ("payment", "b-refund_failed"),
    ]
    said = " ".join(run(practice, "attention", "--kind", "payment", COLUMNS="160").stdout.split())
    assert "payment disputed: answer it at the provider's" in said
    assert "a refund failed: give it back by hand" in said


def test_each_source_may_be_away_and_the_others_answer(practice: FakePractice) -> None:
    practice.answers["FindBookings"] = OperatorError("PostgreSQL is away")
    listed = attention(practice)
    assert {each["kind"] for each in listed["attention"]} == {"failed", "dead_letter"}
    assert listed["missing"] == ["unreached people, payments: not known: PostgreSQL is away"]

    def away(*_: object, **__: object) -> Any:
        raise ProviderUnavailable("Step Functions: EndpointConnectionError")

    practice.executions.of = away  # type: ignore[method-assign]  # it is down as well
    text = run(practice, "attention")
    assert (text.exit_code, "m-1" in text.stdout) == (0, True)
    assert "failed executions: not known" in " ".join(text.stderr.split())
    practice.sqs.receive_message = away  # type: ignore[method-assign]  # and so is SQS
    assert run(practice, "attention").exit_code == 3, "nobody answers"


def test_a_booking_that_is_marked_though_its_execution_is_long_gone_is_listed(practice: FakePractice) -> None:
    marked = {"status": "FAILED", "error": "StatementRefused", "since": (NOW - timedelta(days=100)).isoformat()}
    practice.answers["FindBookings"] = {
        "bookings": [
            {"booking_id": "b-gone", **NOBODY, "attention": marked},
            {"booking_id": "b-failed", **NOBODY, "attention": marked},
        ]
    }
    listed = attention(practice, "--kind", "failed")["attention"]
    assert [each["id"] for each in listed] == ["b-failed", "b-gone"], "each once"


def waits(practice: FakePractice, name: str) -> None:
    arn = practice.executions.fail(name, error="ProviderUnavailable", ago=timedelta(seconds=10))
    described = practice.executions.described[arn]
    listed = described.listed._replace(status=ExecutionStatus.RUNNING, stopped=None)
    practice.executions.described[arn] = described._replace(listed=listed, error=None)
    practice.executions.histories[arn] = practice.executions.histories[arn][:-1]
    retry = {"ErrorEquals": ["ProviderUnavailable"], "IntervalSeconds": 30, "MaxAttempts": 5, "BackoffRate": 2}
    practice.executions.definitions[Machine.BOOKING] = {"States": {"ReserveSlot": {"Type": "Task", "Retry": [retry]}}}


def test_failed_ends_with_how_many_run_and_wait(practice: FakePractice) -> None:
    for number in range(9):
        waits(practice, f"waits-{number}")
    practice.executions.put("runs", ExecutionStatus.RUNNING, NOW, given='{"booking_id": "runs"}')
    told = " ".join(run(practice, "failed").stdout.split())
    assert "10 running, 9 of them waiting for a retry (ProviderUnavailable ×9; the last is tried by 09:00:20Z)" in told


def test_show_and_failed_work_without_postgresql_and_say_what_is_missing(practice: FakePractice) -> None:
    assert run(practice, "failed").exit_code == 0
    assert [function for function, _ in practice.asked] == []
    shown = run(practice, "show", "b-failed")
    assert shown.exit_code == 0
    for part in ("ReserveSlot", "DatabaseUnavailable", "of no use"):
        assert part in shown.stdout, part
    missing = " ".join(shown.stderr.split())
    assert "PostgreSQL is away" in missing
    assert "messages, history" in missing
    whole = json.loads(run(practice, "show", "b-failed", "--json").stdout)
    assert (len(whole["executions"]), len(whole["missing"])) == (1, 1)


def test_show_finds_a_change_and_a_booking_that_is_unknown_is_one_line(practice: FakePractice) -> None:
    practice.answers["DescribeBooking"] = lambda event: {"booking_id": event["booking_id"], "status": None}
    practice.executions.fail("move-1", machine=Machine.RESCHEDULING, state="MoveBooking", booking="b-1")
    assert "MoveBooking" in run(practice, "show", "move-1").stdout
    unknown = run(practice, "show", "b-9")
    assert (unknown.exit_code, "there is no booking b-9" in unknown.stderr) == (4, True)


def test_what_bounced_says_bounced_and_not_sent(practice: FakePractice) -> None:
    message: dict[str, Any] = {"notification_id": "66666666-6666-4666-8666-666666666666", "event": "booking_confirmed"}
    message |= {"recipient": "client", "channel": "email", "status": "sent", "attempts": 1, "delivery": "bounced"}
    practice.answers["DescribeBooking"] = {"booking_id": "b-1", "status": "confirmed", "notifications": [message]}
    shown = run(practice, "show", "b-1").stdout
    assert "bounced" in shown
    assert "sent" not in shown


def test_watching_goes_on_when_aws_does_not_answer_for_a_while(practice: FakePractice) -> None:
    known, looks = practice.executions.of, []

    def sometimes(machine: Machine, status: ExecutionStatus | None = None) -> Any:
        looks.append(machine)
        if len(practice.slept) == 1:
            raise ProviderUnavailable("Step Functions: ReadTimeoutError")
        return known(machine, status)

    practice.executions.of = sometimes  # type: ignore[method-assign]  # it is away at the second look
    seen = run(practice, "watch", "--every", "10", "--times", "3")
    assert (seen.exit_code, seen.stdout.count("b-failed")) == (0, 1)
    assert "looking again" in seen.stderr
    assert practice.slept == [10, 10]
