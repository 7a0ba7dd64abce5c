"""Where bookingctl records acts: with words in the history, without them in the queue, or nowhere, and then not."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from botocore.exceptions import EndpointConnectionError

from booking.codes import Act, Recorded
from booking.contracts.operators import OperatorAct, RecordActInput
from booking.errors import ProviderUnavailable
from ops.acts import ActsFromHere
from ops.aws import FunctionFailed

ACT = OperatorAct(
    act_id=UUID(int=1), act=Act.REDRIVEN, actor="olga", subject="arn:x", at=datetime(2027, 3, 1, tzinfo=UTC)
)


class Aws:
    """RecordAct, which may be down, and the queue."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.queue_error: Exception | None = None
        self.invoked: list[dict[str, Any]] = []
        self.sent: list[dict[str, Any]] = []

    def client(self, service: str) -> Any:
        assert service == "sqs"
        return self

    def output(self, name: str) -> str:
        return name

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        assert function == "RecordAct"
        self.invoked.append(event)
        if self.error is not None:
            raise self.error

    def send_message(self, **given: Any) -> None:
        if self.queue_error is not None:
            raise self.queue_error
        self.sent.append(given)


@pytest.fixture
def aws() -> Aws:
    return Aws()


def test_an_act_is_in_the_history_with_its_words(aws: Aws) -> None:
    assert ActsFromHere(aws).record(ACT, "the mail is back") is Recorded.IN_HISTORY
    assert RecordActInput.model_validate(aws.invoked[0]).to_act() == ACT
    assert aws.invoked[0]["reason"] == "the mail is back"
    assert aws.sent == []


def test_while_postgresql_is_away_it_is_in_the_queue_without_them_and_the_function_is_left_alone(aws: Aws) -> None:
    now = [0.0]
    records = ActsFromHere(aws, clock=lambda: now[0])
    aws.error = FunctionFailed("RecordAct", "DatabaseUnavailable")
    for second in (0.0, 5.0, 29.0):
        now[0] = second
        assert records.record(ACT, "words that no queue takes") is Recorded.IN_QUEUE
    assert (len(aws.invoked), len(aws.sent)) == (1, 3), "one had to wait for the answer, the others not"
    assert records.why == "PostgreSQL is away"
    for sent in aws.sent:
        assert sent["QueueUrl"] == "ActsQueueUrl"
        assert OperatorAct.model_validate(json.loads(sent["MessageBody"])) == ACT
        assert "words" not in sent["MessageBody"]
    now[0], aws.error = 31.0, None
    assert records.record(ACT, "x") is Recorded.IN_HISTORY


def test_what_neither_takes_is_raised(aws: Aws) -> None:
    aws.error = FunctionFailed("RecordAct", "DatabaseUnavailable")
    aws.queue_error = EndpointConnectionError(endpoint_url="https://sqs")
    with pytest.raises(ProviderUnavailable):
        ActsFromHere(aws).record(ACT, "x")
