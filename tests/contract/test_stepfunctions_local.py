"""What can be tried in Step Functions Local: each case run here, for the laptop cloud reads the same mock file."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import yaml
from ministack.services import stepfunctions as ministack

from local import documents, stepfunctions_local
from tests.contract.test_state_machines import DECISIONS
from tests.workflow.engines import laptop_engine

MOCKS: dict[str, Any] = json.loads(stepfunctions_local.MOCKS.read_text())
CASES = [
    (machine, case, states)
    for machine, each in MOCKS["StateMachines"].items()
    for case, states in each["TestCases"].items()
]
ENDS = {
    "booking/HappyPath": ("SUCCEEDED", "reserved"),
    "booking/Invalid": ("SUCCEEDED", "rejected"),
    "booking/SlotTaken": ("SUCCEEDED", "rejected"),
    "booking/DatabaseAwayTwice": ("SUCCEEDED", "reserved"),
    "booking/ProviderRefuses": ("FAILED", None),
    "cancellation/Cancelled": ("SUCCEEDED", "cancelled"),
    "cancellation/TooLate": ("SUCCEEDED", "refused"),
    "offer/Accepted": ("SUCCEEDED", "accepted"),
    "offer/NobodyAnswers": ("SUCCEEDED", "expired"),
    "resend/SentAgain": ("SUCCEEDED", "due"),
    "resend/NothingToSend": ("SUCCEEDED", "not_due"),
}


def test_every_response_is_used_and_every_one_that_is_named_exists() -> None:
    named = {response for _, _, states in CASES for response in states.values()}
    assert named == set(MOCKS["MockedResponses"])
    assert sorted(ENDS) == sorted(stepfunctions_local.cases())


@pytest.mark.parametrize(("machine", "case", "states"), CASES)
def test_what_is_mocked_is_what_the_code_would_decide(machine: str, case: str, states: dict[str, str]) -> None:
    for state, response in states.items():
        for each in MOCKS["MockedResponses"][response].values():
            if state in DECISIONS and "Return" in each:
                DECISIONS[state].model_validate(each["Return"]["Payload"])


@pytest.fixture
def engine() -> Iterator[Any]:
    def unexpected(*_: Any) -> None:
        pytest.fail("everything is mocked")

    with laptop_engine(unexpected) as made, patch.object(ministack, "_sfn_mock_config", MOCKS):
        yield made


AT_EVERY_ATTEMPT = pytest.mark.xfail(strict=True, reason="the emulator throws a mocked error at every attempt")


@pytest.mark.parametrize(
    ("machine", "case"),
    [
        pytest.param(machine, case, marks=[AT_EVERY_ATTEMPT] if case == "DatabaseAwayTwice" else [])
        for machine, case, _ in CASES
    ],
)
def test_a_case_ends_as_it_is_called(engine: Any, machine: str, case: str) -> None:
    arn = engine.states.create_state_machine(
        name=machine, definition=stepfunctions_local.definition(machine), roleArn=stepfunctions_local.ROLE
    )["stateMachineArn"]
    started = engine.states.start_execution(
        stateMachineArn=f"{arn}#{case}", name=f"{case}-1", input=json.dumps(stepfunctions_local.given(machine))
    )
    deadline = time.monotonic() + 30
    while (ended := engine.states.describe_execution(executionArn=started["executionArn"]))["status"] == "RUNNING":
        assert time.monotonic() < deadline
        time.sleep(0.02)
    outcome = json.loads(ended["output"])["decision"]["outcome"] if ended.get("output") else None
    assert (ended["status"], outcome) == ENDS[f"{machine}/{case}"]


def test_compose_listens_on_the_loopback_only() -> None:
    services = yaml.safe_load((documents.ROOT / "compose.yaml").read_text())["services"]
    assert set(services) == {"postgres", "stepfunctions"}
    for service in services.values():
        assert all(port.startswith("127.0.0.1:") for port in service["ports"])


def test_without_docker_it_says_what_is_missing(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "local.stepfunctions_local"]
    done = subprocess.run(
        command, cwd=documents.ROOT, env={**os.environ, "PATH": str(tmp_path)}, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert done.stderr == "✗ Step Functions Local needs Docker, and there is no `docker` here: install it\n"
