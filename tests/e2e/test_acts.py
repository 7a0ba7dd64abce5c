"""Operators' acts on the laptop cloud, through the deployed queue, functions and machine."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from local import watch
from tests.e2e.conftest import Cloud

Body = dict[str, str]


def invoked(cloud: Cloud, function: str, event: dict[str, Any]) -> Any:
    answer = cloud.client("lambda").invoke(FunctionName=cloud.stack["functions"][function], Payload=json.dumps(event))
    assert "FunctionError" not in answer
    return json.loads(answer["Payload"].read())


def file_of(cloud: Cloud, booking_id: str) -> Any:
    return invoked(cloud, "DescribeBooking", {"booking_id": booking_id})


def until(cloud: Cloud, booking_id: str, done: Callable[[Any], bool]) -> Any:
    """The booking's file, once it is so: queues and executions take a moment."""
    deadline = time.monotonic() + 30
    while not done(seen := file_of(cloud, booking_id)):
        assert time.monotonic() < deadline, seen
        time.sleep(0.1)
    return seen


@pytest.fixture
def queue_url(cloud: Cloud) -> str:
    [stack] = cloud.client("cloudformation").describe_stacks(StackName="therapist-booking")["Stacks"]
    return str({each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}["ActsQueueUrl"])


def client_at(cloud: Cloud, address: str) -> str:
    """The id of a client of a story's own, who has this address and no other."""
    contact = {"channel": "email", "address": address, "consented": True}
    made = cloud.call("therapist", "POST", "/v1/clients", {"name": "Bounce", "time_zone": "UTC", "contacts": [contact]})
    assert made.status == 201, made.body
    return str(made.body["id"])


def test_a_mail_that_bounced_is_found_mended_and_sent_again_once(
    cloud: Cloud, request_body: Body, queue_url: str
) -> None:
    client_id = client_at(cloud, "bounced.once@example.com")
    cloud.post("acts-1", {**request_body, "client_id": client_id}, "operator")
    cloud.wait("acts-1", "operator")
    sqs, later = cloud.client("sqs"), (datetime.now(UTC) + timedelta(minutes=5)).isoformat()
    theirs = [each for each in file_of(cloud, "acts-1")["notifications"] if each["recipient"] == "client"]
    for each in theirs:
        news = {"notification_id": each["notification_id"], "delivery": "bounced", "at": later}
        sqs.send_message(QueueUrl=cloud.stack["delivery_queue_url"], MessageBody=json.dumps(news))
    seen = until(cloud, "acts-1", lambda seen: seen["unreached"] is not None)
    assert seen["unreached"]["recipients"] == ["client"]
    found = invoked(cloud, "FindBookings", {"needing_attention": True})["bookings"]
    assert "acts-1" in [each["booking_id"] for each in found]
    listed = cloud.call("operator", "GET", "/v1/bookings?attention=true&limit=200").body["bookings"]
    assert "acts-1" in [each["booking_id"] for each in listed]

    mended = "UPDATE client_contacts SET undeliverable = NULL WHERE client_id = %s RETURNING 1"
    assert cloud.rows(mended, client_id), "the client says that it is right"
    act_id, mails = str(uuid4()), len(watch.emails(cloud.stack["aws_endpoint_url"]))
    machine = cloud.stack["resend_state_machine_arn"]
    subject = f"{machine.replace(':stateMachine:', ':execution:')}:resend-{act_id}"
    act = {
        "act_id": act_id,
        "act": "resent",
        "booking_id": "acts-1",
        "actor": "somebody-on-call",
        "subject": subject,
        "code": "contact_is_mended",
        "at": datetime.now(UTC).isoformat(),
    }
    sqs.send_message(QueueUrl=queue_url, MessageBody=json.dumps(act))
    given = json.dumps({"booking_id": "acts-1", "notification_ids": [], "act_id": act_id})
    cloud.client("stepfunctions").start_execution(stateMachineArn=machine, name=f"resend-{act_id}", input=given)

    done = until(
        cloud,
        "acts-1",
        lambda seen: (
            {each["event"] for each in seen["events"]} >= {"resent", "put_back"}
            and all(each["status"] == "sent" for each in seen["notifications"])
        ),
    )
    assert (done["attention"], done["unreached"]) == (None, None)
    assert len(watch.emails(cloud.stack["aws_endpoint_url"])) == mails + 1, "the therapist's had arrived"
    [resent] = [each for each in done["events"] if each["event"] == "resent"]
    assert (resent["act_id"], resent["detail"]["code"]) == (act_id, "contact_is_mended")
