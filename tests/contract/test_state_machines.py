"""The rules that can be read off a state machine: see the design of the workflow in docs/decisions.md."""

import inspect
import math
import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any, get_args

import pytest
from statelint.linter import Linter

from booking import errors
from booking.contracts import (
    base,
    changes,
    finding,
    holds,
    offers,
    operators,
    payments,
    queues,
    reminders,
    steps,
    waitlist,
)
from local import demo, documents
from local.contract_files.mocks import decision_of

MACHINES = documents.state_machines()

LAMBDA_ERRORS = {
    *("Lambda.ServiceException", "Lambda.AWSLambdaException", "Lambda.SdkClientException"),
    *("Lambda.TooManyRequestsException", "Lambda.ClientExecutionTimeoutException", "Lambda.Unknown"),
    *("Lambda.ResourceNotReadyException", "Lambda.ENINotReadyException", "Lambda.ResourceConflictException"),
    *("Lambda.EC2ThrottledException", "Lambda.EC2UnexpectedException", "Lambda.SubnetIPAddressLimitReachedException"),
}
"""Of Invoke, as Step Functions names them: the service's, and the last six of a function that slept, which has to get
its network interface back (https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors)."""

AWS_ERRORS = LAMBDA_ERRORS | {
    *("Runtime.ExitError", "Sandbox.Timedout", "States.Timeout"),
    *("SQS.SdkClientException", "SQS.AmazonSQSException"),
}

DECISIONS = {
    task: decided
    for machine in MACHINES.values()
    for task in documents.functions_of(machine)
    if (decided := decision_of(task)) is not None
}
"""What each task decides."""

ALL = [
    (f"{machine}.{name}", state)
    for machine, definition in MACHINES.items()
    for name, state in documents.states(definition)
]
TASKS = [(name, state) for name, state in ALL if state["Type"] == "Task"]


def retryable() -> set[str]:
    return {
        name
        for name, each in inspect.getmembers(errors, inspect.isclass)
        if issubclass(each, errors.RetryableError) and each is not errors.RetryableError
    }


@pytest.mark.parametrize("machine", MACHINES)
def test_statelint_has_nothing_to_say(machine: str) -> None:
    assert Linter.validate(MACHINES[machine]) == []


@pytest.mark.parametrize(("name", "state"), ALL)
def test_every_state_has_a_comment_and_a_pascal_case_name(name: str, state: dict[str, Any]) -> None:
    assert state.get("Comment")
    assert re.fullmatch(r"([A-Z][a-z]+)+\??", name.split(".")[1])
    assert name.endswith("?") == (state["Type"] == "Choice")


WAIT_FOR_SOMEBODY = {
    "offer.AwaitAnswer": "$.answer_seconds",
    "offer.AwaitPayment": "$.decision.hold.wait_seconds",
    "booking.AwaitApproval": "$.decision.hold.wait_seconds",
    "booking.AwaitPayment": "$.decision.hold.wait_seconds",
}
"""And how long. No answer in time is an answer: the tasks whose time-out is caught, and not tried again."""


@pytest.mark.parametrize(("name", "state"), TASKS)
def test_every_task_has_a_timeout_and_retries_for_minutes(name: str, state: dict[str, Any]) -> None:
    assert state.get("TimeoutSeconds", 0) > 0 or state["TimeoutSecondsPath"] == WAIT_FOR_SOMEBODY[name]
    [retry] = state["Retry"]
    assert retry["JitterStrategy"] == "FULL"
    assert retry["BackoffRate"] >= 2
    waits = [
        min(retry["IntervalSeconds"] * retry["BackoffRate"] ** n, retry["MaxDelaySeconds"])
        for n in range(retry["MaxAttempts"])
    ]
    # Full jitter takes each wait from nothing to its whole: a mean of a half, a variance of a twelfth of its square.
    spread = math.sqrt(sum(wait**2 for wait in waits) / 12)
    assert sum(waits) / 2 - 2 * spread >= 120, "a database fails over, and a function wakes, in a minute or two"


@pytest.mark.parametrize(("name", "state"), TASKS)
def test_what_is_retried_is_what_a_retry_can_mend(name: str, state: dict[str, Any]) -> None:
    named = {error for retry in state["Retry"] for error in retry["ErrorEquals"]}
    assert named - AWS_ERRORS <= retryable()
    assert "DatabaseUnavailable" in named
    if "lambda:invoke" in state["Resource"]:
        assert named >= LAMBDA_ERRORS


def test_every_retryable_error_is_retried_somewhere() -> None:
    named = {error for _, state in TASKS for retry in state["Retry"] for error in retry["ErrorEquals"]}
    assert retryable() <= named


@pytest.mark.parametrize(("name", "state"), ALL)
def test_nothing_catches_infrastructure_errors(name: str, state: dict[str, Any]) -> None:
    caught = [error for catch in state.get("Catch", []) for error in catch["ErrorEquals"]]
    assert caught == (["States.Timeout"] if name in WAIT_FOR_SOMEBODY else [])
    assert state["Type"] != "Fail"


def test_every_outcome_a_choice_tests_is_one_its_step_can_return_and_none_is_forgotten() -> None:
    for machine in MACHINES.values():
        for name, state in machine["States"].items():
            following = machine["States"].get(state.get("Next", ""), {})
            if name in DECISIONS and following.get("Type") == "Choice":
                tested = set(_compared(following["Choices"]))
                possible = {str(each) for each in get_args(DECISIONS[name].model_fields["outcome"].annotation)}
                assert tested == possible
                assert "Default" not in following


def _compared(choices: list[dict[str, Any]]) -> Iterator[str]:
    for choice in choices:
        if "Or" in choice:
            yield from _compared(choice["Or"])
        else:
            assert choice["Variable"] == "$.decision.outcome"
            yield choice["StringEquals"]


ASK_THE_PROVIDER = {"OpenCheckout", "CloseCheckout", "ReadPayment", "RefundPayment", "ChargeFee"}
"""Tasks that answer what the payment provider says: the step after them decides."""


def test_every_task_that_is_waited_for_decides_or_asks_the_provider_and_one_that_waits_does_neither() -> None:
    waited_for = {name for name, state in TASKS if state["Resource"].endswith(":lambda:invoke")}
    assert {name.split(".")[1] for name in waited_for} == set(DECISIONS) | ASK_THE_PROVIDER
    for task in ASK_THE_PROVIDER:
        answered = inspect.signature(inspect.unwrap(import_module(f"handlers.{documents.snake_case(task)}").handler))
        assert issubclass(answered.return_annotation, payments.PaymentFacts), task


def test_every_machine_tells_the_parties_in_the_end() -> None:
    told = {name: machine["States"]["NotifyParties"] for name, machine in MACHINES.items()}
    leads_on = {name: state["Next"] for name, state in told.items() if "End" not in state}
    assert leads_on == {
        "offer": "OfferIsOpen?",  # it tells twice: that there is an offer, and what became of it
        "payment": "MoreMoves?",  # and of each movement
    }


def test_an_offer_is_open_until_it_is_settled_and_then_never_again() -> None:
    states = MACHINES["offer"]["States"]
    ways = {outcome: choice["Next"] for choice in states["OfferIsOpen?"]["Choices"] for outcome in _compared([choice])}
    settled = {
        str(each)
        for decided in (offers.OfferSettled, holds.PaymentSettled)
        for each in get_args(decided.model_fields["outcome"].annotation)
    } - {"awaits_payment", "unpaid"}
    assert ways == {"open": "AwaitAnswer"} | dict.fromkeys(settled, "OfferIsSettled")
    assert states["SettleOffer"]["Next"] == "IsToBePaid?"


def test_no_field_of_a_contract_in_transit_can_hold_personal_data() -> None:
    personal = {"name", "email", "phone", "address", "number", "text", "note", "subject", "body"}
    for module in (changes, finding, holds, offers, operators, payments, queues, reminders, steps, waitlist):
        for name, each in inspect.getmembers(module, inspect.isclass):
            if issubclass(each, base.Contract):
                # an act's subject is what it is done to: an ARN or an id, in one piece
                may_have = {"subject"} if issubclass(each, operators.OperatorAct) else set()
                assert personal & set(each.model_fields) <= may_have, name


def test_definitions_and_events_name_nobody() -> None:
    files = [*(documents.ROOT / "statemachines").rglob("*.json"), *(documents.ROOT / "events").iterdir()]
    text = "".join(path.read_text() for path in files)
    assert [each for each in demo.PERSONAL_DATA if each in text] == []


def test_every_substitution_is_given_and_stands_in_quotes() -> None:
    resources = documents.template()["Resources"].values()
    given = {
        each["Properties"]["DefinitionS3Location"]: set(each["Properties"]["DefinitionSubstitutions"])
        for each in resources
        if each["Type"] == "AWS::StepFunctions::StateMachine"
    }
    for name in MACHINES:
        path = f"statemachines/{name}.asl.json"
        text = (documents.ROOT / path).read_text()
        assert given[path] == set(re.findall(r'"\$\{(\w+)\}"', text)) == set(re.findall(r"\$\{(\w+)\}", text))


def _following(state: dict[str, Any]) -> Iterator[str]:
    """The states that a state leads to, by whatever way."""
    ways = [state, *state.get("Choices", []), *state.get("Catch", [])]
    yield from (way["Next"] for way in ways if "Next" in way)


def _read(part: Any) -> Iterator[str]:
    """The fields of ``$.decision`` that parameters name."""
    if isinstance(part, dict):
        for value in part.values():
            yield from _read(value)
    elif isinstance(part, str) and part.startswith("$.decision."):
        yield part.split(".")[2]


def _next_readers(machine: dict[str, Any], name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The states that read what this one decided: those it leads to, through Choices."""
    for following in _following(machine["States"][name]):
        state = machine["States"][following]
        if state["Type"] == "Choice":
            yield from _next_readers(machine, following)
        else:
            yield following, state


@pytest.mark.parametrize("machine", MACHINES)
def test_what_a_state_reads_of_a_decision_is_in_every_decision_before_it(machine: str) -> None:
    """A step replaces ``$.decision``: what it does not select is gone for those after it."""
    read = 0
    for name, state in MACHINES[machine]["States"].items():
        if state.get("ResultPath") != "$.decision":
            continue
        selected = {key.removesuffix(".$") for key in state["ResultSelector"]}
        for reader, following in _next_readers(MACHINES[machine], name):
            fields = set(_read({"Parameters": following.get("Parameters"), "ItemsPath": following.get("ItemsPath")}))
            assert fields <= selected, f"{reader} reads what {name} does not select"
            read += len(fields)
    assert read, "of some state that decides, something is read"
