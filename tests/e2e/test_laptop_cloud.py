"""What ``make run`` shows and leaves for others to use."""

import json
import subprocess
import sys
from pathlib import Path

import boto3
import psutil
import pytest

from booking.contracts.base import BOOKING_ID_PATTERN
from local import documents
from local.places import free_ports
from tests.calling import call
from tests.e2e.conftest import Cloud

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
def test_make_invoke_runs_every_event(cloud: Cloud, name: str) -> None:
    done = cloud.make("local.invoke", name)
    assert done.returncode == 0, done.stderr
    assert "errorType" not in done.stdout
    json.loads(done.stdout)


def test_make_invoke_says_which_events_there_are(cloud: Cloud) -> None:
    done = cloud.make("local.invoke", "nonsense")
    assert done.returncode == 2
    assert "reserve_slot" in done.stderr


@pytest.mark.parametrize("other_ports", [False, True])
def test_a_second_start_says_what_is_in_use_and_disturbs_nothing(cloud: Cloud, other_ports: bool) -> None:
    ports = free_ports("API_PORT", "AWS_PORT", "POSTGRES_PORT") if other_ports else {}
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
    expected = "PostgreSQL of this project is running already" if other_ports else "is in use"
    assert expected in line
    assert "make postgres-stop" in line if other_ports else "API_PORT=" in line
    assert call("GET", f"{cloud.stack['api_url']}/v1/health").status == 200
    assert Path(cloud.environment["LOCAL_FOLDER"], "stack.json").exists()


def test_without_a_running_cloud_the_tools_say_so(cloud: Cloud) -> None:
    cloud.environment["LOCAL_FOLDER"] += "-nowhere"
    try:
        done = cloud.make("local.invoke", "migrate")
    finally:
        cloud.environment["LOCAL_FOLDER"] = cloud.environment["LOCAL_FOLDER"].removesuffix("-nowhere")
    assert done.returncode == 1
    assert "make run" in done.stderr


def test_the_demo_bookings_key_is_a_legal_one(cloud: Cloud) -> None:
    import re

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
