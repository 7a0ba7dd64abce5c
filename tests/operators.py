"""bookingctl in this process, on a practice that a test has made up: no AWS, no clock but the test's."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from botocore.exceptions import ClientError
from typer.testing import CliRunner, Result

from booking.contracts.operations import DeadLetterQueue
from booking.contracts.traces import ExecutionStatus, Listed, Machine
from ops import cli
from ops.aws import Aws, Where
from ops.errors import OperatorError
from ops.practice import QUEUES, Practice, dead_letter_queues
from tests.fakes import FakeActRecords, FakeExecutions

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)


class FakeAws(Aws):
    """A stack with every output, and the clients that a test gives it."""

    def __init__(self, **clients: Any) -> None:
        self.clients = clients

    def client(self, service: str) -> Any:
        return self.clients[service]

    def output(self, name: str) -> str:
        return name

    actor = "arn:aws:sts::123456789012:assumed-role/operators/olga"


class FakeRecords(FakeActRecords):
    """As bookingctl's own: it says why acts are in the queue."""

    why: str | None = None

    @property
    def told(self) -> list[tuple[str, str | None, str]]:
        return [(act.act, act.booking_id, reason) for act, reason in self.acts.values()]


class FakeSqs:
    """Queues with visibility time-outs, as SQS keeps them; at most ten messages an answer."""

    def __init__(self) -> None:
        self.now = 0.0
        self.queues: dict[str, list[dict[str, Any]]] = {}
        self.receives = 0

    def put(self, queue: str, body: str, reason: str = "", message_id: str = "", sent_at: datetime = NOW) -> str:
        made = message_id or f"message-{sum(map(len, self.queues.values()))}"
        sent = str(int(sent_at.timestamp() * 1000))
        message: dict[str, Any] = {
            "MessageId": made,
            "Body": body,
            "Attributes": {"ApproximateReceiveCount": "0", "SentTimestamp": sent},
            "visible": 0.0,
        }
        if reason:
            message["MessageAttributes"] = {"reason": {"StringValue": reason, "DataType": "String"}}
        self.queues.setdefault(queue, []).append(message)
        return made

    def receive_message(self, QueueUrl: str, VisibilityTimeout: int, **_: Any) -> dict[str, Any]:  # noqa: N803
        there = [each for each in self.queues.get(QueueUrl, []) if each["visible"] <= self.now][:10]
        self.receives += 1
        for each in there:
            each["visible"] = self.now + VisibilityTimeout
            each["ReceiptHandle"] = f"{each['MessageId']}:{self.receives}"
        return {"Messages": [dict(each) for each in there]} if there else {}

    def change_message_visibility_batch(self, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        assert 1 <= len(Entries) <= 10
        for entry in Entries:
            for each in self.queues[QueueUrl]:
                if each.get("ReceiptHandle") == entry["ReceiptHandle"]:
                    each["visible"] = self.now + entry["VisibilityTimeout"]
        return {"Successful": Entries}

    def send_message(self, QueueUrl: str, MessageBody: str) -> None:  # noqa: N803
        self.put(QueueUrl, MessageBody)

    def delete_message(self, QueueUrl: str, ReceiptHandle: str) -> None:  # noqa: N803
        self.queues[QueueUrl] = [each for each in self.queues[QueueUrl] if each.get("ReceiptHandle") != ReceiptHandle]

    def visible(self, queue: str) -> list[str]:
        return [each["MessageId"] for each in self.queues.get(queue, []) if each["visible"] <= self.now]


@dataclass
class Executions(FakeExecutions):
    """Executions that go on when they are redriven or started: to the end that a test says."""

    ends: dict[str, ExecutionStatus] = field(default_factory=dict)
    at_each: Callable[[], None] = lambda: None

    def redrive(self, arn: str, act_id: UUID) -> None:
        super().redrive(arn, act_id)
        self._ended(arn, NOW)
        self.at_each()

    def start(self, machine: Machine, name: str, given: str) -> str:
        arn = super().start(machine, name, given)
        self.put(name, ExecutionStatus.RUNNING, NOW, machine=machine, given=given)
        self._ended(arn, NOW + timedelta(seconds=1))
        self.at_each()
        return arn

    def _ended(self, arn: str, at: datetime) -> None:
        before = self.described[arn]
        status = self.ends.get(arn.rpartition(":")[2], ExecutionStatus.SUCCEEDED)
        listed = Listed(arn, before.listed.machine, status, before.listed.started, at)
        error = before.error if status.is_unsuccessful else None
        self.described[arn] = before._replace(
            listed=listed, error=error, redrives=before.redrives + 1, redrivable=status.is_unsuccessful
        )

    def fail(
        self,
        name: str,
        *,
        machine: Machine = Machine.BOOKING,
        state: str = "ReserveSlot",
        error: str = "DatabaseUnavailable",
        given: str | None = None,
        ago: timedelta = timedelta(minutes=3),
        booking: str | None = None,
    ) -> str:
        """One that failed at this state."""
        stopped = NOW - ago
        started = stopped - timedelta(minutes=2)
        named = json.dumps({"booking_id": booking or name}) if given is None else given
        return self.put(
            name,
            ExecutionStatus.FAILED,
            started,
            stopped,
            {"id": 1, "previousEventId": 0, "type": "ExecutionStarted", "timestamp": started},
            {
                "id": 2,
                "previousEventId": 1,
                "type": "TaskStateEntered",
                "timestamp": started,
                "stateEnteredEventDetails": {"name": state, "input": named},
            },
            {"id": 3, "previousEventId": 2, "type": "TaskScheduled", "timestamp": started},
            {
                "id": 4,
                "previousEventId": 3,
                "type": "TaskFailed",
                "timestamp": stopped,
                "taskFailedEventDetails": {"error": error, "cause": f"{error}: of no use"},
            },
            {"id": 5, "previousEventId": 4, "type": "ExecutionFailed", "timestamp": stopped},
            machine=machine,
            given=named,
            error=error,
        )


class FakePractice(Practice):
    """What a test has made up. ``answers``: by function; an exception is raised."""

    def __init__(self) -> None:
        self.where = Where()
        self.slept: list[float] = []
        self.sleep = self.slept.append
        self.sqs = FakeSqs()
        self.aws = FakeAws(sqs=self.sqs)
        self.executions: Executions = Executions()
        self.records: FakeRecords = FakeRecords()  # type: ignore[assignment]  # a double of it
        self.queues = dead_letter_queues(self.aws)
        self.answers: dict[str, Any] = {}
        self.asked: list[tuple[str, dict[str, Any]]] = []

    @staticmethod
    def now() -> datetime:
        return NOW

    def public(self) -> dict[str, Any]:
        return {"name": "Practice Adler", "accent_colour": "#1f5f66"}

    def ask(self, function: str, event: dict[str, Any]) -> Any:
        self.asked.append((function, event))
        answer = self.answers.get(function, OperatorError("PostgreSQL is away"))
        if callable(answer):
            answer = answer(event)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def dead(
        self,
        queue: DeadLetterQueue,
        body: Any,
        reason: str = "",
        message_id: str = "",
        ago: timedelta = timedelta(hours=2),
    ) -> str:
        """A dead letter."""
        text = body if isinstance(body, str) else json.dumps(body)
        return self.sqs.put(f"{QUEUES[queue]}DeadLetterQueueUrl", text, reason, message_id, NOW - ago)


def run(practice: FakePractice, *arguments: str, typed: str | None = None, **environment: str) -> Result:
    """What ``bookingctl`` says to these arguments, at 80 columns and without colours."""
    plain = {"COLUMNS": "80", "NO_COLOR": "1", "FORCE_COLOR": None, "TERM": "dumb", **environment}
    with pytest.MonkeyPatch.context() as patch:

        def made(where: Where) -> FakePractice:
            practice.where = where
            return practice

        patch.setattr("ops.cli.Practice", made)
        return CliRunner(env=plain).invoke(cli.app, arguments, input=typed)


def refused(code: str, operation: str = "X") -> ClientError:
    """How boto3 says no."""
    return ClientError({"Error": {"Code": code, "Message": "no"}}, operation)
