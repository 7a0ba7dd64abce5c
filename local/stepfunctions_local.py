"""``make stepfunctions-local``: the state machines in AWS's own Step Functions Local, with Docker.

Without arguments it starts it, deploys the machines and says what can be tried; ``CASE=booking/SlotTaken`` runs a case
of stepfunctions-mock.json and shows its path. What is missing to run it is said in one line.
"""

import json
import os
import shutil
import subprocess
import sys
import time
import uuid
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from local import documents
from local.command import run
from local.errors import LocalCloudError

ENDPOINT = "http://127.0.0.1:8083"
ACCOUNT, REGION = "123456789012", "us-east-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/any"
QUEUE = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/notifications"
MOCKS = documents.ROOT / "local" / "stepfunctions-mock.json"
START_SECONDS, END_SECONDS = 60, 120


def main() -> int:
    need_docker()
    states = boto3.client(
        "stepfunctions",
        endpoint_url=ENDPOINT,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106  # Step Functions Local takes any
    )
    _wait(states)
    for name in documents.state_machines():
        _put(states, name)
    if len(sys.argv) < 2:
        print(f"Step Functions Local is up at {ENDPOINT}, with {', '.join(documents.state_machines())}. Try:")
        for case in cases():
            print(f"  make stepfunctions-local CASE={case}")
        return 0
    return _try(states, sys.argv[1])


def need_docker() -> None:
    """Starts the container. Raises ``LocalCloudError`` naming what is missing."""
    if shutil.which("docker") is None:
        raise LocalCloudError("Step Functions Local needs Docker, and there is no `docker` here: install it")
    if subprocess.run(["docker", "info"], capture_output=True).returncode != 0:
        raise LocalCloudError("Step Functions Local needs Docker, and no engine answers `docker info`: start it")
    if subprocess.run(["docker", "compose", "version"], capture_output=True).returncode != 0:
        raise LocalCloudError("Step Functions Local needs Docker's compose plugin, and `docker compose` is not there")
    started = subprocess.run(
        ["docker", "compose", "up", "--detach", "stepfunctions"],
        cwd=documents.ROOT,
        env={"POSTGRES_PASSWORD": "not-started", **os.environ},
        capture_output=True,
        text=True,
    )
    if started.returncode != 0:
        raise LocalCloudError(f"Step Functions Local did not start: {started.stderr.strip().splitlines()[-1]}")


def cases() -> list[str]:
    """The test cases there are, as machine/case."""
    machines: dict[str, Any] = json.loads(MOCKS.read_text())["StateMachines"]
    return [f"{machine}/{case}" for machine, each in machines.items() for case in each["TestCases"]]


def definition(name: str) -> str:
    """A machine's definition, with the names of what it calls filled in."""
    text = (documents.ROOT / "statemachines" / f"{name}.asl.json").read_text()
    for state in documents.state_machines()[name]["States"]:
        text = text.replace(f"${{{state}FunctionArn}}", f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{state}Function")
    return text.replace("${NotificationQueueUrl}", QUEUE)


def _wait(states: Any) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            states.list_state_machines()
            return
        except (BotoCoreError, ClientError):
            if time.monotonic() > deadline:
                raise LocalCloudError(f"Step Functions Local does not answer at {ENDPOINT}") from None
            time.sleep(0.5)


def _put(states: Any, name: str) -> None:
    try:
        states.create_state_machine(name=name, definition=definition(name), roleArn=ROLE)
    except states.exceptions.StateMachineAlreadyExists:
        states.update_state_machine(stateMachineArn=_arn(name), definition=definition(name), roleArn=ROLE)


def _arn(name: str) -> str:
    return f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{name}"


def _try(states: Any, case: str) -> int:
    if case not in cases():
        raise LocalCloudError(f"there is no case {case}: {', '.join(cases())}")
    machine, _, test = case.partition("/")
    started = states.start_execution(
        stateMachineArn=f"{_arn(machine)}#{test}", name=f"try-{uuid.uuid4()}", input=json.dumps(given(machine))
    )
    deadline = time.monotonic() + END_SECONDS
    while (ended := states.describe_execution(executionArn=started["executionArn"]))["status"] == "RUNNING":
        if time.monotonic() > deadline:
            raise LocalCloudError(f"{case} is still running")
        time.sleep(0.2)
    history = states.get_execution_history(executionArn=started["executionArn"], maxResults=1000)["events"]
    print(
        " → ".join(
            event["stateEnteredEventDetails"]["name"] for event in history if "stateEnteredEventDetails" in event
        )
    )
    print(f"{ended['status']} {ended.get('error', '')}".strip())
    return 0


def given(machine: str) -> dict[str, Any]:
    """An input for a machine: ids only, as always."""
    by = {"sub": "someone", "groups": "client"}
    if machine == "booking":
        return {"booking_id": "try-1", "requested_by": by, "request": documents.event("validate_request")["request"]}
    if machine == "offer":
        message = {"notification_id": str(uuid.UUID(int=1)), "recipient": "client", "channel": "email"}
        decision = {"outcome": "open", "reasons": [], "sessions": [], "notifications": [message]}
        return {"booking_id": "try-1", "answer_seconds": 60, "decision": decision}
    if machine == "resend":
        return {"booking_id": "try-1", "notification_ids": [], "act_id": str(uuid.UUID(int=2))}
    return {"change_id": "try-1", "booking_id": "try-1", "requested_by": by, "request": {}}


if __name__ == "__main__":
    run(main)
