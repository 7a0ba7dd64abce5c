"""bookingctl redrive: per execution, recorded first, asked first; to be stopped, and gone on with."""

import json
import shlex
import signal
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from booking.codes import Recorded
from booking.contracts.operators import OperatorAct
from booking.contracts.traces import Described, ExecutionStatus, Machine
from booking.errors import ProviderUnavailable
from ops import redriving
from ops.acts import ActsFromHere
from ops.aws import FunctionFailed
from tests.operators import NOW, FakePractice, run

REASON = ("--reason", "the cause is mended", "--yes")


class FakeRecordAct:
    """RecordAct and the queue of acts. PostgreSQL is away while from so many to so many are done."""

    def __init__(self, away_from: int, until: int) -> None:
        self.away, self.done = range(away_from, until), 0
        self.recorded: list[dict[str, Any]] = []
        self.queued: list[OperatorAct] = []

    def client(self, service: str) -> Any:
        return self

    def output(self, name: str) -> str:
        return name

    def invoke(self, function: str, event: dict[str, Any]) -> None:
        if self.done in self.away:
            raise FunctionFailed(function, "DatabaseUnavailable")
        self.recorded.append(event)

    def send_message(self, QueueUrl: str, MessageBody: str) -> None:  # noqa: N803
        self.queued.append(OperatorAct.model_validate_json(MessageBody))


@pytest.fixture
def practice() -> FakePractice:
    return FakePractice()


def test_two_failures_of_one_booking_have_an_outcome_each(practice: FakePractice) -> None:
    practice.executions.fail("b-1")
    practice.executions.fail("move-1", machine=Machine.RESCHEDULING, state="MoveBooking", booking="b-1")
    practice.executions.ends["b-1"] = ExecutionStatus.FAILED
    done = run(practice, "redrive", "b-1", *REASON, "--json")
    assert done.exit_code == 1, "one of the two failed again"
    told = {each["machine"]: each for each in json.loads(done.stdout)}
    assert {machine: each["outcome"] for machine, each in told.items()} == {
        "booking": "FAILED",
        "rescheduling": "SUCCEEDED",
    }
    assert {each["booking_id"] for each in told.values()} == {"b-1"}
    assert told["booking"]["execution"].endswith(":booking:b-1")
    assert told["booking"]["error"] == "DatabaseUnavailable"
    assert {each["recorded"] for each in told.values()} == {"in_history"}


def test_the_sentence_tells_what_succeeded_from_what_failed_again(practice: FakePractice) -> None:
    for number in range(9):
        practice.executions.fail(f"b-{number}")
    practice.executions.ends["b-4"] = ExecutionStatus.FAILED
    practice.records.where, practice.records.why = Recorded.IN_QUEUE, "PostgreSQL is away"
    done = run(practice, "redrive", "--since", "1h", *REASON)
    assert done.exit_code == 1
    assert (
        "9 redriven: 8 succeeded, 1 failed again; 9 acts are in the queue: PostgreSQL is away, "
        "your words are not kept, the code is"
    ) in " ".join(done.stdout.split())


def test_an_act_that_nothing_takes_is_not_done(practice: FakePractice) -> None:
    practice.executions.fail("b-1")
    practice.executions.fail("b-2")
    practice.records.broken = ProviderUnavailable("SQS: EndpointConnectionError")
    done = run(practice, "redrive", "--since", "1h", *REASON)
    assert done.exit_code == 1
    assert practice.executions.redriven == []
    assert "0 redriven; 2 not done: their acts could not be recorded" in " ".join(done.stdout.split())
    outcomes = json.loads(run(practice, "redrive", "--since", "1h", *REASON, "--json").stdout)
    assert [each["outcome"] for each in outcomes] == ["NOT_RECORDED", "NOT_DONE"], "after the first nothing is tried"


def test_postgresql_comes_back_half_way_through_forty_and_each_act_is_recorded_once(practice: FakePractice) -> None:
    for number in range(40):
        practice.executions.fail(f"b-{number}", ago=timedelta(minutes=3 + number))
    aws, seconds = FakeRecordAct(away_from=10, until=25), [0.0]
    practice.records = ActsFromHere(aws, clock=lambda: seconds[0])  # type: ignore[assignment]  # the real one

    def a_little_later() -> None:
        seconds[0] += 3
        aws.done += 1

    practice.executions.at_each = a_little_later
    done = run(practice, "redrive", "--since", "2h", *REASON)
    assert done.exit_code == 0
    queued = [str(act.act_id) for act in aws.queued]
    recorded = [event["act_id"] for event in aws.recorded]
    assert len(queued) + len(recorded) == 40
    assert sorted(queued + recorded) == sorted(str(act_id) for _, act_id in practice.executions.redriven), "each once"
    assert f"40 redriven: 40 succeeded; {len(queued)} acts are in the queue" in " ".join(done.stdout.split())
    assert 15 <= len(queued) < 30, "once it is back, the history takes them again"


def test_the_act_is_recorded_before_it_is_done_and_its_id_is_step_functions_token(practice: FakePractice) -> None:
    arn = practice.executions.fail("b-1")
    before: list[int] = []
    practice.executions.at_each = lambda: before.append(len(practice.records.acts))
    run(practice, "redrive", "b-1", "--reason", " back ", "--code", "database_is_back", "--yes")
    [(act, reason)] = practice.records.acts.values()
    assert before == [1]
    assert practice.executions.redriven == [(arn, act.act_id)]
    assert (act.act, act.booking_id, act.subject, act.code, reason) == (
        "redriven",
        "b-1",
        arn,
        "database_is_back",
        "back",
    )


def test_what_step_functions_refuses_is_recorded_as_refused(practice: FakePractice) -> None:
    practice.executions.fail("b-1")
    practice.executions.refusal = "Execution history event limit exceeded"
    done = run(practice, "redrive", "b-1", *REASON, "--json")
    [told] = json.loads(done.stdout)
    assert (done.exit_code, told["outcome"], told["error"]) == (1, "REFUSED", "Execution history event limit exceeded")
    assert [event for event, _, _ in practice.records.told] == ["redriven", "act_refused"]


def test_what_aws_did_not_answer_to_is_not_called_refused(practice: FakePractice) -> None:
    practice.executions.fail("b-1")
    practice.executions.broken = ProviderUnavailable("Step Functions: ReadTimeoutError")
    done = run(practice, "redrive", "b-1", *REASON)
    assert done.exit_code == 1
    assert "0 redriven; 1 perhaps: AWS did not answer" in done.stdout


def test_an_end_of_before_is_not_taken_for_a_second_failure(practice: FakePractice) -> None:
    """DescribeExecution is eventually consistent, as AWS says: what runs again may be FAILED for a moment."""
    arn = practice.executions.fail("b-1")
    describe, stale = practice.executions.describe, [practice.executions.described[arn]]

    def late(asked: str) -> Described | None:
        return stale.pop() if practice.executions.redriven and stale else describe(asked)

    practice.executions.describe = late  # type: ignore[method-assign,assignment]  # it lags
    done = run(practice, "redrive", "b-1", *REASON)
    assert (done.exit_code, "1 redriven: 1 succeeded" in done.stdout) == (0, True), done.stdout


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--reason", "x" * 1001), "1001 letters"),
        (("--reason", "   "), "--reason is missing"),
        (("--reason", "caf\udce9"), "not UTF-8"),
        (("--reason", "a\x07b"), "U+0007"),
        ((), "--reason is missing"),
        (("--reason", "x", "--since", "soon"), "neither a duration"),
        (("--reason", "x", "--until", "2027-03-01T09:00"), "no zone"),
        (("--reason", "x", "--code", "because"), "because"),
        (("--reason", "x", "no id"), "is no id"),
        (("--reason", "x", "b" * 300), "is no id"),
    ],
)
def test_arguments_are_checked_before_anything_is_done(
    practice: FakePractice, given: tuple[str, ...], said: str
) -> None:
    practice.executions.fail("b-1")
    done = run(practice, "redrive", "b-1", "--yes", *given)
    assert done.exit_code == 2
    assert said in " ".join(done.output.split())
    assert (practice.executions.redriven, practice.records.told, practice.asked) == ([], [], [])


GARBAGE = ("{}", "not JSON", "[1, 2]", json.dumps({"booking_id": "b" * 300}), '{"booking_id": null}', "")


@pytest.mark.parametrize("given", GARBAGE)
def test_an_execution_of_somebody_elses_making_is_listed_shown_and_redriven(practice: FakePractice, given: str) -> None:
    practice.executions.fail("theirs", given=given, error="ContractViolated")
    for words in (("failed",), ("watch", "--times", "1")):
        listed = run(practice, *words)
        assert (listed.exit_code, listed.exception) == (0, None)
        assert "unreadable input" in listed.stdout
        assert "theirs" in listed.stdout
    shown = run(practice, "show", "theirs")
    assert (shown.exit_code, "unreadable input" in shown.stdout) == (0, True)
    [told] = json.loads(run(practice, "redrive", "theirs", *REASON, "--json").stdout)
    assert (told["booking_id"], told["outcome"]) == (None, "SUCCEEDED")
    assert practice.records.told == [("redriven", None, "the cause is mended")]


def test_what_cannot_be_redriven_is_said_beforehand_with_what_to_do_instead(practice: FakePractice) -> None:
    fails = practice.executions.fail
    expired = fails("old", ago=timedelta(days=15))
    long = fails("long", machine=Machine.CANCELLATION)
    for arn, reason in (
        (expired, "Execution redrivable period exceeded"),
        (long, "Execution history event limit exceeded"),
    ):
        described = practice.executions.described[arn]
        practice.executions.described[arn] = described._replace(redrivable=False, redrive_reason=reason)
    ended = fails("ended")
    practice.executions.histories[ended][1]["type"] = "FailStateEntered"
    fails("good")
    done = run(practice, "redrive", "--since", "30d", *REASON, COLUMNS="120")
    said = " ".join(done.stderr.split())
    for part in ("3 can't be redriven", "Execution redrivable period exceeded", "bookingctl rerun old",
                 "event limit exceeded", "ask for the change again", "ended in the Fail state"):  # fmt: skip
        assert part in said, part
    assert [arn.rpartition(":")[2] for arn, _ in practice.executions.redriven] == ["good"]
    assert done.exit_code == 1, "not all that was asked for is done"
    practice.executions.fail("good")
    for options in ((), ("--dry-run",)):
        told = json.loads(run(practice, "redrive", "--since", "30d", *REASON, "--json", *options).stdout)
        assert {each["execution"].rpartition(":")[2] for each in told if each["outcome"] == "IMPOSSIBLE"} == {
            *("old", "long", "ended")
        }
        assert all(each["instead"] for each in told if each["outcome"] == "IMPOSSIBLE")


def test_no_is_an_answer(practice: FakePractice) -> None:
    practice.executions.fail("b-1")
    done = run(practice, "redrive", "b-1", "--reason", "x", typed="n\n")
    assert (done.exit_code, practice.executions.redriven, practice.records.told) == (0, [], [])
    assert "About to redrive 1.\nGo on?" in done.stderr
    assert "nothing done" in done.stderr
    unasked = run(practice, "redrive", "b-1", "--reason", "x", typed="")
    assert (unasked.exit_code, practice.executions.redriven) == (0, []), "nobody was there to ask"


def test_a_dry_run_says_what_it_would_do_and_does_nothing(practice: FakePractice) -> None:
    for number in range(3):
        practice.executions.fail(f"b-{number}")
    done = run(practice, "redrive", "--state", "ReserveSlot", "--dry-run")
    assert (done.exit_code, done.stdout) == (0, "would redrive 3\n")
    assert practice.executions.redriven == []


def interrupted_after(practice: FakePractice, acts: int) -> None:
    """Ctrl-C, once so many are redriven."""

    def stop() -> None:
        if len(practice.executions.redriven) == acts:
            signal.raise_signal(signal.SIGINT)

    practice.executions.at_each = stop


def going_on(done: Any) -> list[str]:
    """The command that the answer tells to paste."""
    lines = done.stderr[done.stderr.index("bookingctl redrive") :].replace("\\\n", " ")
    return shlex.split(lines)[1:]


@pytest.mark.parametrize(
    "chosen", [("--error", "DatabaseUnavailable", "--since", "2h"), tuple(f"b-{n}" for n in range(5))]
)
def test_ctrl_c_ends_with_what_was_done_and_the_command_that_goes_on(
    practice: FakePractice, chosen: tuple[str, ...]
) -> None:
    for number in range(5):
        practice.executions.fail(f"b-{number}", ago=timedelta(minutes=3 + number))
    practice.executions.ends["b-0"] = ExecutionStatus.FAILED
    interrupted_after(practice, 2)
    done = run(practice, "redrive", *chosen, "--reason", "it's back", "--yes", "--rate", "50")
    assert done.exit_code == 130
    assert "2 redriven" in done.stdout
    assert "3 not done" in done.stdout

    practice.executions.at_each = lambda: None
    words = going_on(done)
    assert "--until" in words
    rest = run(practice, *words, "--yes")
    assert rest.exit_code == 0, rest.output
    redriven = [arn.rpartition(":")[2] for arn, _ in practice.executions.redriven]
    assert sorted(redriven) == [f"b-{number}" for number in range(5)], "nothing twice, also what failed again"
    assert {reason for _, _, reason in practice.records.told} == {"it's back"}


def test_acting_keeps_to_its_rate(practice: FakePractice) -> None:
    for number in range(3):
        practice.executions.fail(f"b-{number}")
    run(practice, "redrive", "--since", "1h", *REASON, "--rate", "2")
    assert sum(practice.slept) == pytest.approx(1.0), "half a second between two, and none after the last"


def test_a_name_that_nothing_failed_under_is_one_line(practice: FakePractice) -> None:
    practice.executions.put("well", ExecutionStatus.SUCCEEDED, NOW, NOW)
    unknown = run(practice, "redrive", "b-9", *REASON)
    assert (unknown.exit_code, "b-9" in unknown.stderr) == (4, True)
    well = run(practice, "redrive", "well", *REASON)
    assert (well.exit_code, "nothing to redrive" in " ".join(well.stderr.split())) == (1, True)


def test_until_means_what_failed_before(practice: FakePractice) -> None:
    practice.executions.fail("early", ago=timedelta(minutes=30))
    practice.executions.fail("late", ago=timedelta(minutes=1))
    until = datetime(2027, 3, 1, 8, 50, tzinfo=UTC).isoformat()
    run(practice, "redrive", "--error", "DatabaseUnavailable", "--until", until, *REASON)
    assert [arn.rpartition(":")[2] for arn, _ in practice.executions.redriven] == ["early"]


def test_failures_beyond_the_most_that_are_looked_into_are_said_with_how_to_reach_them(
    practice: FakePractice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redriving, "MOST", 2)
    for number in range(5):
        practice.executions.fail(f"b-{number}", ago=timedelta(minutes=3 + number))
    would = run(practice, "redrive", "--since", "1h", "--dry-run")
    assert would.stdout == "would redrive 2\n"
    assert "3 older failures were not looked into: --until 2027-03-01T08:56:00Z has them" in " ".join(
        would.stderr.split()
    )
    assert run(practice, "redrive", "--since", "1h", "--until", "2027-03-01T08:56:00Z", "--dry-run").stdout == (
        "would redrive 2\n"
    )


def test_an_end_that_nobody_tells_is_not_known_and_the_acts_are_still_summed_up(practice: FakePractice) -> None:
    practice.executions.fail("b-1")
    known = practice.executions.describe

    def describe(arn: str) -> Any:
        if practice.executions.redriven:
            raise ProviderUnavailable("Step Functions: EndpointConnectionError")
        return known(arn)

    practice.executions.describe = describe  # type: ignore[method-assign]  # it goes away
    done = run(practice, "redrive", "b-1", *REASON)
    assert done.exit_code == 1
    assert "1 redriven: 1 still running" in done.stdout
    assert "is not known" in done.stdout
