"""bookingctl on the laptop cloud: an operator finds what failed, sees why, mends it and restarts it."""

import json
import subprocess
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from typer.testing import CliRunner

from local import documents
from ops import batch, cli
from tests.e2e.conftest import Cloud

Body = dict[str, str]

BROKEN = """
    CREATE FUNCTION break_down() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'broken on purpose'; END $$;
    CREATE TRIGGER break_down BEFORE INSERT ON bookings FOR EACH ROW EXECUTE FUNCTION break_down();
    SELECT 1
"""
MENDED = "DROP TRIGGER IF EXISTS break_down ON bookings; DROP FUNCTION IF EXISTS break_down; SELECT 1"


class Done(NamedTuple):
    """What a command has said."""

    returncode: int
    stdout: str
    stderr: str


def bookingctl(cloud: Cloud, *arguments: str, typed: str | None = None, wait: float | None = None) -> Done:
    """In this process: a process of its own takes a second to start."""
    environment = {"LOCAL_FOLDER": cloud.environment["LOCAL_FOLDER"], "COLUMNS": "80", "NO_COLOR": "1"}
    with pytest.MonkeyPatch.context() as patch:
        if wait is not None:
            patch.setattr(batch, "WAIT_SECONDS", wait)
        answer = CliRunner(env=environment).invoke(cli.app, ["--local", *arguments], input=typed)
    if answer.exception is not None and not isinstance(answer.exception, SystemExit):
        raise answer.exception
    return Done(answer.exit_code, answer.stdout, answer.stderr)


@pytest.fixture
def broken(cloud: Cloud) -> Iterator[None]:
    """No booking can be written: a bug, as the workflow sees it, that fails at once."""
    cloud.rows(BROKEN)
    yield
    cloud.rows(MENDED)


def fail(cloud: Cloud, key: str, body: Body, **options: Any) -> None:
    assert cloud.post(key, body, **options).status == 202
    assert cloud.wait_for_execution(key)["status"] == "FAILED"


def attention(cloud: Cloud, key: str, wanted: bool) -> Any:
    """What staff see, once the news has gone through EventBridge and the queue."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        seen = cloud.get(key, "operator").body.get("attention")
        if (seen is not None) == wanted:
            return seen
        time.sleep(0.1)
    raise AssertionError(f"attention of {key} is {seen}")


def test_an_operator_finds_a_failure_and_restarts_it_where_it_stopped(
    cloud: Cloud, request_body: Body, broken: None
) -> None:
    fail(cloud, "ctl-1", request_body)

    seen = attention(cloud, "ctl-1", wanted=True)
    assert (seen["status"], seen["error"]) == ("FAILED", "StatementRefused")
    assert cloud.get("ctl-1").body["attention"] is None  # the client need not know

    [failure] = [
        each for each in json.loads(bookingctl(cloud, "failed", "--json").stdout) if each["booking_id"] == "ctl-1"
    ]
    assert (failure["state"], failure["error"]) == ("ReserveSlot", "StatementRefused")
    assert "ctl-1" in bookingctl(cloud, "failed").stdout

    assert bookingctl(cloud, "redrive", "ctl-1", "--dry-run").stdout == "would redrive 1\n"
    again = bookingctl(cloud, "redrive", "ctl-1", "--reason", "too early", "--yes")
    assert again.returncode == 1, "it failed again"
    assert "1 redriven: 1 failed again" in again.stdout

    cloud.rows(MENDED)
    done = bookingctl(cloud, "redrive", "--error", "StatementRefused", "--state", "ReserveSlot", "--since", "1h",
                      "--reason", "the trigger is gone", "--yes", "--json")  # fmt: skip
    assert done.returncode == 0, done.stderr
    became = {each["booking_id"]: each["outcome"] for each in json.loads(done.stdout)}  # of other stories, too
    assert became["ctl-1"] == "SUCCEEDED"
    booking = cloud.wait("ctl-1")
    assert booking["status"] == "confirmed"
    assert [each["attempts"] for each in booking["notifications"]] == [1, 1, 1], "each was sent once"
    attention(cloud, "ctl-1", wanted=False)

    shown = bookingctl(cloud, "show", "ctl-1").stdout
    for part in ("confirmed", "ValidateRequest", "ReserveSlot", "StatementRefused", "redriven",
                 "DeliverNotification", "the trigger is gone"):  # fmt: skip
        assert part in shown, part
    [execution] = json.loads(bookingctl(cloud, "show", "ctl-1", "--json").stdout)["executions"]
    attempts = {step["name"]: len(step["attempts"]) for step in execution["steps"]}
    assert attempts["ValidateRequest"] == 1, "earlier states did not run again"
    assert attempts["ReserveSlot"] == 3


def test_a_booking_past_redrive_is_run_again_and_nothing_is_doubled(
    cloud: Cloud, request_body: Body, broken: None
) -> None:
    fail(cloud, "ctl-rerun", request_body)
    cloud.rows(MENDED)
    attention(cloud, "ctl-rerun", wanted=True)
    for _ in range(2):
        done = bookingctl(cloud, "rerun", "ctl-rerun", "--reason", "as if 14 days were over", "--yes")
        assert done.returncode == 0, done.stderr
    booking = cloud.wait("ctl-rerun")
    assert booking["status"] == "confirmed"
    assert cloud.rows("SELECT count(*) FROM notifications WHERE booking_id = 'ctl-rerun'") == [{"count": 3}]
    assert {each["attempts"] for each in booking["notifications"]} == {1}
    attention(cloud, "ctl-rerun", wanted=False)
    acts = cloud.rows("SELECT event, detail FROM booking_events WHERE booking_id = 'ctl-rerun' AND event = 'rerun'")
    assert [act["detail"]["reason"] for act in acts] == ["as if 14 days were over"] * 2


def dead_letter(cloud: Cloud, body: str) -> str:
    """A message that has been on the queue too often."""
    sent = cloud.client("sqs").send_message(
        QueueUrl=cloud.stack["notification_dead_letter_queue_url"], MessageBody=body
    )
    return str(sent["MessageId"])


def test_dead_letters_are_listed_by_booking_and_put_back(cloud: Cloud, request_body: Body) -> None:
    cloud.post("ctl-dlq", request_body)
    cloud.wait("ctl-dlq")
    [row, *_] = cloud.rows("SELECT id FROM notifications WHERE booking_id = 'ctl-dlq'")
    good = {"booking_id": "ctl-dlq", "notification_id": str(row["id"]), "task_token": "gone"}
    readable = dead_letter(cloud, json.dumps(good))
    cloud.client("sqs").send_message(
        QueueUrl=cloud.stack["notification_queue_url"], MessageBody="{}"
    )  # nobody can read it

    def letters() -> list[dict[str, Any]]:
        return list(json.loads(bookingctl(cloud, "dlq", "list", "--queue", "notifications", "--json").stdout))

    deadline = time.monotonic() + 30
    while len(found := letters()) < 2:
        assert time.monotonic() < deadline, found
    assert [each["booking_id"] for each in found if each["message_id"] == readable] == ["ctl-dlq"]
    [unreadable] = [each for each in found if each["message_id"] != readable]
    assert unreadable["booking_id"] is None
    assert "NotificationTask: booking_id: missing" in unreadable["reason"]
    assert letters() == [{**each, "received": each["received"] + 1} for each in found], "looking has changed nothing"
    assert "ctl-dlq" in bookingctl(cloud, "dlq", "show", readable).stdout
    assert bookingctl(cloud, "dlq", "redrive", readable, "--reason", "mended", "--yes").returncode == 0
    acts = cloud.rows("SELECT event FROM booking_events WHERE booking_id = 'ctl-dlq' ORDER BY id DESC LIMIT 1")
    assert acts == [{"event": "message_redriven"}]
    assert [each["message_id"] for each in letters()] == [unreadable["message_id"]]
    cloud.client("sqs").purge_queue(QueueUrl=cloud.stack["notification_dead_letter_queue_url"])


@pytest.mark.parametrize(
    ("arguments", "code", "line"),
    [
        (("show", "no-such-booking"), 4, "there is no booking no-such-booking"),
        (("rerun", "no-such-booking", "--reason", "x", "--yes"), 4, "There is no booking"),
        (("redrive", "no-such-booking", "--reason", "x", "--yes"), 4, "there is no booking"),
        (("dlq", "show", "nothing"), 4, "not in a dead-letter queue"),
        (("redrive",), 2, "name bookings"),
        (("redrive", "--since", "soon", "--reason", "x"), 2, "neither a duration"),
    ],
)
def test_what_cannot_be_done_is_one_clear_line(cloud: Cloud, arguments: tuple[str, ...], code: int, line: str) -> None:
    done = bookingctl(cloud, *arguments)
    assert done.returncode == code
    assert line in done.stderr
    assert "Traceback" not in done.stderr


def test_an_endpoint_that_does_not_answer_is_one_clear_line(cloud: Cloud) -> None:
    command = [str(documents.ROOT / ".venv" / "bin" / "bookingctl"), "--endpoint-url", "http://127.0.0.1:1", "failed"]
    environment = {
        **cloud.environment,
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_REGION": "us-east-1",
    }
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 3
    assert "cannot reach AWS" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_clients_data_is_given_out_and_forgotten_with_the_login(cloud: Cloud) -> None:
    cognito, pool = cloud.client("cognito-idp"), cloud.stack["user_pool_id"]
    user = cognito.admin_create_user(UserPoolId=pool, Username="gone@example.com", MessageAction="SUPPRESS")["User"]
    [sub] = [each["Value"] for each in user["Attributes"] if each["Name"] == "sub"]
    made = cloud.call("operator", "POST", "/v1/clients", {"name": "Gone Soon", "time_zone": "UTC", "user_sub": sub})
    client = made.body["id"]
    exported = bookingctl(cloud, "client", "export", client, "--reason", "asked")
    assert json.loads(exported.stdout)["client"]["name"] == "Gone Soon"
    erased = bookingctl(cloud, "client", "erase", client, "--reason", "asked", "--yes")
    assert erased.returncode == 0, erased.stderr
    assert (
        json.loads(bookingctl(cloud, "client", "export", client, "--reason", "looked").stdout)["client"]["name"]
        == "erased"
    )
    assert sub not in {
        each["Value"] for found in cognito.list_users(UserPoolId=pool)["Users"] for each in found["Attributes"]
    }
    acts = cloud.rows("SELECT act, reason FROM client_acts WHERE client_id = %s ORDER BY id", client)
    assert [(each["act"], each["reason"]) for each in acts] == [
        *(("exported", "asked"), ("erased", "asked"), ("exported", "looked"))
    ]
    unknown = bookingctl(cloud, "client", "export", "99999999-9999-4999-8999-999999999999", "--reason", "x")
    assert (unknown.returncode, "there is no client" in unknown.stderr) == (4, True)
