"""What goes wrong, as an operator reads it: one line, and an exit code."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
)

from booking.errors import NotRedrivable, ProviderRefused, ProviderUnavailable

EXIT_FAILED_AGAIN, EXIT_USAGE, EXIT_NO_ACCESS, EXIT_UNKNOWN, EXIT_STOPPED = 1, 2, 3, 4, 130


class OperatorError(Exception):
    """One line for the operator, and the exit code that goes with it."""

    def __init__(self, line: str, exit_code: int = EXIT_NO_ACCESS) -> None:
        super().__init__(line)
        self.exit_code = exit_code


@contextmanager
def translated() -> Iterator[None]:
    """What AWS, or the way to it, refuses becomes ``OperatorError``."""
    try:
        yield
    except ClientError as error:
        raise _refused(error) from None
    except NoRegionError:
        raise OperatorError("no region is set: add --region eu-central-1, or set AWS_REGION", EXIT_USAGE) from None
    except ProfileNotFound as error:
        line = f"{error}: --profile or AWS_PROFILE names one; `aws configure list-profiles` lists them"
        raise OperatorError(line, EXIT_USAGE) from None
    except (NoCredentialsError, PartialCredentialsError):
        raise OperatorError("no credentials: add --profile, set AWS_PROFILE, or sign in with `aws sso login`") from None
    except BotoCoreError as error:
        raise OperatorError(f"cannot reach AWS: {error}") from None
    except NotRedrivable as error:
        raise OperatorError(str(error), EXIT_FAILED_AGAIN) from None
    except (ProviderUnavailable, ProviderRefused) as error:
        raise OperatorError(f"AWS did not answer: {error}") from None


def _refused(error: ClientError) -> OperatorError:
    code, message = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
    if code == "ExecutionDoesNotExist":
        return OperatorError("there is no such execution", EXIT_UNKNOWN)
    if code == "ExecutionNotRedrivable":
        return OperatorError(message, EXIT_FAILED_AGAIN)
    return OperatorError(f"{error.operation_name} was refused: {code} {message}".strip())
