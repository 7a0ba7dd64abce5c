"""The way to one stack, in AWS or on a laptop: clients, the stack's outputs, and functions that are invoked."""

import json
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from ops.errors import EXIT_USAGE, OperatorError, translated
from ops.patience import patiently

STACK = "therapist-booking"


class FunctionFailed(OperatorError):
    """A function of the stack ran and raised. ``error``: the name of what it raised."""

    def __init__(self, function: str, error: str) -> None:
        away = "PostgreSQL is away" if error == "DatabaseUnavailable" else f"{function} failed: {error}"
        super().__init__(away)
        self.error = error


@dataclass(frozen=True)
class Where:
    """Which stack is meant, as the command line says it."""

    local: bool = False
    profile: str | None = None
    region: str | None = None
    endpoint_url: str | None = None
    stack: str = STACK

    def words(self) -> list[str]:
        """The options that say so again."""
        named = {"--profile": self.profile, "--region": self.region, "--endpoint-url": self.endpoint_url}
        if self.stack != STACK:
            named["--stack"] = self.stack
        given = [word for option, value in named.items() if value is not None for word in (option, value)]
        return [*(["--local"] if self.local else []), *given]


class Aws:
    """One stack. Whatever can't be reached or is refused raises ``OperatorError``."""

    def __init__(self, where: Where) -> None:
        self._stack = where.stack
        region, self._endpoint_url = where.region, where.endpoint_url
        if where.local:
            laptop = _laptop()
            region, self._endpoint_url = laptop["region"], laptop["aws_endpoint_url"]
        with translated():
            self._session = boto3.Session(profile_name=None if where.local else where.profile, region_name=region)

    def client(self, service: str) -> Any:
        """A client of boto3, patient enough for a person who waits."""
        config = Config(connect_timeout=3, read_timeout=30, retries={"max_attempts": 3}, max_pool_connections=20)
        with translated():
            return self._session.client(service, endpoint_url=self._endpoint_url, config=config)  # type: ignore[call-overload]  # any service

    def output(self, name: str) -> str:
        """One of the stack's outputs. Raises ``OperatorError`` when the stack's release has no such thing yet."""
        try:
            return self.outputs[name]
        except KeyError:
            raise OperatorError(f"the stack {self._stack} has no output {name}: deploy this release first") from None

    @cached_property
    def outputs(self) -> dict[str, str]:
        """All of the stack's outputs, by their names."""
        with translated():
            client = self.client("cloudformation")
            try:
                [stack] = client.describe_stacks(StackName=self._stack)["Stacks"]
            except ClientError as error:
                if "does not exist" not in error.response["Error"].get("Message", ""):
                    raise
                line = f"there is no stack {self._stack} in {client.meta.region_name}: --stack and --region name it"
                raise OperatorError(line, EXIT_USAGE) from None
        return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}

    @cached_property
    def actor(self) -> str:
        """Who acts, as AWS knows them: an ARN."""
        with translated():
            return str(self.client("sts").get_caller_identity()["Arn"])

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        """What the function of this name answers. Raises ``FunctionFailed`` when it raised."""
        with translated():
            invoke = self.client("lambda").invoke
            answer = patiently(invoke, FunctionName=self.output(f"{function}AliasArn"), Payload=json.dumps(event))
        payload = json.loads(answer["Payload"].read())
        if "FunctionError" in answer:
            raise FunctionFailed(function, str((payload or {}).get("errorType", "unknown")))
        return payload


def _laptop() -> dict[str, Any]:
    """What the cloud that `make run` has started says of itself. Raises ``OperatorError`` when there is none."""
    path = Path(os.environ.get("LOCAL_FOLDER", ".local")) / "stack.json"
    if not path.exists():
        raise OperatorError(f"no laptop cloud is running here ({path} is missing): start it with `make run`")
    os.environ.update(AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test")  # noqa: S106  # the emulator takes any
    os.environ.pop("AWS_PROFILE", None)
    return dict(json.loads(path.read_text()))
