"""``sam local invoke`` of every function and event, where there is a Docker engine and a Lambda image for it."""

import json
import platform
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from local import documents
from local.errors import LocalCloudError
from local.sam_invoke import ARCHITECTURES, need_docker
from tests.contract.test_state_machines import DECISIONS
from tests.e2e.conftest import Cloud

EVENTS = documents.event_names()
EXPECTED: dict[str, Callable[[Any], bool]] = {
    "api": lambda answer: answer["statusCode"] in (200, 404),
    "await_answer": lambda answer: answer is None,
    "await_approval": lambda answer: answer is None,
    "await_payment": lambda answer: answer is None,
    "charge_fee": lambda answer: answer["status"] == "failed",
    "client_data": lambda answer: answer["outcome"] == "exported",
    "close_checkout": lambda answer: answer["status"] == "none",
    "complete_bookings": lambda answer: answer["completed"] >= 0,
    "custom_message": lambda answer: "Code" in answer["response"]["emailSubject"],
    "describe_booking": lambda answer: answer["booking_id"] == "event-reserve-slot",
    "export_bookings": lambda answer: answer["next"] is None,
    "find_bookings": lambda answer: answer["more"] is False,
    "forget_clients": lambda answer: answer["forgotten"] == 0,
    "list_charges": lambda answer: answer["next"] is None,
    "list_payments": lambda answer: answer["next"] is None,
    "mark_attention": lambda answer: answer == {"batchItemFailures": []},
    "migrate": lambda answer: answer["applied"] == [],
    "offer_slots": lambda answer: answer["settled"] >= 0,
    "open_checkout": lambda answer: answer["status"] == "none",
    "operator_api": lambda answer: answer["statusCode"] == 200,
    "pre_token_generation": lambda answer: answer["response"] == {"claimsOverrideDetails": None},
    "post_confirmation": lambda answer: answer["response"] == {},
    "pre_sign_up": lambda answer: answer["response"]["autoConfirmUser"] is False,
    "read_payment": lambda answer: answer["object"] == "unknown",
    "receive_stripe_event": lambda answer: answer["statusCode"] == 400,
    "record_act": lambda answer: answer == {"recorded": True},
    "record_delivery": lambda answer: answer == {"batchItemFailures": []},
    "record_queued_act": lambda answer: answer == {"batchItemFailures": []},
    "refund_payment": lambda answer: answer["status"] == "failed",
    "send_notification": lambda answer: answer == {"batchItemFailures": []},
    "settle_holds": lambda answer: answer["settled"] >= 0,
    "start_cancellations": lambda answer: answer == {"started": 0},
    "start_payment": lambda answer: answer == {"batchItemFailures": []},
    "start_reminders": lambda answer: answer["started"] >= 0,
}
"""An answer that is an error (``sam local invoke`` exits with 0 all the same) has none of these. What a step answers is
its decision."""

STEPS = {documents.snake_case(task): decided for task, decided in DECISIONS.items()}


def test_every_event_has_its_answer() -> None:
    assert sorted([*EXPECTED, *STEPS]) == EVENTS


def check(name: str, answer: Any) -> None:
    if name in STEPS:
        STEPS[name].model_validate(answer)
    else:
        assert EXPECTED[name](answer), answer


@pytest.fixture(scope="module")
def image() -> None:
    try:
        need_docker()
    except LocalCloudError as missing:
        pytest.skip(str(missing))
    tag = f"public.ecr.aws/lambda/python:3.13-{ARCHITECTURES[platform.machine().lower()]}"
    if subprocess.run(["docker", "image", "inspect", tag], capture_output=True).returncode != 0:
        pytest.skip(f"the image {tag} is not on this machine, and tests fetch nothing")


@pytest.mark.parametrize("name", EVENTS)
def test_every_function_answers_in_a_lambda_image(cloud: Cloud, image: None, name: str) -> None:
    done = cloud.make("local.sam_invoke", name, "--skip-pull-image")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout.strip().splitlines()[-1])
    assert not (isinstance(answer, dict) and "errorType" in answer), answer
    check(name, answer)


def test_without_docker_it_says_what_is_missing(cloud: Cloud, tmp_path: pytest.TempPathFactory) -> None:
    path, cloud.environment["PATH"] = cloud.environment["PATH"], str(tmp_path)
    try:
        done = cloud.make("local.sam_invoke", "migrate")
    finally:
        cloud.environment["PATH"] = path
    assert done.returncode == 1
    assert "needs Docker" in done.stderr
