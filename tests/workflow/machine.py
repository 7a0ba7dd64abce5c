"""The real state machine, run by moto's interpreter, with the real handlers on real PostgreSQL.

Lambda's Invoke is answered in process by the handlers; the notification queue is pumped into the real consumer, which
answers tasks through the real Step Functions API. Providers are fakes that can be broken. Retry waits are scaled down.
"""

import io
import itertools
import json
import os
import threading
import time
import types
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

import boto3
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task import StateTask

from booking.channels.workflow import StepFunctionsTasks
from booking.config import DatabaseConfig
from handlers import _runtime, reject_booking, reserve_slot, send_notification, validate_request
from local import documents
from local.postgres import function_environment
from tests.fakes import FakeProviders, context

WAIT_SCALE = 0.002
ROLE = "arn:aws:iam::123456789012:role/booking"
ARN = "arn:aws:lambda:us-east-1:123456789012:function:{}"
END_SECONDS = 60


@dataclass
class Fault:
    """What an invocation meets instead of, or after, the handler. Plays ``times`` times (None: for ever)."""

    error: str
    times: int | None = 1
    after_commit: bool = False  # the handler has done its work, and its answer is lost
    throttled: bool = False


@dataclass
class Execution:
    """An execution that has ended."""

    status: str
    error: str | None
    output: dict[str, Any]
    states: list[str]  # entered, in order; DeliverNotification once an item
    history: list[dict[str, Any]]


@dataclass
class Workflow:
    providers: FakeProviders
    invoked: list[str] = field(default_factory=list)  # functions, in the order of their invocations
    faults: dict[str, Fault] = field(default_factory=dict)  # by function
    messages: list[str] = field(default_factory=list)  # every body that was on the queue
    waits: list[float] = field(default_factory=list)  # seconds, before scaling
    answering: bool = True  # False: nobody consumes the queue
    duplicating: bool = False  # True: every message is delivered twice
    _environment: threading.Lock = field(default_factory=threading.Lock)  # one Lambda environment, one thread
    _states: Any = None
    _machine: str = ""
    _definition: str = ""
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _queue: str = ""

    HANDLERS = types.MappingProxyType(
        {
            "ValidateRequest": validate_request.handler,
            "ReserveSlot": reserve_slot.handler,
            "RejectBooking": reject_booking.handler,
        }
    )

    def run(self, booking_id: str, request: dict[str, str], by: dict[str, str]) -> Execution:
        """Starts the execution and waits until it has ended."""
        arn = self.start(booking_id, request, by)
        deadline = time.monotonic() + END_SECONDS
        while time.monotonic() < deadline:
            described = self._states.describe_execution(executionArn=arn)
            if described["status"] != "RUNNING":
                return self._ended(arn, described)
            time.sleep(0.02)
        raise AssertionError(f"still running: {self._entered(arn)}")

    def deploy(self, definition: str) -> None:
        """Another machine of the same definition: it knows none of the names used before."""
        name = f"booking-{next(self._numbers)}"
        created = self._states.create_state_machine(name=name, definition=definition, roleArn=ROLE)
        self._machine, self._definition = created["stateMachineArn"], definition

    def forget_executions(self) -> None:
        """As Step Functions does 90 days after they ended: their names are free again."""
        self.deploy(self._definition)

    def start(self, booking_id: str, request: dict[str, str], by: dict[str, str]) -> str:
        given = json.dumps({"booking_id": booking_id, "requested_by": by, "request": request})
        started = self._states.start_execution(stateMachineArn=self._machine, name=booking_id, input=given)
        return str(started["executionArn"])

    def _ended(self, arn: str, described: dict[str, Any]) -> Execution:
        history = self._states.get_execution_history(executionArn=arn, maxResults=1000)["events"]
        return Execution(
            status=described["status"],
            error=described.get("error"),
            output=json.loads(described.get("output") or "{}"),
            states=self._entered(arn),
            history=history,
        )

    def _entered(self, arn: str) -> list[str]:
        events = self._states.get_execution_history(executionArn=arn, maxResults=1000)["events"]
        return [each["stateEnteredEventDetails"]["name"] for each in events if "stateEnteredEventDetails" in each]

    # -- What stands in for AWS -------------------------------------------------------------------------------------

    def invoke(self, **call: Any) -> dict[str, Any]:
        """Lambda's Invoke."""
        function = call["FunctionName"].rsplit(":", 1)[1]
        self.invoked.append(function)
        fault = self._next_fault(function)
        if fault is not None and fault.throttled:
            response = {
                "Error": {"Code": fault.error, "Message": "Rate exceeded"},
                "ResponseMetadata": {"HTTPStatusCode": 429, "RequestId": "r"},
            }
            raise ClientError(response, "Invoke")  # type: ignore[arg-type]  # the parts that are read
        try:
            if fault is not None and not fault.after_commit:
                return self._failed(fault.error)
            with self._environment:
                answer = self.HANDLERS[function](json.loads(call["Payload"]), context(function))
            return self._failed(fault.error) if fault is not None else {"Payload": _stream(answer), "StatusCode": 200}
        except Exception as error:  # as the Lambda runtime reports what a handler raises
            return self._failed(type(error).__name__, str(error))

    def _next_fault(self, function: str) -> Fault | None:
        fault = self.faults.get(function)
        if fault is None or fault.times == 0:
            return None
        fault.times = None if fault.times is None else fault.times - 1
        return fault

    @staticmethod
    def _failed(error: str, message: str = "") -> dict[str, Any]:
        payload = {"errorType": error, "errorMessage": message}
        return {"FunctionError": "Unhandled", "Payload": _stream(payload), "StatusCode": 200}

    def pump(self, stopped: threading.Event) -> None:
        """Feeds the consumer as Lambda's event source mapping does, until ``stopped``."""
        sqs = boto3.client("sqs")
        while not stopped.is_set():
            if not self.answering:
                stopped.wait(0.02)
                continue
            received = sqs.receive_message(QueueUrl=self._queue, MaxNumberOfMessages=5, WaitTimeSeconds=0)
            messages = received.get("Messages", [])
            if not messages:
                stopped.wait(0.02)
                continue
            self.messages.extend(message["Body"] for message in messages)
            for _ in range(2 if self.duplicating else 1):
                with self._environment:
                    answer = send_notification.handler(_sqs_event(messages), context("SendNotification"))
            failed = {each["itemIdentifier"] for each in answer["batchItemFailures"]}
            for message in messages:
                if message["MessageId"] in failed:
                    sqs.change_message_visibility(
                        QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
                    )
                else:
                    sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"])

    def scaled_sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        time.sleep(seconds * WAIT_SCALE)


@contextmanager
def workflow(database: DatabaseConfig, *, timeout_seconds: int | None = None) -> Iterator[Workflow]:
    """The booking machine, deployed and running. ``timeout_seconds`` shortens every task's own."""
    providers = FakeProviders()
    running = Workflow(providers)
    stopped = threading.Event()
    shorter_sleep = types.SimpleNamespace(sleep=running.scaled_sleep)
    with (
        patch.dict(os.environ, function_environment(database)),
        mock_aws(config={"stepfunctions": {"execute_state_machine": True}}),
        patch.object(retrier_decl, "time", shorter_sleep),
        patch.object(StateTask, "_eval_parameters", _with_a_token_for_each_attempt),
        patch.object(lambda_eval_utils, "boto_client_for", lambda **_: running),
        patch.object(send_notification, "outside", lambda: (providers.channels(), StepFunctionsTasks(running._states))),
    ):
        _runtime.stores.cache_clear()
        running._states = boto3.client("stepfunctions")
        running._queue = boto3.client("sqs").create_queue(QueueName="notifications")["QueueUrl"]
        running.deploy(_definition(running._queue, timeout_seconds))
        pump = threading.Thread(target=running.pump, args=(stopped,))
        pump.start()
        try:
            yield running
        finally:
            stopped.set()
            pump.join()
            _runtime.stores().close()
            _runtime.stores.cache_clear()


_eval_parameters = StateTask._eval_parameters


def _with_a_token_for_each_attempt(state: StateTask, env: Any) -> Any:
    """Moto makes one token a state, and a retry would see the answer that failed its predecessor."""
    context = env.states.context_object
    if "Task" in context.context_object_data:
        env.callback_pool_manager.add(context.update_task_token())
    return _eval_parameters(state, env)


def _definition(queue_url: str, timeout_seconds: int | None) -> str:
    text = (documents.ROOT / "statemachines" / "booking.asl.json").read_text()
    for name in ("ValidateRequest", "ReserveSlot", "RejectBooking"):
        text = text.replace(f"${{{name}FunctionArn}}", ARN.format(name))
    text = text.replace("${NotificationQueueUrl}", queue_url)
    if timeout_seconds is None:
        return text
    return json.dumps(json.loads(text, object_hook=lambda state: _shortened(state, timeout_seconds)))


def _shortened(state: dict[str, Any], timeout_seconds: int) -> dict[str, Any]:
    return {**state, "TimeoutSeconds": timeout_seconds} if "TimeoutSeconds" in state else state


def _stream(answer: Any) -> io.BytesIO:
    return io.BytesIO(json.dumps(answer).encode())


def _sqs_event(messages: list[Any]) -> dict[str, Any]:
    return {
        "Records": [
            {
                "messageId": message["MessageId"],
                "receiptHandle": message["ReceiptHandle"],
                "body": message["Body"],
                "attributes": {"ApproximateReceiveCount": "1"},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:notifications",
                "awsRegion": "us-east-1",
            }
            for message in messages
        ]
    }
