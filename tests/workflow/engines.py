"""Two independent interpreters of the state machine: moto's, and the laptop cloud's with our redrive.

Both call Lambda and the queue through the hooks they are given, both scale the waits between retries down, and both
answer in boto3's words, so that the workflow harness and the real consumer can't tell them apart.
"""

import io
import itertools
import json
import time
import types
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any
from unittest.mock import patch

import boto3
import jsonpath_ng.ext.parser
from botocore.exceptions import ClientError
from ministack.services import sqs as ministack_sqs
from ministack.services import stepfunctions as ministack
from moto import mock_aws
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import state_task_service_sqs
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task import StateTask
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.asl.utils import json_path
from moto.stepfunctions.parser.backend.execution import BaseExecutionWorkerCommunication
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from local import stepfunctions as local_stepfunctions

WAIT_SCALE = 0.0002
MOTO_ACCOUNT = "123456789012"
QUEUES = "https://sqs.us-east-1.amazonaws.com/123456789012"

Invoke = Callable[[str, Any], Any]
"""A function's name and payload to its answer. Raises ``FunctionFailed`` or ``Refused``."""


class FunctionFailed(Exception):
    """What the Lambda service reports of a function that raised: ``error`` is the exception's name."""

    def __init__(self, error: str, message: str = "") -> None:
        super().__init__(error)
        self.error, self.message = error, message


class Refused(Exception):
    """Lambda refuses the invocation, with an error of Invoke: TooManyRequestsException, ResourceNotReadyException."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


@dataclass
class Message:
    id: str
    body: str


class Deployment:
    """What one test deploys, told from what an earlier one has left running: that goes on in a thread, and must not go
    on in another test's house. Its functions have the deployment's number as their alias, its queue has it in its name.
    The numbers come again, three tests later, for a definition that moto has read before need not be read anew.
    """

    _numbers = itertools.cycle((1, 2, 3))

    def __init__(self) -> None:
        self.number = next(self._numbers)
        self.queue_url = f"{QUEUES}/notifications-{self.number}"

    def arn(self, account: str, function: str) -> str:
        """A function as the machines name it."""
        return f"arn:aws:lambda:us-east-1:{account}:function:{function}:{self.number}"

    def function(self, arn: str) -> str:
        """A function's name. Raises ``FunctionFailed`` for one of another deployment."""
        *_, name, number = arn.split(":")
        if number != str(self.number):
            raise FunctionFailed("LeftRunning")
        return name


class ListQueue:
    """The notification queue without SQS between."""

    def __init__(self) -> None:
        self._messages: list[Message] = []

    def send(self, body: str) -> str:
        message = Message(str(uuid.uuid4()), body)
        self._messages.append(message)
        return message.id

    def receive(self) -> list[Message]:
        received, self._messages[:5] = self._messages[:5], []
        return received

    def delete(self, message: Message) -> None:
        """It was taken off when it was received."""

    def give_back(self, message: Message) -> None:
        self._messages.append(message)


@dataclass
class Engine:
    states: Any  # boto3's Step Functions client, or one that answers like it
    is_running: Callable[[str], bool]  # an execution, by its ARN
    history: Callable[[str], list[dict[str, Any]]]
    queue: ListQueue
    deployment: Deployment
    account: str
    waits: list[float]  # seconds between attempts, before scaling
    can_redrive: bool


# -- moto ------------------------------------------------------------------------------------------------------------


@contextmanager
def moto_engine(invoke: Invoke) -> Iterator[Engine]:
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        time.sleep(seconds * WAIT_SCALE)

    with ExitStack() as stack:
        stack.enter_context(mock_aws(config={"stepfunctions": {"execute_state_machine": True}}))
        stack.enter_context(patch.object(retrier_decl, "time", types.SimpleNamespace(sleep=sleep)))
        stack.enter_context(patch.object(StateTask, "_eval_parameters", _with_a_token_for_each_attempt))
        stack.enter_context(patch.object(AmazonStateLanguageParser, "parse", _parsed_once))
        stack.enter_context(patch.object(json_path, "parse", _path_once))
        stack.enter_context(patch.object(BaseExecutionWorkerCommunication, "terminated", _ended))
        deployment, queue = Deployment(), ListQueue()
        lambda_client = _MotoLambda(invoke, deployment)
        stack.enter_context(patch.object(lambda_eval_utils, "boto_client_for", lambda **_: lambda_client))
        sqs = _Sqs(queue, deployment)
        stack.enter_context(patch.object(state_task_service_sqs, "boto_client_for", lambda **_: sqs))
        yield Engine(
            _moto_states(), _moto_is_running, _moto_history, queue, deployment, MOTO_ACCOUNT, waits, can_redrive=False
        )


@dataclass
class _MotoLambda:
    answer: Invoke
    deployment: Deployment

    def invoke(self, FunctionName: str, Payload: bytes, **_: Any) -> dict[str, Any]:  # noqa: N803  # boto3's names
        try:
            answer = self.answer(self.deployment.function(FunctionName), json.loads(Payload))
        except Refused as refused:
            response: Any = {
                "Error": {"Code": refused.error, "Message": "not now"},
                "ResponseMetadata": {"HTTPStatusCode": 429 if "TooMany" in refused.error else 502, "RequestId": "r"},
            }
            raise ClientError(response, "Invoke") from None
        except FunctionFailed as failed:
            payload = {"errorType": failed.error, "errorMessage": failed.message}
            return {
                "FunctionError": "Unhandled",
                "Payload": io.BytesIO(json.dumps(payload).encode()),
                "StatusCode": 200,
            }
        return {"Payload": io.BytesIO(json.dumps(answer).encode()), "StatusCode": 200}


@dataclass
class _Sqs:
    """What the machines send with. For moto: boto3's client takes longer to make than a workflow to run."""

    queue: ListQueue
    deployment: Deployment

    def send_message(self, QueueUrl: str, MessageBody: str, **_: Any) -> dict[str, Any]:  # noqa: N803
        """To another deployment's queue: nobody reads that any more."""
        queue = self.queue if QueueUrl == self.deployment.queue_url else ListQueue()
        return {"MessageId": queue.send(MessageBody)}


_terminated = BaseExecutionWorkerCommunication.terminated
_ENDED = "its_end_is_written"


def _ended(communication: BaseExecutionWorkerCommunication) -> None:
    """Moto writes that an execution has ended first, and then with what: whoever looks between the two sees neither."""
    _terminated(communication)
    setattr(communication.execution, _ENDED, True)


def _moto_is_running(arn: str) -> bool:
    return not hasattr(_moto_itself().describe_execution(arn), _ENDED)


def _moto_history(arn: str) -> list[dict[str, Any]]:
    return list(_moto_itself().get_execution_history(arn)["events"])


def _moto_itself() -> Any:
    """What answers boto3's client. Asked again and again, that client took most of a test's time."""
    return stepfunctions_parser_backends[MOTO_ACCOUNT]["us-east-1"]


@cache
def _moto_states() -> Any:
    return boto3.client("stepfunctions")


_parsed_once = cache(AmazonStateLanguageParser.parse)
"""Moto reads a definition whenever it meets it, a third of a second each. What an execution does stays in its own
environment, none of it in what was read: a Map runs its iterations side by side on one reading, too."""
_path_once = cache(jsonpath_ng.ext.parser.parse)
"""And a path whenever it is evaluated, which made most of an execution."""

_eval_parameters = StateTask._eval_parameters


def _with_a_token_for_each_attempt(state: StateTask, env: Any) -> Any:
    """Moto makes one token a state, and a retry would see the answer that failed its predecessor."""
    context = env.states.context_object
    if "Task" in context.context_object_data:
        env.callback_pool_manager.add(context.update_task_token())
    return _eval_parameters(state, env)


# -- the laptop cloud's ----------------------------------------------------------------------------------------------


@contextmanager
def laptop_engine(invoke: Invoke) -> Iterator[Engine]:
    local_stepfunctions.install()
    deployment, queue = Deployment(), ListQueue()
    sqs = _Sqs(queue, deployment)
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        time.sleep(seconds * WAIT_SCALE)

    def call_lambda(function: str, payload: Any) -> Any:
        try:
            return invoke(deployment.function(function), payload)
        except Refused as refused:
            raise ministack._ExecutionError(f"Lambda.{refused.error}", "not now") from None
        except FunctionFailed as failed:
            cause = json.dumps({"errorType": failed.error, "errorMessage": failed.message})
            raise ministack._ExecutionError(failed.error, cause) from None

    with (
        patch.object(ministack, "_call_lambda", call_lambda),
        patch.object(ministack, "_scaled_sleep", sleep),
        patch.object(ministack_sqs, "_act_send_message", lambda data, _url: sqs.send_message(**data)),
        patch.object(local_stepfunctions, "emit_status_event", lambda _execution: None),
        patch.object(local_stepfunctions, "START_SECONDS", 0),
    ):
        states = _LaptopStates()
        yield Engine(
            states, states.is_running, states.history, queue, deployment, "000000000000", waits, can_redrive=True
        )


class _LaptopStates:
    """The emulator's Step Functions without HTTP between, in boto3's words."""

    exceptions = boto3.client("stepfunctions", region_name="us-east-1").exceptions

    def create_state_machine(self, **call: Any) -> Any:
        return self._answer("CreateStateMachine", ministack._create_state_machine(call))

    def start_execution(self, **call: Any) -> Any:
        return self._answer("StartExecution", ministack._start_execution(call))

    def describe_execution(self, **call: Any) -> Any:
        return self._answer("DescribeExecution", ministack._describe_execution(call))

    def get_execution_history(self, **call: Any) -> Any:
        return self._answer("GetExecutionHistory", ministack._get_execution_history(call))

    def redrive_execution(self, **call: Any) -> Any:
        return self._answer("RedriveExecution", local_stepfunctions.redrive_execution(call))

    def stop_execution(self, **call: Any) -> Any:
        return self._answer("StopExecution", ministack._stop_execution(call))

    def send_task_success(self, **call: Any) -> Any:
        return self._answer("SendTaskSuccess", ministack._send_task_success(call))

    def send_task_failure(self, **call: Any) -> Any:
        return self._answer("SendTaskFailure", ministack._send_task_failure(call))

    def is_running(self, arn: str) -> bool:
        return bool(self.describe_execution(executionArn=arn)["status"] == "RUNNING")

    def history(self, arn: str) -> list[dict[str, Any]]:
        return list(self.get_execution_history(executionArn=arn, maxResults=1000)["events"])

    def _answer(self, operation: str, response: Any) -> Any:
        status, _headers, body = response
        answer = json.loads(body or b"{}")
        if status >= 400:
            code = answer["__type"]
            exception: Any = self.exceptions.from_code(code)
            error: Any = {"Error": {"Code": code, "Message": answer.get("message", "")}}
            raise exception(error, operation)
        return answer


ENGINES = {"moto": moto_engine, "laptop": laptop_engine}
