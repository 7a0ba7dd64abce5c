"""Step Functions as operators see it: pages read to their end, what is gone told from what is away, acts done once."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import boto3
import pytest
from botocore.stub import Stubber

from booking.channels.executions import StepFunctionsExecutions
from booking.contracts.traces import ExecutionStatus, Machine
from booking.errors import NotRedrivable, ProviderUnavailable

BASE = "arn:aws:states:eu-central-1:123456789012"
MACHINE, EXECUTION = f"{BASE}:stateMachine:Booking-1A2B", f"{BASE}:execution:Booking-1A2B:b-1"
AT = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
ACT = UUID("7d1f6b1e-6f43-4d0e-9d0b-0a6a2f0e9b11")


@pytest.fixture
def stub() -> Iterator[Stubber]:
    with Stubber(boto3.client("stepfunctions", region_name="eu-central-1")) as made:
        yield made
        made.assert_no_pending_responses()


@pytest.fixture
def executions(stub: Stubber) -> StepFunctionsExecutions:
    machines = {Machine.BOOKING: MACHINE}
    return StepFunctionsExecutions(machines, {Machine.BOOKING: f"{MACHINE}:live"}, stub.client)


def listed(name: str, machine: str = MACHINE) -> dict[str, Any]:
    arn = {"executionArn": f"{BASE}:execution:Booking-1A2B:{name}", "stateMachineArn": machine, "name": name}
    return {**arn, "status": "RUNNING", "startDate": AT}


def test_executions_are_read_page_by_page_and_only_as_far_as_is_asked(
    stub: Stubber, executions: StepFunctionsExecutions
) -> None:
    asked = {"stateMachineArn": MACHINE, "maxResults": 1000, "statusFilter": "RUNNING"}
    page = {"executions": [listed("b-2"), listed("b-1", f"{MACHINE}:live")], "nextToken": "more"}
    stub.add_response("list_executions", page, asked)
    found = executions.of(Machine.BOOKING, ExecutionStatus.RUNNING)
    first = next(iter(found))
    assert (first.name, first.machine, first.stopped) == ("b-2", Machine.BOOKING, None)
    stub.assert_no_pending_responses()
    stub.add_response("list_executions", {"executions": [listed("b-0")]}, {**asked, "nextToken": "more"})
    assert [each.name for each in found] == ["b-1", "b-0"]


def test_a_history_is_read_to_its_end_with_its_data(stub: Stubber, executions: StepFunctionsExecutions) -> None:
    asked = {"executionArn": EXECUTION, "maxResults": 1000, "includeExecutionData": True}
    events = [{"timestamp": AT, "type": "ExecutionStarted", "id": number, "previousEventId": 0} for number in (1, 2)]
    stub.add_response("get_execution_history", {"events": events[:1], "nextToken": "more"}, asked)
    stub.add_response("get_execution_history", {"events": events[1:]}, {**asked, "nextToken": "more"})
    assert [each["id"] for each in executions.events(EXECUTION)] == [1, 2]


def test_what_is_gone_is_nothing_and_what_is_away_is_said(stub: Stubber, executions: StepFunctionsExecutions) -> None:
    stub.add_client_error("describe_execution", "ExecutionDoesNotExist")
    assert executions.describe(EXECUTION) is None
    stub.add_client_error("get_execution_history", "ExecutionDoesNotExist")
    assert list(executions.events(EXECUTION)) == []
    stub.add_client_error("describe_state_machine_for_execution", "ExecutionDoesNotExist")
    assert executions.definition(EXECUTION) is None
    stub.add_client_error("describe_execution", "ThrottlingException")
    with pytest.raises(ProviderUnavailable):
        executions.describe(EXECUTION)


def test_executions_of_one_version_ask_for_its_definition_once(
    stub: Stubber, executions: StepFunctionsExecutions
) -> None:
    """Step Functions answers that one a second, for all machines of an account."""
    for name in ("b-1", "b-2"):
        stub.add_response(
            "describe_execution", {**listed(name), "stateMachineVersionArn": f"{MACHINE}:7", "input": "{}"}
        )
        executions.describe(f"{BASE}:execution:Booking-1A2B:{name}")
    definition = {
        "stateMachineArn": MACHINE,
        "name": "Booking-1A2B",
        "definition": '{"States": {}}',
        "roleArn": f"{BASE}:role",
        "updateDate": AT,
    }
    stub.add_response("describe_state_machine_for_execution", definition, {"executionArn": EXECUTION})
    for name in ("b-1", "b-2"):
        assert executions.definition(f"{BASE}:execution:Booking-1A2B:{name}") == {"States": {}}


def test_a_redrive_carries_its_acts_id_and_a_refusal_says_why(
    stub: Stubber, executions: StepFunctionsExecutions
) -> None:
    given = {"executionArn": EXECUTION, "clientToken": str(ACT)}
    stub.add_response("redrive_execution", {"redriveDate": AT}, given)
    executions.redrive(EXECUTION, ACT)
    stub.add_client_error("redrive_execution", "ExecutionNotRedrivable", "It failed more than 14 days ago.")
    with pytest.raises(NotRedrivable, match="14 days"):
        executions.redrive(EXECUTION, ACT)


def test_a_rerun_starts_the_release_that_takes_the_traffic_and_a_name_starts_once(
    stub: Stubber, executions: StepFunctionsExecutions
) -> None:
    given = {"stateMachineArn": f"{MACHINE}:live", "name": "rerun-1", "input": "{}"}
    started = f"{BASE}:execution:Booking-1A2B:rerun-1"
    stub.add_response("start_execution", {"executionArn": started, "startDate": AT}, given)
    assert executions.start(Machine.BOOKING, "rerun-1", "{}") == started
    stub.add_client_error("start_execution", "ExecutionAlreadyExists")
    assert executions.start(Machine.BOOKING, "rerun-1", "{}") == started
