"""bookingctl's command line: options anywhere, one clear line for each error, questions before what can't be undone."""

import json
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError, NoRegionError
from botocore.stub import Stubber
from typer.testing import CliRunner

from booking.channels.dead_letter_queues import booking_of
from booking.errors import ProviderUnavailable
from ops import cli
from ops.aws import Aws, Where
from ops.cli import EXIT_CODES
from ops.errors import EXIT_FAILED_AGAIN, EXIT_NO_ACCESS, EXIT_STOPPED, EXIT_UNKNOWN, OperatorError, translated
from ops.options import hoisted
from ops.times import ago
from tests.gateway import FakeGateway
from tests.operators import FakePractice, run

CLIENT = "33333333-3333-4333-8333-333333333333"


@pytest.fixture
def practice() -> FakePractice:
    return FakePractice()


@pytest.mark.parametrize(
    ("code", "exit_code", "line"),
    [
        ("AccessDeniedException", EXIT_NO_ACCESS, "RedriveExecution was refused: AccessDeniedException not yours"),
        ("ExpiredTokenException", EXIT_NO_ACCESS, "RedriveExecution was refused: ExpiredTokenException not yours"),
        ("ExecutionDoesNotExist", EXIT_UNKNOWN, "there is no such execution"),
        ("ExecutionNotRedrivable", EXIT_FAILED_AGAIN, "not yours"),
    ],
)
def test_what_aws_refuses_is_one_line_and_an_exit_code(code: str, exit_code: int, line: str) -> None:
    with pytest.raises(OperatorError) as error, translated():
        raise ClientError({"Error": {"Code": code, "Message": "not yours"}}, "RedriveExecution")
    assert (str(error.value), error.value.exit_code) == (line, exit_code)


@pytest.mark.parametrize(
    ("raised", "said"),
    [
        (EndpointConnectionError(endpoint_url="https://states"), "cannot reach AWS"),
        (NoRegionError(), "--region"),
        (NoCredentialsError(), "--profile"),
    ],
)
def test_what_is_missing_is_one_line_that_says_what_to_set(raised: Exception, said: str) -> None:
    with pytest.raises(OperatorError, match=said), translated():
        raise raised


def test_a_profile_that_is_not_there_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    done = CliRunner().invoke(cli.app, ["failed", "--profile", "nobody"])
    assert (done.exit_code, "nobody" in done.stderr, "list-profiles" in done.stderr) == (2, True, True)


def test_a_region_that_is_not_set_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    done = CliRunner().invoke(cli.app, ["failed"])
    assert (done.exit_code, "--region" in done.stderr) == (2, True)


def test_a_stack_that_is_not_there_is_one_line() -> None:
    client = boto3.client("cloudformation", region_name="eu-central-1")
    aws = Aws(Where(region="eu-central-1", stack="elsewhere"))
    aws.client = lambda service: client  # type: ignore[method-assign]  # noqa: ARG005  # answers as AWS does
    with Stubber(client) as answers:
        answers.add_client_error("describe_stacks", "ValidationError", "Stack with id elsewhere does not exist")
        with pytest.raises(OperatorError, match="no stack elsewhere in eu-central-1: --stack and --region") as error:
            aws.output("BookingStateMachineArn")
    assert error.value.exit_code == 2


def test_the_help_text_names_every_exit_code() -> None:
    for code in (EXIT_FAILED_AGAIN, EXIT_NO_ACCESS, EXIT_UNKNOWN, EXIT_STOPPED):
        assert f"{code} " in EXIT_CODES


WORDS = ["failed", "--limit", "10"]


@pytest.mark.parametrize("place", range(4))
def test_global_options_are_taken_before_and_after_the_command(practice: FakePractice, place: int) -> None:
    if place == 2:
        return  # between an option and its value nothing can be
    words = [*WORDS[:place], "--region", "eu-west-1", "--stack=other", "--local", *WORDS[place:]]
    assert run(practice, *words).exit_code == 0
    assert practice.where == Where(local=True, region="eu-west-1", stack="other")
    assert practice.where.words() == ["--local", "--region", "eu-west-1", "--stack", "other"]


def test_what_another_option_takes_as_its_value_stays_where_it_is() -> None:
    values = frozenset({"--reason"})
    assert hoisted(["redrive", "b", "--reason", "--local", "--local"], values) == [
        *("--local", "redrive", "b", "--reason", "--local")
    ]
    assert hoisted(["show", "--", "--local"], values) == ["show", "--", "--local"]
    assert hoisted(["failed", "--region"], values) == ["--region", "failed"]


def test_the_command_that_goes_on_says_where(practice: FakePractice) -> None:
    practice.executions.fail("b-1")
    practice.records.broken = ProviderUnavailable("SQS")
    done = run(practice, "redrive", "b-1", "--reason", "x", "--yes", "--profile", "night shift")
    assert "bookingctl --profile 'night shift' redrive b-1" in " ".join(done.stderr.split())


@pytest.mark.parametrize("act", ["export", "erase"])
def test_a_clients_name_is_no_id_and_how_to_find_it_is_said(practice: FakePractice, act: str) -> None:
    done = run(practice, "client", act, "jonas", "--reason", "asked")
    assert (done.exit_code, practice.asked) == (2, [])
    assert "bookingctl find --client NAME" in " ".join(done.stderr.split())


def test_erasing_asks_can_be_tried_and_answers_programs(practice: FakePractice) -> None:
    practice.answers["ClientData"] = {"outcome": "done"}
    would = run(practice, "client", "erase", CLIENT, "--dry-run", "--json")
    assert (json.loads(would.stdout)["outcome"], practice.asked) == ("would be erased", [])
    no = run(practice, "client", "erase", CLIENT, "--reason", "asked", typed="n\n")
    assert (no.exit_code, "nothing done" in no.stderr, practice.asked) == (0, True, [])
    done = run(practice, "client", "erase", CLIENT, "--reason", "asked", "--yes", "--json")
    assert json.loads(done.stdout) == {"client_id": CLIENT, "outcome": "erased"}


def test_rotating_a_key_asks_first(practice: FakePractice) -> None:
    gateway = FakeGateway()
    practice.aws.clients["apigateway"] = gateway  # type: ignore[attr-defined]  # a double of it
    no = run(practice, "keys", "rotate", "site", typed="n\n")
    assert (no.exit_code, "nothing done" in no.stderr, set(gateway.keys)) == (0, True, {"k-1"})
    would = run(practice, "keys", "rotate", "site", "--dry-run")
    assert (would.exit_code, set(gateway.keys)) == (0, {"k-1"})
    done = run(practice, "keys", "rotate", "site", "--yes")
    assert (done.exit_code, set(gateway.keys)) == (0, {"k-2"})


def test_somebody_is_found_by_a_name_and_a_day(practice: FakePractice) -> None:
    found = {"booking_id": "b-1", "status": "confirmed", "starts_at": "2027-03-01T09:00:00Z", "ends_at": None}
    found |= {"therapist_id": None, "service_id": None, "client_id": CLIENT, "attention": None}
    practice.answers["FindBookings"] = {"bookings": [found], "more": True}
    done = run(practice, "find", "--client", "jon ber", "--on", "2027-03-01")
    assert practice.asked == [("FindBookings", {"client_name": "jon ber", "on": "2027-03-01"})]
    assert ("b-1" in done.stdout, "There are more" in done.stdout) == (True, True)
    for words in (("--client", " "), ("--client", "x", "--on", "monday"), ()):
        assert run(practice, "find", *words).exit_code == 2


def test_a_message_that_cannot_be_read_is_about_nobody() -> None:
    assert booking_of('{"booking_id": "b"}') == "b"
    garbage = ("{", "{}", "[]", "null", '{"detail": 1}', '{"detail": {"input": "x"}}', '{"booking_id": "<b>"}')
    assert [booking_of(body) for body in garbage] == [None] * len(garbage)


def test_how_long_ago() -> None:
    now = datetime(2027, 3, 1, tzinfo=UTC)
    told = [ago(now - timedelta(seconds=seconds), now) for seconds in (5, 120, 7200, 172800)]
    assert told == ["5 s ago", "2 min ago", "2 h ago", "2 d ago"]
