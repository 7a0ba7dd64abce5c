"""bookingctl's errors: one clear line each, with the exit code the help text names."""

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from ops.cli import EXIT_CODES
from ops.practice import EXIT_FAILED_AGAIN, EXIT_NO_ACCESS, EXIT_UNKNOWN, OperatorError, ago, booking_of, translated


@pytest.mark.parametrize(
    ("code", "exit_code", "line"),
    [
        ("AccessDeniedException", EXIT_NO_ACCESS, "RedriveExecution was refused: AccessDeniedException not yours"),
        ("ExpiredTokenException", EXIT_NO_ACCESS, "RedriveExecution was refused: ExpiredTokenException not yours"),
        ("ExecutionDoesNotExist", EXIT_UNKNOWN, "there is no such execution"),
        ("ExecutionNotRedrivable", EXIT_FAILED_AGAIN, "not yours"),
    ],
)
def test_what_aws_refuses_is_one_line_and_an_exit_code(code: str, exit_code: int, line: str) -> None:
    with pytest.raises(OperatorError) as error, translated():
        raise ClientError({"Error": {"Code": code, "Message": "not yours"}}, "RedriveExecution")
    assert (str(error.value), error.value.exit_code) == (line, exit_code)


def test_an_endpoint_that_cannot_be_reached_is_one_line() -> None:
    with pytest.raises(OperatorError, match="cannot reach AWS") as error, translated():
        raise EndpointConnectionError(endpoint_url="https://states")
    assert error.value.exit_code == EXIT_NO_ACCESS


def test_the_help_text_names_every_exit_code() -> None:
    for code in (EXIT_FAILED_AGAIN, EXIT_NO_ACCESS, EXIT_UNKNOWN):
        assert f"{code} " in EXIT_CODES


def test_a_message_that_cannot_be_read_is_about_nobody() -> None:
    assert booking_of({"Body": '{"booking_id": "b"}'}) == "b"
    assert [booking_of({"Body": body}) for body in ("{", "{}", "[]", "null")] == [None] * 4


def test_how_long_ago() -> None:
    from datetime import UTC, datetime, timedelta

    now = datetime(2027, 3, 1, tzinfo=UTC)
    told = [ago(now - timedelta(seconds=seconds), now) for seconds in (5, 120, 7200, 172800)]
    assert told == ["5 s ago", "2 min ago", "2 h ago", "2 d ago"]
