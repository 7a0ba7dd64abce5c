"""Step Functions as operators see it: what executions did, and starting them again."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import Any
from uuid import UUID

from booking.channels.aws import client, provider
from booking.contracts.traces import Described, ExecutionStatus, Listed, Machine
from booking.errors import NotRedrivable

PAGE = 1000
"""Executions or events of an answer of Step Functions at most, as its API says."""


class StepFunctionsExecutions:
    """See ``ports.Executions``. ``machines``: their ARNs; ``releases``: what is started, of those that are."""

    def __init__(self, machines: Mapping[Machine, str], releases: Mapping[Machine, str], states: Any = None) -> None:
        self._machines, self._releases = machines, releases
        self._short = {arn: machine for machine, arn in machines.items()}
        self._states = states or client("stepfunctions", attempts=3)
        # Read once, and before there are threads: each that made these classes at first would catch its own alone.
        self._gone: type[Exception] = self._states.exceptions.ExecutionDoesNotExist
        self._versions = dict[str, str]()  # which an execution runs by, as far as it was described
        self._definitions = dict[str, dict[str, Any]]()  # by their versions

    def of(self, machine: Machine, status: ExecutionStatus | None = None) -> Iterator[Listed]:
        given: dict[str, Any] = {"stateMachineArn": self._machines[machine], "maxResults": PAGE}
        if status is not None:
            given["statusFilter"] = status
        while True:
            with provider("Step Functions"):
                page = self._states.list_executions(**given)
            yield from map(self._listed, page["executions"])
            if "nextToken" not in page:
                return
            given["nextToken"] = page["nextToken"]

    def describe(self, arn: str) -> Described | None:
        with provider("Step Functions"):
            try:
                found = self._states.describe_execution(executionArn=arn)
            except self._gone:
                return None
        if found["status"] == "RUNNING" and "stateMachineVersionArn" in found:
            self._versions[arn] = found["stateMachineVersionArn"]
        return Described(
            listed=self._listed(found),
            given=found.get("input", ""),
            output=found.get("output"),
            error=found.get("error"),
            cause=found.get("cause"),
            redrives=found.get("redriveCount", 0),
            redrivable=found.get("redriveStatus") == "REDRIVABLE",
            redrive_reason=found.get("redriveStatusReason"),
        )

    def events(self, arn: str, *, with_data: bool = True) -> Iterator[dict[str, Any]]:
        given: dict[str, Any] = {"executionArn": arn, "maxResults": PAGE, "includeExecutionData": with_data}
        while True:
            with provider("Step Functions"):
                try:
                    page = self._states.get_execution_history(**given)
                except self._gone:
                    return
            yield from page["events"]
            if "nextToken" not in page:
                return
            given["nextToken"] = page["nextToken"]

    def definition(self, arn: str) -> dict[str, Any] | None:
        version = self._versions.pop(arn, arn)
        if version not in self._definitions:
            with provider("Step Functions"):
                try:
                    found = self._states.describe_state_machine_for_execution(executionArn=arn)
                except self._gone:
                    return None
            self._definitions[version] = dict(json.loads(found["definition"]))
        return self._definitions[version]

    def arn(self, machine: Machine, name: str) -> str:
        return f"{self._machines[machine].replace(':stateMachine:', ':execution:', 1)}:{name}"

    def redrive(self, arn: str, act_id: UUID) -> None:
        with provider("Step Functions"):
            try:
                self._states.redrive_execution(executionArn=arn, clientToken=str(act_id))
            except self._states.exceptions.ExecutionNotRedrivable as refused:
                raise NotRedrivable(refused.response["Error"].get("Message", "")) from None
            except self._gone:
                raise NotRedrivable("There is no such execution any more.") from None

    def start(self, machine: Machine, name: str, given: str) -> str:
        with provider("Step Functions"):
            try:
                self._states.start_execution(stateMachineArn=self._releases[machine], name=name, input=given)
            except self._states.exceptions.ExecutionAlreadyExists:  # started before, by the same act
                return self.arn(machine, name)
        return self.arn(machine, name)

    def _listed(self, found: dict[str, Any]) -> Listed:
        stopped = found.get("stopDate")
        return Listed(
            arn=found["executionArn"],
            machine=self._short[":".join(found["stateMachineArn"].split(":")[:7])],
            status=ExecutionStatus(found["status"]),
            started=found["startDate"].astimezone(UTC),
            stopped=stopped and stopped.astimezone(UTC),
        )
