"""What ``make run`` shows and leaves for others to use."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3
import psutil
import pytest

from booking.contracts.base import BOOKING_ID_PATTERN
from local import api, documents, invoke
from local.places import PORTS, free_ports
from local.postgres import PostgresServer
from tests.calling import call
from tests.e2e.conftest import Cloud
from tests.e2e.site import people

EVENTS = documents.event_names()


def test_it_shows_the_whole_path_in_order(cloud: Cloud) -> None:
    story = [
        *("PostgreSQL", "AWS emulator", "template.yaml", "schema", "API"),
        *("POST ", "→ 202", "▶ ValidateRequest", "▶ ReserveSlot", "▶ NotifyParties", "DeliverNotification: sent"),
        *("GET ", '"status": "confirmed"', "E-mail to", "Text to", "curl ", "Ready."),
    ]
    at = 0
    for part in story:
        assert part in cloud.printed[at:], f"{part} is missing, or too early"
        at = cloud.printed.index(part, at)


def test_stack_json_is_all_that_a_driver_needs(cloud: Cloud) -> None:
    stack = cloud.stack
    assert {"api_url", "aws_endpoint_url", "region", "database_url", "state_machine_arn"} <= set(stack)
    assert set(stack["users"]) == {"client", "other_client", "therapist", "other_therapist", "operator"}
    assert all({"sub", "id_token"} <= set(user) for user in stack["users"].values())
    assert stack["users"]["client"]["client_id"]
    assert stack["users"]["therapist"]["therapist_id"] == stack["demo"]["therapist_id"]
    assert len(stack["demo"]["starts_at"]) == 3
    assert Path(cloud.environment["LOCAL_FOLDER"], "stack.json").stat().st_mode & 0o077 == 0


def test_everything_listens_on_the_loopback_only(cloud: Cloud) -> None:
    family = [psutil.Process(cloud.process.pid), *psutil.Process(cloud.process.pid).children(recursive=True)]
    listening = {
        connection.laddr.ip
        for process in family
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}


def test_health_is_open_and_ok(cloud: Cloud) -> None:
    answer = call("GET", f"{cloud.stack['api_url']}/v1/health")
    assert (answer.status, answer.body) == (200, {"status": "ok", "database": "ok", "schema": "current"})


@pytest.mark.parametrize("name", EVENTS)
def test_make_invoke_runs_every_event(
    cloud: Cloud, name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In this process: thirty of their own take as long to start as all that they call."""
    monkeypatch.setenv("LOCAL_FOLDER", cloud.environment["LOCAL_FOLDER"])
    monkeypatch.setattr(sys, "argv", ["make invoke", name])
    assert invoke.main() == 0
    printed = capsys.readouterr().out
    assert "errorType" not in printed
    json.loads(printed)


def test_make_invoke_says_which_events_there_are(cloud: Cloud) -> None:
    done = cloud.make("local.invoke", "nonsense")
    assert done.returncode == 2
    assert "reserve_slot" in done.stderr


@pytest.mark.parametrize("other_ports", [False, True])
def test_a_second_start_says_that_it_runs_already_and_disturbs_nothing(cloud: Cloud, other_ports: bool) -> None:
    ports = free_ports(*PORTS) if other_ports else {}
    done = subprocess.run(
        [sys.executable, "-m", "local.run"],
        cwd=documents.ROOT,
        env={**cloud.environment, **{name: str(port) for name, port in ports.items()}},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert f"already running: {cloud.stack['api_url']}/v1 (process {cloud.process.pid})" in line
    assert call("GET", f"{cloud.stack['api_url']}/v1/health").status == 200
    assert Path(cloud.environment["LOCAL_FOLDER"], "stack.json").exists()


def test_another_clone_says_which_port_is_in_use(cloud: Cloud, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "local.run"],
        cwd=documents.ROOT,
        env={**cloud.environment, "LOCAL_FOLDER": str(tmp_path / "local")},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert "is in use" in line
    assert "SITE_PORT=" in line


def test_the_last_screen_is_what_matters_and_holds_no_token(cloud: Cloud) -> None:
    screen = cloud.printed[cloud.printed.index("── Yours to try") :].splitlines()
    assert len(screen) < 24, "of a terminal's 24 lines the last is the cursor's"
    assert max(map(len, screen)) <= 80
    assert f"API      {cloud.stack['api_url']}/v1" in screen
    assert f"Book     {cloud.stack['site_url']}" in screen
    for name in ("Inbox", "Faults"):
        assert any(line.startswith(f"{name:9}{cloud.stack['site_url']}/laptop/{name.lower()} ") for line in screen)
    assert cloud.printed.split("http://", 1)[1].split()[0] == cloud.stack["site_url"].removeprefix("http://"), (
        "the first address that anybody sees is the booking site's"
    )
    assert "TOKEN=$(make token USER=client)" in screen
    assert "eyJ" not in cloud.printed


def test_make_token_is_a_token_of_that_person_and_nothing_else(cloud: Cloud) -> None:
    done = cloud.make("local.tokens", "therapist")
    assert done.returncode == 0, done.stderr
    me = call("GET", f"{cloud.stack['api_url']}/v1/me", token=done.stdout.strip())
    assert (me.status, me.body) == (200, cloud.call("therapist", "GET", "/v1/me").body)
    assert me.body != cloud.call("client", "GET", "/v1/me").body


def test_make_examples_is_pasted_and_works(cloud: Cloud) -> None:
    printed = cloud.make("local.examples").stdout
    token = cloud.stack["users"]["client"]["id_token"]
    parts = printed.replace("$(make token USER=client)", token).split("# Signing up")[0]
    done = subprocess.run(["bash", "-ec", parts], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("202 Accepted") == 2
    keys = re.findall(r"Idempotency-Key: (\S+)'", printed)
    assert [cloud.wait(key)["status"] for key in keys] == ["confirmed", "confirmed"]


def test_a_sweep_by_hand_leaves_the_future_alone(cloud: Cloud, request_body: dict[str, str]) -> None:
    assert cloud.post("e2e-swept", request_body).status == 202
    cloud.wait("e2e-swept")
    for sweep in ("complete_bookings", "start_reminders", "forget_clients"):
        done = cloud.make("local.invoke", sweep)
        assert done.returncode == 0, done.stderr
    assert cloud.get("e2e-swept").body["status"] == "confirmed"
    assert {each["event"] for each in cloud.get("e2e-swept").body["notifications"]} == {"booking_confirmed"}


def test_who_was_erased_has_no_login_the_next_day(cloud: Cloud) -> None:
    """An operator grants what the client has asked for; the sweep does the rest. Who is of the staff keeps theirs."""

    def logins(address: str) -> list[dict[str, Any]]:
        pool = {"UserPoolId": cloud.stack["user_pool_id"], "Filter": f'email = "{address}"'}
        return list(cloud.client("cognito-idp").list_users(**pool)["Users"])

    client, colleague = people.invited(cloud), people.staff(cloud, "operator")
    token = people.token_of(cloud, client)
    asked = call("POST", f"{cloud.stack['api_url']}/v1/me/requests", token=token, body={"kind": "deletion"})
    path = f"/v1/client-requests/{asked.body['requests'][-1]['request_id']}/decision"
    assert cloud.call("operator", "POST", path, {"decision": "granted"}).status == 200
    [staff] = logins(colleague)
    [sub] = [each["Value"] for each in staff["Attributes"] if each["Name"] == "sub"]
    cloud.rows("INSERT INTO logins_to_delete VALUES (%s, now()) RETURNING 1", sub)
    for _ in range(2):
        assert cloud.make("local.invoke", "forget_clients").returncode == 0
        assert (len(logins(client.address)), len(logins(colleague))) == (0, 1)
    assert cloud.rows("SELECT sub FROM logins_to_delete") == []


def test_what_holds_keys_and_rows_is_its_owners_alone(cloud: Cloud) -> None:
    folder = Path(cloud.environment["LOCAL_FOLDER"])
    data = PostgresServer(folder / "postgres", 0).home
    private = [*(folder / name for name in ("state", "tmp")), data / "data"]
    assert all(path.stat().st_mode & 0o077 == 0 for path in private)
    inside = [path for path in (folder / "state").rglob("*") if path.is_file()]
    files = [
        *inside,
        *(folder / name for name in ("stack.json", "env.json", "emulator.log", "deploy.log", "stripe.log")),
    ]
    files += [data / "password", data / "postgres.log"]
    assert [path for path in files if path.stat().st_mode & 0o077] == []


def test_stripe_can_be_broken_and_mended(cloud: Cloud) -> None:
    def status() -> int:
        headers = {"Authorization": f"Bearer {cloud.stack['stripe_api_key']}"}
        return api.call("GET", f"{cloud.stack['stripe_url']}/v1/charges", headers=headers).status

    assert status() == 200
    assert cloud.make("local.faults", "break", "stripe").returncode == 0
    assert status() == 503
    assert cloud.make("local.faults", "mend").returncode == 0
    assert status() == 200


def test_the_demo_bookings_key_is_a_legal_one(cloud: Cloud) -> None:
    key = cloud.printed.split("Idempotency-Key: ")[1].split()[0]
    assert re.fullmatch(BOOKING_ID_PATTERN, key)


def test_cognito_allows_what_the_template_does(cloud: Cloud) -> None:
    """Anybody signs up, as SelfSignUp says; a password is no way in for whoever knows the public client."""
    cognito = cloud.client("cognito-idp")
    pool, app = cloud.stack["user_pool_id"], cloud.stack["user_pool_client_id"]
    named = {"ClientId": app, "Username": "stranger@example.com", "Password": "Long-enough-1234"}
    with pytest.raises(cognito.exceptions.NotAuthorizedException, match="unauthorized attribute"):
        cognito.sign_up(**named, UserAttributes=[{"Name": "email_verified", "Value": "true"}])
    assert cognito.list_users(UserPoolId=pool, Filter='email = "stranger@example.com"')["Users"] == []
    assert cognito.sign_up(**named)["UserConfirmed"] is False
    with pytest.raises(cognito.exceptions.InvalidParameterException, match="USER_PASSWORD_AUTH flow not enabled"):
        cognito.initiate_auth(
            ClientId=app,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "client@example.com", "PASSWORD": "Long-enough-1234"},
        )


def test_any_aws_tool_works_as_make_run_says(cloud: Cloud) -> None:
    """With the region and the credentials that are printed, and nothing that this machine may have set."""
    told = f"--endpoint-url {cloud.stack['aws_endpoint_url']} --region {cloud.stack['region']}"
    assert told in cloud.printed
    assert "AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test" in cloud.printed
    assert "--region us-east-1" in (documents.ROOT / "README.md").read_text()
    session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=cloud.stack["region"])
    machines = session.client("stepfunctions", endpoint_url=cloud.stack["aws_endpoint_url"]).list_state_machines()
    assert cloud.stack["state_machine_arn"] in {each["stateMachineArn"] for each in machines["stateMachines"]}
