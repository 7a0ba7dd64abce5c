"""What the AWS adapters share: clients without retries of their own (the workflow retries), errors translated once.

boto3 takes longer to import than all of the rest: only who makes a client pays for it.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from booking.errors import ProviderRefused, ProviderUnavailable

_THROTTLED = frozenset(
    {"Throttling", "ThrottlingException", "Throttled", "TooManyRequestsException", "LimitExceededException"}
)


def client(service: str, answer_seconds: float = 5, attempts: int = 1) -> Any:
    """A client that answers within seconds or not at all. ``attempts``: for what no workflow retries."""
    import boto3
    from botocore.config import Config

    config = Config(connect_timeout=2, read_timeout=answer_seconds, retries={"total_max_attempts": attempts})
    made = boto3.client(service, config=config)  # type: ignore[call-overload]  # the name is a variable here
    made.exceptions  # noqa: B018  # made when first asked for, and by two threads at once twice: then none is caught
    return made


@contextmanager
def provider(name: str, unavailable: Collection[str] = ()) -> Iterator[None]:
    """Raises ``ProviderUnavailable`` for what a later attempt may mend, ``ProviderRefused`` for the rest.

    The messages name the provider and its error code: a provider's own text may quote addresses.
    """
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError

    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if status >= 500 or code in _THROTTLED or code in unavailable:
            raise ProviderUnavailable(f"{name}: {code}", code, throttled=code in _THROTTLED) from None
        raise ProviderRefused(f"{name}: {code}", code) from None
    except (BotoCoreError, ResponseParserError) as error:  # no answer, or one that is none (a proxy's error page)
        raise ProviderUnavailable(f"{name}: {type(error).__name__}") from None
