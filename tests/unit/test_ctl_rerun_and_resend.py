"""bookingctl rerun and resend: a booking again in a new execution, its messages again, and what to say when not."""

import json
import shlex
import signal
from datetime import timedelta
from typing import Any

import pytest

from booking.contracts.traces import ExecutionStatus, Machine
from booking.services.tracing.listing import rerun_name
from tests.operators import NOW, FakePractice, run

REASON = ("--reason", "redrive's 14 days are over", "--yes")
MESSAGE = "66666666-6666-4666-8666-666666666666"


@pytest.fixture
def practice() -> FakePractice:
    made = FakePractice()
    made.answers["DescribeBooking"] = lambda event: {"booking_id": event["booking_id"], "status": None}
    return made


def test_each_booking_is_run_again_with_its_own_input_under_a_name_of_its_own(practice: FakePractice) -> None:
    for name in ("b-1", "b-2"):
        practice.executions.fail(name, ago=timedelta(days=20))
    practice.executions.ends[rerun_name("b-2", 1)] = ExecutionStatus.FAILED
    done = run(practice, "rerun", "b-1", "b-2", *REASON, "--json")
    assert done.exit_code == 1, "one of the two failed again"
    assert [(each["booking_id"], each["outcome"]) for each in json.loads(done.stdout)] == [
        ("b-1", "SUCCEEDED"),
        ("b-2", "FAILED"),
    ]
    assert practice.executions.started == [
        (rerun_name("b-1", 1), '{"booking_id": "b-1"}'),
        (rerun_name("b-2", 1), '{"booking_id": "b-2"}'),
    ]
    assert [event for event, _, _ in practice.records.told] == ["rerun", "rerun"]
    again = run(practice, "rerun", "b-2", *REASON)
    assert again.exit_code == 0
    assert practice.executions.started[-1][0] == rerun_name("b-2", 2)


def test_ctrl_c_ends_with_the_command_that_runs_the_rest_again(practice: FakePractice) -> None:
    names = [f"b-{number}" for number in range(4)]
    for name in names:
        practice.executions.fail(name, ago=timedelta(days=20))

    def stop() -> None:
        if len(practice.executions.started) == 1:
            signal.raise_signal(signal.SIGINT)

    practice.executions.at_each = stop
    done = run(practice, "rerun", *names, *REASON)
    assert (done.exit_code, "1 run again" in done.stdout) == (130, True)
    words = shlex.split(done.stderr[done.stderr.index("bookingctl rerun") :].replace("\\\n", " "))[1:]
    assert run(practice, *words, "--yes").exit_code == 0
    assert [name for name, _ in practice.executions.started] == [rerun_name(name, 1) for name in names], "none twice"


def test_what_a_rerun_has_mended_is_no_longer_listed_as_failed(practice: FakePractice) -> None:
    practice.executions.fail("b-1")
    practice.executions.fail("b-2")
    assert "b-1" in run(practice, "failed").stdout
    run(practice, "rerun", "b-1", *REASON)
    listed = run(practice, "failed").stdout
    assert "b-1" not in listed
    assert "b-2" in listed
    assert not any(function == "DescribeBooking" for function, _ in practice.asked), "PostgreSQL is not needed for it"


REQUEST = {
    "booking_id": "b-1",
    "requested_by": {"sub": "somebody", "groups": ["client"]},
    "request": {"starts_at": "2027-03-07T10:00:00+01:00"},
}


def test_past_the_historys_end_a_booking_starts_from_what_postgresql_kept(practice: FakePractice) -> None:
    practice.answers["DescribeBooking"] = {"booking_id": "b-1", "status": "confirmed", "request": REQUEST}
    done = run(practice, "rerun", "b-1", *REASON)
    assert done.exit_code == 0, done.output
    [(name, given)] = practice.executions.started
    assert (name, json.loads(given)) == (rerun_name("b-1", 1), REQUEST)


@pytest.mark.parametrize(
    ("file", "code", "said"),
    [
        ({"status": None}, 4, "Tell the client that the request was lost"),
        ({"status": "confirmed", "no_request": "unreadable"}, 1, "Tell the client that the request was lost"),
        ({"status": "held", "no_request": "offer"}, 1, "OfferSlots settles it"),
        ({"status": "confirmed", "no_request": "session_of_series"}, 1, "run the series again"),
    ],
)
def test_what_cannot_be_run_again_says_so_and_what_to_tell_the_client(
    practice: FakePractice, file: dict[str, Any], code: int, said: str
) -> None:
    practice.answers["DescribeBooking"] = {"booking_id": "b-1", **file}
    done = run(practice, "rerun", "b-1", *REASON)
    assert (done.exit_code, practice.executions.started, practice.records.told) == (code, [], [])
    assert said in " ".join(done.stderr.split())


def test_what_runs_or_names_no_booking_is_not_run_again(practice: FakePractice) -> None:
    practice.executions.put("runs", ExecutionStatus.RUNNING, NOW, given='{"booking_id": "runs"}')
    practice.executions.fail("theirs", given="{}")
    assert "still running" in run(practice, "rerun", "runs", *REASON).stderr
    assert "names no booking" in " ".join(run(practice, "rerun", "theirs", *REASON).stderr.split())
    assert practice.executions.started == []


def test_a_bookings_messages_are_sent_again_by_a_machine_of_their_own(practice: FakePractice) -> None:
    practice.answers["DescribeBooking"] = {"booking_id": "b-1", "status": "confirmed"}
    done = run(practice, "resend", "b-1", "--reason", "a new address", "--yes", "--json")
    [told] = json.loads(done.stdout)
    assert (done.exit_code, told["booking_id"], told["machine"], told["outcome"]) == (0, "b-1", "resend", "SUCCEEDED")
    [(act, _)] = practice.records.acts.values()
    [(name, given)] = practice.executions.started
    assert name == f"resend-{act.act_id}"
    assert act.subject == told["execution"] == practice.executions.arn(Machine.RESEND, name)
    assert json.loads(given) == {"booking_id": "b-1", "notification_ids": [], "act_id": str(act.act_id)}
    assert (act.act, act.code) == ("resent", "contact_is_mended")


def test_one_message_is_sent_again(practice: FakePractice) -> None:
    found = {"booking_id": "b-1", "status": "confirmed"}
    none = dict.fromkeys(("starts_at", "ends_at", "therapist_id", "service_id", "client_id", "attention"))
    practice.answers["FindBookings"] = {"bookings": [found | none]}
    assert run(practice, "resend", MESSAGE, "--reason", "x", "--yes").exit_code == 0
    [(_, given)] = practice.executions.started
    assert json.loads(given)["booking_id"] == "b-1"
    assert json.loads(given)["notification_ids"] == [MESSAGE]
    assert ("FindBookings", {"notification_id": MESSAGE}) in practice.asked


def test_what_there_is_not_is_not_sent_again(practice: FakePractice) -> None:
    practice.answers["FindBookings"] = {"bookings": []}
    for subject in ("b-9", MESSAGE):
        done = run(practice, "resend", subject, "--reason", "x", "--yes")
        assert (done.exit_code, practice.executions.started, practice.records.told) == (4, [], [])
