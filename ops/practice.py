"""bookingctl's way to AWS, or to a laptop: Step Functions, SQS, and two functions for what only PostgreSQL knows."""

import itertools
import json
import os
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from ops.patience import patiently
from ops.timeline import Timeline, timeline

REDRIVABLE = timedelta(days=14)
EVENTS_OF_EXECUTIONS = ("rerun", "held", "moved", "cancelled")
"""Events in a booking's history that an execution of their own has written. Other events name one known already."""

UNSUCCESSFUL = ("FAILED", "TIMED_OUT", "ABORTED")
PARALLEL = 8

EXIT_FAILED_AGAIN, EXIT_NO_ACCESS, EXIT_UNKNOWN = 1, 3, 4


class OperatorError(Exception):
    """One line for the operator, and the exit code that goes with it."""

    def __init__(self, line: str, exit_code: int = EXIT_NO_ACCESS) -> None:
        super().__init__(line)
        self.exit_code = exit_code


@dataclass(frozen=True)
class Failure:
    """An execution that did not succeed."""

    booking_id: str
    machine: str
    execution: str
    status: str
    state: str | None
    error: str | None
    failed_at: datetime
    redrivable_until: datetime


@dataclass(frozen=True)
class BookingPath:
    """One execution of a booking, from its start."""

    execution: str
    status: str
    started: datetime
    timeline: Timeline
    console: str


class Practice:
    """One stack, in AWS or on a laptop."""

    def __init__(self, stack: str, profile: str | None, region: str | None, endpoint_url: str | None) -> None:
        try:
            self._session = boto3.Session(profile_name=profile, region_name=region)
        except BotoCoreError as error:
            raise OperatorError(str(error)) from None
        self._endpoint_url = endpoint_url
        self._stack = stack
        self._outputs: dict[str, str] = {}

    @classmethod
    def on_this_laptop(cls) -> "Practice":
        """The cloud that `make run` has started. Raises ``OperatorError`` when there is none."""
        path = Path(os.environ.get("LOCAL_FOLDER", ".local")) / "stack.json"
        if not path.exists():
            raise OperatorError(f"no laptop cloud is running here ({path} is missing): start it with `make run`")
        stack = json.loads(path.read_text())
        os.environ.update(AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test")  # noqa: S106  # the emulator takes any
        os.environ.pop("AWS_PROFILE", None)
        return cls("therapist-booking", None, stack["region"], stack["aws_endpoint_url"])

    # -- Asking -------------------------------------------------------------------------------------------------------

    def failures(self, limit: int) -> list[Failure]:
        """Executions that did not succeed, the newest first."""
        machines = self.outputs("StateMachineArn")
        with translated():
            states, found = self.client("stepfunctions"), []
            for machine, status in itertools.product(machines, UNSUCCESSFUL):
                pages = states.get_paginator("list_executions").paginate(stateMachineArn=machine, statusFilter=status)
                found += [execution for page in pages for execution in page["executions"]]
            found.sort(key=lambda execution: execution["stopDate"], reverse=True)
            with ThreadPoolExecutor(PARALLEL) as pool:
                return list(pool.map(self._failure, found[:limit]))

    def _failure(self, execution: dict[str, Any]) -> Failure:
        described = self._describe(execution["executionArn"])
        path = self._timeline(execution["executionArn"])
        return Failure(
            booking_id=json.loads(described["input"])["booking_id"],
            machine=execution["stateMachineArn"].rsplit(":", 1)[1],
            execution=execution["executionArn"],
            status=execution["status"],
            state=path.failed_at,
            error=described.get("error"),
            failed_at=execution["stopDate"],
            redrivable_until=execution["stopDate"] + REDRIVABLE,
        )

    def booking(self, booking_id: str) -> dict[str, Any]:
        """What PostgreSQL knows of it: status, messages, attention, history."""
        return dict(self._invoke("DescribeBookingAliasArn", {"booking_id": booking_id}))

    def paths(self, booking_id: str) -> list[BookingPath]:
        """Every execution of the booking, oldest first. Raises ``OperatorError`` when the booking is unknown."""
        known = self.booking(booking_id)
        arns = [self.execution_of(booking_id)]
        arns += [event["execution"] for event in known["events"] if event["event"] in EVENTS_OF_EXECUTIONS]
        found = [path for path in map(self._path, dict.fromkeys(arns)) if path is not None]
        if not found and known["status"] is None:
            raise OperatorError(f"there is no booking {booking_id}", EXIT_UNKNOWN)
        return found

    def execution_of(self, booking_id: str) -> str:
        """The ARN of the execution the booking was asked for with."""
        return f"{self.output('BookingStateMachineArn').replace(':stateMachine:', ':execution:')}:{booking_id}"

    def status(self, execution: str) -> str:
        """RUNNING, SUCCEEDED, FAILED, TIMED_OUT or ABORTED. Raises ``OperatorError`` when there is none."""
        with translated():
            return str(self._describe(execution)["status"])

    def _path(self, execution: str) -> BookingPath | None:
        with translated():
            try:
                described = self._describe(execution)
            except self.client("stepfunctions").exceptions.ExecutionDoesNotExist:
                return None
            region = execution.split(":")[3]
            console = f"https://{region}.console.aws.amazon.com/states/home?region={region}#/v2/executions/details/"
            path = self._timeline(execution)
            return BookingPath(execution, described["status"], described["startDate"], path, console + execution)

    # -- Acting -------------------------------------------------------------------------------------------------------

    def redrive(self, booking_id: str, execution: str, reason: str) -> None:
        """Restarts the execution where it failed, and records who did it and why."""
        with translated():
            self.client("stepfunctions").redrive_execution(executionArn=execution)
        self._record(booking_id, "redriven", execution, reason)

    def rerun(self, booking_id: str, reason: str) -> str:
        """Starts a new execution with the first one's input; returns its ARN. The steps double nothing."""
        first = self.execution_of(booking_id)
        with translated():
            try:
                described = self._describe(first)
            except self.client("stepfunctions").exceptions.ExecutionDoesNotExist:
                raise OperatorError(f"there is no booking {booking_id}", EXIT_UNKNOWN) from None
            if described["status"] == "RUNNING":
                raise OperatorError(f"{booking_id} is still running", EXIT_FAILED_AGAIN)
            started = self.client("stepfunctions").start_execution(
                stateMachineArn=self.output("BookingAliasArn"),  # the release that takes the traffic
                name=f"rerun-{uuid.uuid4()}",
                input=described["input"],
            )
        self._record(booking_id, "rerun", started["executionArn"], reason)
        return str(started["executionArn"])

    def dead_letters(self) -> list[dict[str, Any]]:
        """Messages of the notification queue's dead-letter queue; they are visible again within seconds."""
        found: dict[str, dict[str, Any]] = {}
        with translated():
            sqs, url = self.client("sqs"), self.output("NotificationDeadLetterQueueUrl")
            while True:
                answer = sqs.receive_message(
                    QueueUrl=url,
                    MaxNumberOfMessages=10,
                    VisibilityTimeout=5,
                    AttributeNames=["All"],
                    MessageAttributeNames=["reason"],
                )
                fresh = [each for each in answer.get("Messages", []) if each["MessageId"] not in found]
                if not fresh:
                    return list(found.values())
                found.update({message["MessageId"]: message for message in fresh})

    def redrive_message(self, message: dict[str, Any], reason: str) -> None:
        """Puts a dead letter back on the queue it came from."""
        booking_id = booking_of(message)
        with translated():
            sqs = self.client("sqs")
            sqs.send_message(QueueUrl=self.output("NotificationQueueUrl"), MessageBody=message["Body"])
            dead = self.output("NotificationDeadLetterQueueUrl")
            sqs.delete_message(QueueUrl=dead, ReceiptHandle=message["ReceiptHandle"])
        if booking_id is not None:
            self._record(booking_id, "message_redriven", self.execution_of(booking_id), reason)

    def client_data(self, client_id: str, act: str, reason: str) -> dict[str, Any]:
        """Exports or erases one client's data; recorded with who asks, and why."""
        with translated():
            actor = self.client("sts").get_caller_identity()["Arn"]
        event = {"client_id": client_id, "act": act, "actor": actor, "reason": reason}
        return dict(self._invoke("ClientDataAliasArn", event))

    def bookings(self, first: date, last: date) -> list[dict[str, Any]]:
        """The bookings of these days, in order, page by page: Lambda answers with 6 MB at most."""
        found, event = list[dict[str, Any]](), {"first": first.isoformat(), "last": last.isoformat(), "after": None}
        while True:
            page = self._invoke("ExportBookingsAliasArn", event)
            found += page["bookings"]
            if page["next"] is None:
                return found
            event["after"] = page["next"]

    def _record(self, booking_id: str, act: str, execution: str, reason: str) -> None:
        with translated():
            actor = self.client("sts").get_caller_identity()["Arn"]
        event = {"booking_id": booking_id, "act": act, "actor": actor, "execution": execution, "reason": reason}
        self._invoke("RecordActAliasArn", event)

    # -- AWS ----------------------------------------------------------------------------------------------------------

    def client(self, service: str) -> Any:
        config = Config(connect_timeout=3, read_timeout=30, retries={"max_attempts": 3}, max_pool_connections=20)
        return self._session.client(service, endpoint_url=self._endpoint_url, config=config)  # type: ignore[call-overload]  # any service

    def output(self, name: str) -> str:
        """One of the stack's outputs."""
        return self._all_outputs()[name]

    def outputs(self, ending: str) -> list[str]:
        """The values of the stack's outputs whose names end with ``ending``."""
        return [value for name, value in self._all_outputs().items() if name.endswith(ending)]

    def _all_outputs(self) -> dict[str, str]:
        if not self._outputs:
            with translated():
                [stack] = self.client("cloudformation").describe_stacks(StackName=self._stack)["Stacks"]
            self._outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
        return self._outputs

    def _invoke(self, output: str, event: dict[str, Any]) -> Any:
        with translated():
            invoke = self.client("lambda").invoke
            answer = patiently(invoke, FunctionName=self.output(output), Payload=json.dumps(event))
        payload = json.loads(answer["Payload"].read())
        if "FunctionError" in answer:
            raise OperatorError(f"{output.removesuffix('AliasArn')} failed: {payload.get('errorType')}")
        return payload

    def _describe(self, execution: str) -> dict[str, Any]:
        return dict(self.client("stepfunctions").describe_execution(executionArn=execution))

    def _timeline(self, execution: str) -> Timeline:
        pages = self.client("stepfunctions").get_paginator("get_execution_history").paginate(executionArn=execution)
        return timeline([event for page in pages for event in page["events"]])


def booking_of(message: dict[str, Any]) -> str | None:
    """The booking a queue message is about, if it can be read."""
    try:
        return str(json.loads(message["Body"])["booking_id"])
    except (ValueError, KeyError, TypeError):
        return None


def ago(moment: datetime, now: datetime | None = None) -> str:
    """``3 min ago``."""
    seconds = ((now or datetime.now(UTC)) - moment).total_seconds()
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{seconds / length:.0f} {unit} ago"
    return f"{max(seconds, 0):.0f} s ago"


@contextmanager
def translated() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        message = error.response["Error"].get("Message", "")
        if code == "ExecutionDoesNotExist":
            raise OperatorError("there is no such execution", EXIT_UNKNOWN) from None
        if code == "ExecutionNotRedrivable":
            raise OperatorError(message, EXIT_FAILED_AGAIN) from None
        raise OperatorError(f"{error.operation_name} was refused: {code} {message}".strip()) from None
    except BotoCoreError as error:
        raise OperatorError(f"cannot reach AWS: {error}") from None
