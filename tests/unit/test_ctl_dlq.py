"""bookingctl dlq: looking changes nothing; what is put back is chosen, asked for and recorded."""

import json
import shlex
import signal
from datetime import timedelta
from typing import Any

import pytest

from booking.codes import Group
from booking.contracts.finding import Found
from booking.contracts.operations import AttentionKind, DeadLetterQueue
from booking.model import Requester
from booking.services.operations.attention import attention
from booking.services.operations.dead_letters import list_dead_letters
from booking.services.operations.looking import MOST
from ops.practice import QUEUES
from tests.fakes import FakeExecutions
from tests.operators import FakePractice, run

OPERATOR = Requester("sub-operator", frozenset({Group.OPERATOR}))
EVENT = {"detail": {"executionArn": "arn:x", "input": '{"booking_id": "b-2"}'}}


@pytest.fixture
def practice() -> FakePractice:
    made = FakePractice()
    for number in range(12):
        made.dead(DeadLetterQueue.NOTIFICATIONS, {"booking_id": f"n-{number}"}, message_id=f"n-{number}")
    made.dead(DeadLetterQueue.ATTENTION, EVENT, "cannot be read", message_id="a-0")
    return made


def ids(practice: FakePractice, *options: str) -> list[str]:
    return [each["message_id"] for each in json.loads(run(practice, "dlq", "list", "--json", *options).stdout)]


def test_looking_twice_sees_the_same_and_so_does_everybody_else(practice: FakePractice) -> None:
    first, second = ids(practice), ids(practice)
    assert len(first) == 13
    assert sorted(first) == sorted(second)
    assert run(practice, "dlq", "show", "a-0").exit_code == 0
    assert len(practice.sqs.visible("NotificationDeadLetterQueueUrl")) == 12
    assert practice.sqs.visible("AttentionDeadLetterQueueUrl") == ["a-0"]


def test_all_queues_are_listed_or_one(practice: FakePractice) -> None:
    practice.dead(DeadLetterQueue.DELIVERIES, "no JSON", message_id="d-0")
    practice.dead(DeadLetterQueue.ACTS, [], message_id="c-0")
    assert {"a-0", "d-0", "c-0", "n-0"} <= set(ids(practice))
    assert ids(practice, "--queue", "attention") == ["a-0"]
    assert "b-2" in run(practice, "dlq", "list", "--queue", "attention").stdout, "the booking that it is about"


def test_a_call_of_the_api_looks_at_so_many_as_it_has_time_for_and_hides_none(practice: FakePractice) -> None:
    for number in range(1000):
        practice.dead(DeadLetterQueue.NOTIFICATIONS, {}, message_id=f"m-{number}")
    seen = list_dead_letters(practice.queues, OPERATOR)
    assert seen.more
    assert len(seen.dead_letters) <= 2 * MOST
    assert practice.sqs.receives <= 30, "each waits a second at most"
    assert len(practice.sqs.visible("NotificationDeadLetterQueueUrl")) == 1012
    assert attention(FakeExecutions(), practice.queues, Found, AttentionKind.DEAD_LETTER, 50).unsure
    assert len(ids(practice)) == 1013, "who is on call has the time"


def test_ctrl_c_while_looking_leaves_everything_visible(practice: FakePractice) -> None:
    receive = practice.sqs.receive_message

    def interrupted(**given: Any) -> dict[str, Any]:
        answer = receive(**given)
        signal.raise_signal(signal.SIGINT)
        return answer

    practice.sqs.receive_message = interrupted  # type: ignore[method-assign,assignment]  # somebody is impatient
    done = run(practice, "dlq", "list", "--queue", "notifications")
    assert done.exit_code != 0
    assert len(practice.sqs.visible("NotificationDeadLetterQueueUrl")) == 12


def test_what_is_put_back_is_named_and_recorded(practice: FakePractice) -> None:
    done = run(practice, "dlq", "redrive", "a-0", "n-3", "--reason", "mended", "--yes", "--json")
    assert done.exit_code == 0, done.output
    assert {(each["message_id"], each["outcome"]) for each in json.loads(done.stdout)} == {
        ("a-0", "DONE"),
        ("n-3", "DONE"),
    }
    assert [each["Body"] for each in practice.sqs.queues["AttentionQueueUrl"]] == [json.dumps(EVENT)]
    assert len(practice.sqs.visible("NotificationDeadLetterQueueUrl")) == 11, "and what stays is seen again at once"
    assert sorted((act.subject, act.booking_id) for act, _ in practice.records.acts.values()) == [
        ("message:a-0", "b-2"),
        ("message:n-3", "n-3"),
    ]


def test_all_are_put_back_only_when_that_is_said(practice: FakePractice) -> None:
    unsaid = run(practice, "dlq", "redrive", "--reason", "x", "--yes")
    assert (unsaid.exit_code, "--all" in unsaid.stderr) == (2, True)
    assert run(practice, "dlq", "redrive", "--all", "n-1", "--reason", "x", "--yes").exit_code == 2
    would = run(practice, "dlq", "redrive", "--all", "--dry-run")
    assert would.stdout == "would put back 13\n"
    done = run(practice, "dlq", "redrive", "--all", "--reason", "x", "--yes")
    assert (done.exit_code, "13 put back" in done.stdout) == (0, True)
    assert ids(practice) == []
    assert run(practice, "dlq", "redrive", "--all", "--reason", "x", "--yes").stdout == "nothing to put back\n"
    none = run(practice, "dlq", "redrive", "--all", "--reason", "x", "--yes", "--json")
    assert (none.exit_code, json.loads(none.stdout)) == (0, [])


@pytest.mark.parametrize("chosen", [("--all",), ("n-0", "n-1", "n-2", "n-3", "a-0")])
def test_ctrl_c_while_putting_back_says_what_goes_on_and_hides_nothing(
    practice: FakePractice, chosen: tuple[str, ...]
) -> None:
    send, sent = practice.sqs.send_message, list[str]()

    def interrupted(QueueUrl: str, MessageBody: str) -> None:  # noqa: N803
        send(QueueUrl, MessageBody)
        sent.append(MessageBody)
        if len(sent) == 2:
            signal.raise_signal(signal.SIGINT)

    practice.sqs.send_message = interrupted  # type: ignore[method-assign]  # somebody has second thoughts
    before = len(ids(practice))
    done = run(practice, "dlq", "redrive", *chosen, "--reason", "mended", "--yes")
    assert (done.exit_code, "2 put back" in done.stdout) == (130, True)
    assert len(ids(practice)) == before - 2, "what is left is seen by everybody at once"
    words = shlex.split(done.stderr[done.stderr.index("bookingctl dlq redrive") :].replace("\\\n", " "))[1:]
    practice.dead(DeadLetterQueue.NOTIFICATIONS, {"booking_id": "later"}, message_id="later", ago=timedelta())
    rest = run(practice, *words, "--yes")
    assert rest.exit_code == 0, rest.output
    assert len(sent) == len(set(sent)) == (13 if chosen == ("--all",) else 5), "nothing twice"
    assert "later" in ids(practice), "what came since is not meant"


def test_no_puts_nothing_back_and_hides_nothing(practice: FakePractice) -> None:
    done = run(practice, "dlq", "redrive", "n-1", "--reason", "x", typed="n\n")
    assert (done.exit_code, "nothing done" in done.stderr) == (0, True)
    assert len(practice.sqs.visible("NotificationDeadLetterQueueUrl")) == 12


def test_a_message_that_is_not_there_is_one_line(practice: FakePractice) -> None:
    done = run(practice, "dlq", "show", "nothing")
    assert (done.exit_code, "not in a dead-letter queue" in done.stderr) == (4, True)


def test_every_queue_of_the_template_with_a_dead_letter_queue_is_known() -> None:
    from local import documents

    outputs = documents.template()["Outputs"]
    for name in QUEUES.values():
        assert {f"{name}QueueUrl", f"{name}DeadLetterQueueUrl"} <= set(outputs), name
    dead = {name for name in documents.template()["Resources"] if name.endswith("DeadLetterQueue")}
    assert {f"{name}Url" for name in dead} == {f"{name}DeadLetterQueueUrl" for name in QUEUES.values()}
