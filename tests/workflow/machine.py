"""The real state machine, with the real handlers on real PostgreSQL, in either interpreter.

Lambda's Invoke is answered in process by the handlers; the notification queue is pumped into the real consumer, which
answers tasks through the Step Functions API. Providers are fakes that can be broken. Retry waits are scaled down.
"""

import importlib
import itertools
import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

from booking.channels.executions import StepFunctionsExecutions
from booking.channels.workflow import StepFunctionsTasks, StepFunctionsWorkflows
from booking.config import DatabaseConfig
from booking.contracts.traces import Machine
from booking.notices import Sender
from booking.ports import WaitingTasks
from handlers import send_notification
from handlers._outside import Outside, outside
from local import documents
from local.postgres import function_environment
from tests.fakes import ConsumerDied, FakeProviders, context
from tests.workflow.engines import ENGINES, Engine, FunctionFailed, Message, Refused

END_SECONDS = 60
INVOCATIONS = 20  # at once
VISIBILITY_TIMEOUT = timedelta(seconds=270)

HANDLERS = {
    name: importlib.import_module(f"handlers.{documents.snake_case(name)}").handler
    for machine in documents.state_machines().values()
    for name in documents.functions_of(machine)
}
"""By task: what the machines invoke."""


@dataclass
class Fault:
    """What an invocation meets instead of, or after, the handler. Plays ``times`` times (None: for ever)."""

    error: str
    times: int | None = 1
    after_commit: bool = False  # the handler has done its work, and its answer is lost
    refused: str = ""  # an error of Lambda's Invoke: the function does not run
    hangs_seconds: float = 0.0  # it answers after so many seconds, without an error
    meets: Callable[[], None] | None = None  # what goes wrong outside, just before the handler runs as ever


@dataclass
class DyingTasks:
    """The real callbacks; the consumer may die, once, before it answers."""

    tasks: WaitingTasks
    consumer_dies: bool = False

    def succeed(self, task_token: str, output: str) -> None:
        dies, self.consumer_dies = self.consumer_dies, False
        if dies:
            raise ConsumerDied
        self.tasks.succeed(task_token, output)

    def fail(self, task_token: str, error: str, cause: str) -> None:
        self.tasks.fail(task_token, error, cause)


@dataclass
class Execution:
    """An execution that has ended."""

    arn: str
    status: str
    error: str | None
    output: dict[str, Any]
    states: list[str]  # names, as they were entered; DeliverNotification once for each message
    history: list[dict[str, Any]]


@dataclass
class Workflow:
    """The deployed machines and everything around them. The faults may be changed while it runs."""

    providers: FakeProviders = field(default_factory=FakeProviders)
    invoked: list[str] = field(default_factory=list)  # functions, in the order of their invocations
    faults: dict[str, Fault] = field(default_factory=dict)  # by function
    messages: list[str] = field(default_factory=list)  # every body that was on the queue
    answering: bool = True  # False: nobody consumes the queue
    duplicating: bool = False  # True: every message is delivered twice
    clock_ahead: timedelta = timedelta()
    _idle: threading.Event = field(default_factory=threading.Event)
    _environment: threading.Lock = field(default_factory=threading.Lock)  # one Lambda environment, one thread
    _under_way: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(INVOCATIONS))
    _making: threading.Lock = field(default_factory=threading.Lock)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self._engine: Engine
        self._timeout_seconds: int | None
        self.tasks: DyingTasks
        self._machines: dict[str, str] = {}

    # -- Driving ----------------------------------------------------------------------------------------------------

    def run(self, booking_id: str, request: dict[str, str], by: dict[str, str]) -> Execution:
        """Starts the execution and waits until it has ended."""
        return self.run_machine("booking", booking_id, booking_id=booking_id, requested_by=by, request=request)

    def change(
        self, machine: str, change_id: str, booking_id: str, request: dict[str, str], by: dict[str, str]
    ) -> Execution:
        """The same for a cancellation or a rescheduling."""
        given = {"change_id": change_id, "booking_id": booking_id, "requested_by": by, "request": request}
        return self.run_machine(machine, change_id, **given)

    def run_machine(self, machine: str, name: str, **given: Any) -> Execution:
        """Starts an execution of a machine and waits until it has ended."""
        return self.wait(self.start_machine(machine, name, **given))

    def start_machine(self, machine: str, name: str, **given: Any) -> str:
        """Starts an execution of a machine and returns its ARN."""
        arn = self._arn(machine)
        started = self._engine.states.start_execution(stateMachineArn=arn, name=name, input=json.dumps(given))
        return str(started["executionArn"])

    @property
    def workflows(self) -> StepFunctionsWorkflows:
        """The machines as the functions know them."""
        return StepFunctionsWorkflows(self._arn, self._engine.states)

    @property
    def executions(self) -> StepFunctionsExecutions:
        """The machine of resends, as operators know it."""
        arns = {Machine.RESEND: self._arn("resend")}
        return StepFunctionsExecutions(arns, arns, self._engine.states)

    def clock(self) -> datetime:
        return Outside.clock() + self.clock_ahead

    def redrive(self, arn: str) -> Execution:
        """Redrives the execution and waits until it has ended again."""
        self.redrive_now(arn)
        return self.wait(arn)

    def redrive_now(self, arn: str) -> None:
        """Redrives the execution, and leaves it to itself."""
        self._engine.states.redrive_execution(executionArn=arn)

    def wait(self, arn: str) -> Execution:
        deadline = time.monotonic() + END_SECONDS
        while time.monotonic() < deadline:
            if not self._engine.is_running(arn):
                return self._ended(arn, self._engine.states.describe_execution(executionArn=arn))
            time.sleep(0.02)
        raise AssertionError(f"still running: {self.history(arn)[-5:]}")

    def is_running(self, arn: str) -> bool:
        return self._engine.is_running(arn)

    def forget_executions(self) -> None:
        """As Step Functions does 90 days after they ended: new machines know none of the names used before."""
        self._machines.clear()

    def _arn(self, machine: str) -> str:
        """The machine's ARN. It is made when it is first asked for: an interpreter takes a while to read one."""
        with self._making:
            if machine not in self._machines:
                role = f"arn:aws:iam::{self._engine.account}:role/booking"
                definition = _definition(machine, self._engine, self._timeout_seconds)
                name = f"{machine}-{time.monotonic_ns()}-{next(self._numbers)}"
                created = self._engine.states.create_state_machine(name=name, definition=definition, roleArn=role)
                self._machines[machine] = created["stateMachineArn"]
            return self._machines[machine]

    @property
    def can_redrive(self) -> bool:
        """Moto's interpreter has no RedriveExecution."""
        return self._engine.can_redrive

    def queue_is_lost(self) -> None:
        """Whatever was on the queue is gone."""
        while messages := self._engine.queue.receive():
            for message in messages:
                self._engine.queue.delete(message)

    @property
    def waits(self) -> list[float]:
        """Seconds between attempts, before scaling."""
        return self._engine.waits

    def history(self, arn: str) -> list[dict[str, Any]]:
        return self._engine.history(arn)

    def _ended(self, arn: str, described: dict[str, Any]) -> Execution:
        history = self.history(arn)
        return Execution(
            arn=arn,
            status=described["status"],
            error=described.get("error"),
            output=json.loads(described.get("output") or "{}"),
            states=[each["stateEnteredEventDetails"]["name"] for each in history if "stateEnteredEventDetails" in each],
            history=history,
        )

    # -- What stands in for Lambda and its event source mapping -----------------------------------------------------

    def invoke(self, function: str, payload: Any) -> Any:
        """Lambda's Invoke."""
        self.invoked.append(function)
        with self._under_way:
            return self._invoke(function, payload)

    def _invoke(self, function: str, payload: Any) -> Any:
        fault = self._next_fault(function)
        if fault is not None and fault.refused:
            raise Refused(fault.refused)
        if fault is not None and fault.hangs_seconds:
            time.sleep(fault.hangs_seconds)
            fault = None
        if fault is not None and fault.meets is not None:
            fault.meets()
            fault = None
        if fault is not None and not fault.after_commit:
            raise FunctionFailed(fault.error)
        try:
            with self._environment:
                answer = HANDLERS[function](payload, context(function))
        except Exception as error:  # as the Lambda runtime reports what a handler raises
            raise FunctionFailed(type(error).__name__, str(error)) from error
        if fault is not None:
            raise FunctionFailed(fault.error)
        return answer

    def close(self) -> None:
        """Waits for the invocations that are under way, those that a task has given up on too."""
        for _ in range(INVOCATIONS):
            assert self._under_way.acquire(timeout=END_SECONDS)

    def _next_fault(self, function: str) -> Fault | None:
        fault = self.faults.get(function)
        if fault is None or fault.times == 0:
            return None
        fault.times = None if fault.times is None else fault.times - 1
        return fault

    def pump(self, stopped: threading.Event) -> None:
        """Feeds the consumer as Lambda's event source mapping does, until ``stopped``."""
        while not stopped.is_set():
            messages = self._engine.queue.receive() if self.answering else []
            if not messages:
                self._idle.set()
                stopped.wait(0.01)
                continue
            self.messages.extend(message.body for message in messages)
            self._idle.clear()
            failed = {message.id for message in messages}
            for _ in range(2 if self.duplicating else 1):
                try:
                    with self._environment:
                        answer = send_notification.handler(_sqs_event(messages), context("SendNotification"))
                    failed = {each["itemIdentifier"] for each in answer["batchItemFailures"]}
                except ConsumerDied:
                    self.clock_ahead += VISIBILITY_TIMEOUT  # so long until the queue brings its messages back
            for message in messages:
                (self._engine.queue.give_back if message.id in failed else self._engine.queue.delete)(message)

    def drain(self) -> None:
        """Waits until every message on the queue has been handled."""
        self._idle.clear()
        assert self._idle.wait(END_SECONDS)


@contextmanager
def workflow(database: DatabaseConfig, engine: str, *, timeout_seconds: int | None = None) -> Iterator[Workflow]:
    """The machines, deployed and running. ``timeout_seconds`` shortens every task's own, and leaves three retries."""
    running = Workflow()
    stopped = threading.Event()
    with patch.dict(os.environ, function_environment(database)), ENGINES[engine](running.invoke) as interpreter:
        running._engine, running._timeout_seconds = interpreter, timeout_seconds
        running.tasks = DyingTasks(StepFunctionsTasks(interpreter.states))
        fakes = {
            "tasks": running.tasks,
            "workflows": running.workflows,
            "channels": running.providers.channels(),
            "sender": Sender("practice@example.com"),
            "clock": running.clock,
        }
        pump = threading.Thread(target=running.pump, args=(stopped,))
        with patch.dict(vars(outside), fakes, clear=True):
            pump.start()
            try:
                yield running
            finally:
                running.close()
                stopped.set()
                pump.join()
                outside.stores.close()


def _definition(machine: str, engine: Engine, timeout_seconds: int | None) -> str:
    text = (documents.ROOT / "statemachines" / f"{machine}.asl.json").read_text()
    for name in HANDLERS:
        text = text.replace(f"${{{name}FunctionArn}}", engine.deployment.arn(engine.account, name))
    text = text.replace("${NotificationQueueUrl}", engine.deployment.queue_url)
    if timeout_seconds is None:
        return text
    return json.dumps(json.loads(text, object_hook=lambda state: _shortened(state, timeout_seconds)))


def _shortened(part: dict[str, Any], timeout_seconds: int) -> dict[str, Any]:
    shortest = {"TimeoutSeconds": timeout_seconds, "MaxAttempts": 3}
    return {name: min(value, shortest[name]) if name in shortest else value for name, value in part.items()}


def _sqs_event(messages: list[Message]) -> dict[str, Any]:
    return {
        "Records": [
            {
                "messageId": message.id,
                "receiptHandle": message.id,
                "body": message.body,
                "attributes": {"ApproximateReceiveCount": "1"},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:notifications",
                "awsRegion": "us-east-1",
            }
            for message in messages
        ]
    }
