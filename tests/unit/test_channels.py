"""The adapters to the providers and to Step Functions: real clients, their answers played."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.utils import getaddresses
from typing import Any

import boto3
import pytest
from botocore.exceptions import ConnectTimeoutError
from botocore.parsers import ResponseParserError
from botocore.stub import ANY, Stubber

from booking.channels.email import SesEmail, as_mime
from booking.channels.sms import SnsSms
from booking.channels.workflow import StepFunctionsTasks, StepFunctionsWorkflows
from booking.codes import Language, UndeliverableReason
from booking.errors import ProviderRefused, ProviderUnavailable, TherapistBookingError, Undeliverable
from booking.letters import Letterhead
from booking.notices import Message

MESSAGE = Message(Language.EN, "Subject", ("Hello,", "the body", "Bye"), "the body")
ADDRESS = "jonas.weber@example.com"


def ses(**error: Any) -> SesEmail:
    client = boto3.client("sesv2")
    stub = Stubber(client)
    if error:
        stub.add_client_error("send_email", **error)
    else:
        sent = {
            "FromEmailAddress": "practice@example.com",
            "Destination": {"ToAddresses": [ADDRESS]},
            "Content": ANY,
            "ConfigurationSetName": "the-set",
            "EmailTags": [{"Name": "notification_id", "Value": "n-1"}],
        }
        stub.add_response("send_email", {"MessageId": "m-1"}, sent)
    stub.activate()
    return SesEmail("practice@example.com", "the-set", client)


def sns(*, is_opted_out: bool = False, **error: Any) -> SnsSms:
    client = boto3.client("sns")
    stub = Stubber(client)
    stub.add_response("check_if_phone_number_is_opted_out", {"isOptedOut": is_opted_out}, {"phoneNumber": ANY})
    if error:
        stub.add_client_error("publish", **error)
    else:
        sent = {"PhoneNumber": "+447700900101", "Message": "the body", "MessageAttributes": ANY}
        stub.add_response("publish", {"MessageId": "m-2"}, sent)
    stub.activate()
    return SnsSms(client)


def test_an_email_is_sent_as_text_and_html() -> None:
    assert ses().send(MESSAGE, ADDRESS, "n-1") == "m-1"


NAMES = (
    *("Practice Adler", "Praxis Müller, Öz & Söhne <x@evil.example>", '"Adler"; (psych.)', "a@b.example"),
    *("実践 " * 30, "Gemeinschaftspraxis für Psychotherapie Dr. Adler-Hohenstein & Kollegen", "Practice " * 20),
)


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_an_email_is_from_the_practice_and_answers_go_there(name: str) -> None:
    named = replace(MESSAGE, letterhead=Letterhead(name=name, email="office@example.com"))
    made = as_mime(named, "noreply@example.com", ADDRESS)
    assert max(len(line) for line in made.split(b"\r\n")) <= 78
    mail = message_from_bytes(made, policy=policy.compat32)  # the newer parser puts spaces between encoded words
    [sender] = getaddresses([mail["From"]])
    shown = str(make_header(decode_header(sender[0].replace("\r\n", ""))))
    assert (shown, sender[1]) == (name.strip(), "noreply@example.com")
    assert mail["Reply-To"] == "office@example.com"
    assert mail["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize("email", ["", "a@example.com\r\nBcc: all@evil.example", "a@example.com, b@evil.example"])
def test_no_header_comes_out_of_a_practice(email: str) -> None:
    odd = replace(MESSAGE, letterhead=Letterhead(name="A\r\nBcc: all@evil.example", email=email))
    mail = message_from_bytes(as_mime(odd, "noreply@example.com", ADDRESS), policy=policy.default)
    assert (mail["Bcc"], mail["Reply-To"]) == (None, None)
    assert [each.addr_spec for each in mail["From"].addresses] == ["noreply@example.com"]


def test_a_text_message_is_sent() -> None:
    assert sns().send(MESSAGE, "+447700900101", "n-1") == "m-2"


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        ({"service_error_code": "TooManyRequestsException", "http_status_code": 429}, ProviderUnavailable),
        ({"service_error_code": "LimitExceededException", "http_status_code": 400}, ProviderUnavailable),
        ({"service_error_code": "InternalServiceErrorException", "http_status_code": 500}, ProviderUnavailable),
        ({"service_error_code": "MessageRejected", "http_status_code": 400}, ProviderRefused),
        ({"service_error_code": "SendingPausedException", "http_status_code": 400}, ProviderRefused),
        ({"service_error_code": "AccessDeniedException", "http_status_code": 403}, ProviderRefused),
    ],
)
def test_what_a_retry_may_mend_is_told_from_what_an_operator_must(
    error: dict[str, Any], expected: type[TherapistBookingError]
) -> None:
    error["service_message"] = f"about {ADDRESS}"
    for send in (ses(**error).send, sns(**error).send):
        with pytest.raises(expected) as raised:
            send(MESSAGE, ADDRESS, "n-1")
        assert error["service_error_code"] in str(raised.value)
        assert ADDRESS not in str(raised.value)


def test_an_address_the_provider_cannot_read_is_undeliverable() -> None:
    with pytest.raises(Undeliverable) as raised:
        ses(service_error_code="BadRequestException", http_status_code=400).send(MESSAGE, ADDRESS, "n-1")
    assert raised.value.reason == UndeliverableReason.ADDRESS_INVALID


def test_a_number_that_is_none_is_undeliverable() -> None:
    text = "Invalid parameter: PhoneNumber Reason: +44 is not valid to publish"
    channel = sns(service_error_code="InvalidParameter", service_message=text, http_status_code=400)
    with pytest.raises(Undeliverable) as raised:
        channel.send(MESSAGE, "+44", "n-1")
    assert raised.value.reason == UndeliverableReason.ADDRESS_INVALID


def test_who_has_answered_stop_is_not_written_to() -> None:
    """SNS would take the message, answer with an id, and drop it."""
    with pytest.raises(Undeliverable) as raised:
        sns(is_opted_out=True).send(MESSAGE, "+447700900101", "n-1")
    assert raised.value.reason == UndeliverableReason.OPTED_OUT


def test_a_provider_that_does_not_answer_is_unavailable() -> None:
    class Silent:
        exceptions = boto3.client("sesv2").exceptions

        def __init__(self, error: Exception) -> None:
            self.error = error

        def send_email(self, **_given: Any) -> None:
            raise self.error

    for error in (ConnectTimeoutError(endpoint_url="https://email"), ResponseParserError("<html>")):
        with pytest.raises(ProviderUnavailable):
            SesEmail("practice@example.com", "the-set", Silent(error)).send(MESSAGE, ADDRESS, "n-1")


@pytest.mark.parametrize("gone", ["TaskTimedOut", "TaskDoesNotExist", "InvalidToken"])
def test_a_token_that_is_gone_is_not_an_error(gone: str) -> None:
    client = boto3.client("stepfunctions")
    with Stubber(client) as stub:
        stub.add_client_error("send_task_success", gone, http_status_code=400)
        stub.add_client_error("send_task_failure", gone, http_status_code=400)
        StepFunctionsTasks(client).succeed("token", "{}")
        StepFunctionsTasks(client).fail("token", "ProviderUnavailable", "")
        stub.assert_no_pending_responses()


def test_step_functions_throttling_is_worth_another_attempt() -> None:
    client = boto3.client("stepfunctions")
    with Stubber(client) as stub:
        stub.add_client_error("send_task_success", "ThrottlingException", http_status_code=400)
        with pytest.raises(ProviderUnavailable):
            StepFunctionsTasks(client).succeed("token", "{}")


def test_an_execution_that_does_not_exist_asks_for_nothing() -> None:
    client = boto3.client("stepfunctions")
    machine = "arn:aws:states:us-east-1:000000000000:stateMachine:booking"
    with Stubber(client) as stub:
        expected = {"executionArn": "arn:aws:states:us-east-1:000000000000:execution:booking:key"}
        stub.add_client_error("describe_execution", "ExecutionDoesNotExist", expected_params=expected)
        assert StepFunctionsWorkflows(lambda _: machine, client).request_of("key") is None


def test_what_an_execution_was_given_and_how_it_ended() -> None:
    client = boto3.client("stepfunctions")
    arn = "arn:aws:states:us-east-1:000000000000:execution:booking:key"
    described = {
        "executionArn": arn,
        "stateMachineArn": "arn",
        "status": "FAILED",
        "startDate": datetime.now(UTC),
        "input": '{"booking_id": "key", "request": {}}',
        "error": "DatabaseUnavailable",
    }
    workflows = StepFunctionsWorkflows(lambda machine: machine, client)
    with Stubber(client) as stub:
        stub.add_response("describe_execution", described, {"executionArn": arn})
        ended = workflows.ended(arn)
        stub.add_response("describe_execution", {**described, "input": "[]"}, {"executionArn": arn})
        assert workflows.ended(arn) is None, "started by hand"
        stub.add_client_error("describe_execution", "ExecutionDoesNotExist")
        assert workflows.ended(arn) is None
    assert ended is not None
    assert (ended.input.booking_id, ended.error) == ("key", "DatabaseUnavailable")
