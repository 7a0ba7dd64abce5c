"""One practice's stack, as the commands use it. All of it is made when it is first used."""

import json
import time
import urllib.request
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from booking.channels.dead_letter_queues import SqsDeadLetterQueues
from booking.channels.executions import StepFunctionsExecutions
from booking.contracts.operations import DeadLetterQueue
from booking.contracts.traces import Described, ExecutionStatus, Listed, Machine
from booking.ports import DeadLetterQueues, Executions
from ops.acts import ActsFromHere
from ops.aws import Aws, Where
from ops.errors import OperatorError, translated


class Practice:
    """One stack, in AWS or on a laptop."""

    def __init__(self, where: Where) -> None:
        self.where = where
        self.sleep: Callable[[float], None] = time.sleep

    @cached_property
    def aws(self) -> Aws:
        return Aws(self.where)

    @cached_property
    def executions(self) -> Executions:
        """What Step Functions knows, of the machines that this stack has."""
        return _Executions(self.aws)

    @cached_property
    def records(self) -> ActsFromHere:
        """Where an act is recorded before it is done."""
        return ActsFromHere(self.aws)

    @cached_property
    def queues(self) -> DeadLetterQueues:
        """The dead-letter queues."""
        return dead_letter_queues(self.aws)

    def public(self) -> dict[str, Any]:
        """Who the practice is, as its site is told: by the site's key. Raises ``OperatorError``."""
        with translated():
            key = self.aws.client("apigateway").get_api_key(apiKey=self.aws.output("SiteKeyId"), includeValue=True)
        url = f"{self.aws.output('ApiUrl')}/v1/catalogue/practice"
        request = urllib.request.Request(url, headers={"x-api-key": key["value"]})  # noqa: S310  # the stack's own
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
                return dict(json.load(answer))
        except (OSError, ValueError) as error:  # URLError is an OSError
            raise OperatorError(f"{url} does not say who the practice is: {error}") from None

    @staticmethod
    def now() -> datetime:
        """UTC."""
        return datetime.now(UTC)

    def ask(self, function: str, event: dict[str, Any]) -> Any:
        """What a function that only PostgreSQL can answer says. Raises ``OperatorError``."""
        return self.aws.invoke(function, event)


QUEUES = {
    DeadLetterQueue.NOTIFICATIONS: "Notification",
    DeadLetterQueue.DELIVERIES: "Delivery",
    DeadLetterQueue.ATTENTION: "Attention",
    DeadLetterQueue.ACTS: "Acts",
    DeadLetterQueue.PAYMENT_EVENTS: "PaymentEvents",
}
"""What the stack's outputs call them."""


def dead_letter_queues(aws: Aws) -> SqsDeadLetterQueues:
    """Those of the stack. Raises ``OperatorError`` when its release lacks one."""
    urls = {
        queue: (aws.output(f"{name}QueueUrl"), aws.output(f"{name}DeadLetterQueueUrl"))
        for queue, name in QUEUES.items()
    }
    return SqsDeadLetterQueues(urls, aws.client("sqs"))


class _Executions(StepFunctionsExecutions):
    """A stack of the release before may lack a machine: then it has no executions."""

    def __init__(self, aws: Aws) -> None:
        named = {machine: f"{machine.capitalize()}StateMachineArn" for machine in Machine}
        started = {machine: f"{machine.capitalize()}AliasArn" for machine in (Machine.BOOKING, Machine.RESEND)}
        super().__init__(
            {machine: aws.outputs.get(name, "") for machine, name in named.items()},
            {machine: aws.outputs.get(name, "") for machine, name in started.items()},
            aws.client("stepfunctions"),
        )

    def of(self, machine: Machine, status: ExecutionStatus | None = None) -> Iterable[Listed]:  # type: ignore[override]  # none is no iterator
        return super().of(machine, status) if self._machines[machine] else ()

    def describe(self, arn: str) -> Described | None:
        return super().describe(arn) if arn.startswith("arn:") else None
