"""RedriveExecution on the laptop cloud, as on AWS as far as this project can see."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local import watch
from local.faults import set_faults
from tests.e2e.conftest import Cloud

Body = dict[str, str]


@pytest.fixture
def broken(cloud: Cloud) -> Iterator[Any]:
    yield lambda **faults: set_faults(cloud.stack["aws_endpoint_url"], **faults)
    set_faults(cloud.stack["aws_endpoint_url"])


def test_what_failed_is_redriven_where_it_stopped_and_told_once(cloud: Cloud, request_body: Body, broken: Any) -> None:
    before = len(watch.emails(cloud.stack["aws_endpoint_url"])), len(watch.texts(cloud.stack["aws_endpoint_url"]))
    states = cloud.client("stepfunctions")
    arn = cloud.execution_arn("e2e-redrive")
    broken(sms=1.0)
    cloud.post("e2e-redrive", request_body)
    cloud.wait("e2e-redrive", done=lambda booking: booking["status"] == "confirmed")
    states.stop_execution(executionArn=arn)  # an operator does not wait for the retries
    entered = [event for event in cloud.history("e2e-redrive") if event["type"].endswith("StateEntered")]
    assert [event["stateEnteredEventDetails"]["name"] for event in entered][:4] == [
        *("ValidateRequest", "RequestIsValid?", "ReserveSlot", "SlotIsReserved?")
    ]
    assert cloud.execution("e2e-redrive")["redriveStatus"] == "REDRIVABLE"

    broken()
    for _ in range(2):  # a client that had no answer asks again, with its token
        states.redrive_execution(executionArn=arn, clientToken="e2e-redrive-once")
    booking = cloud.wait("e2e-redrive")

    assert {each["status"] for each in booking["notifications"]} == {"sent"}
    after = len(watch.emails(cloud.stack["aws_endpoint_url"])), len(watch.texts(cloud.stack["aws_endpoint_url"]))
    assert (after[0] - before[0], after[1] - before[1]) == (2, 1)
    ended = cloud.wait_for_execution("e2e-redrive")
    assert (ended["status"], ended["redriveCount"]) == ("SUCCEEDED", 1)
    history = cloud.history("e2e-redrive")
    [redriven] = [event for event in history if event["type"] == "ExecutionRedriven"]
    assert redriven["executionRedrivenEventDetails"] == {"redriveCount": 1}
    again = [event for event in history if event["id"] > redriven["id"] and event["type"].endswith("StateEntered")]
    # What was under way when it was stopped is not entered again, and of that there may be all of it.
    assert {event["stateEnteredEventDetails"]["name"] for event in again} <= {"DeliverNotification"}


def test_what_cannot_be_redriven_says_why(cloud: Cloud, request_body: Body) -> None:
    states = cloud.client("stepfunctions")
    cloud.post("e2e-no-redrive", request_body)
    cloud.wait_for_execution("e2e-no-redrive")
    with pytest.raises(ClientError, match="SUCCEEDED and cannot be redriven") as refused:
        states.redrive_execution(executionArn=cloud.execution_arn("e2e-no-redrive"))
    assert refused.value.response["Error"]["Code"] == "ExecutionNotRedrivable"
    with pytest.raises(ClientError) as unknown:
        states.redrive_execution(executionArn=cloud.execution_arn("e2e-nothing"))
    assert unknown.value.response["Error"]["Code"] == "ExecutionDoesNotExist"
    assert cloud.execution("e2e-no-redrive")["redriveStatus"] == "NOT_REDRIVABLE"
