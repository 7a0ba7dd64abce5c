"""Calls of Lambda that wait for a function to wake.

A function in a VPC that nobody called for weeks gives its network interface back and is Inactive. The first call fails
and begins to wake it, which takes about a minute; so do calls while it is being updated (Lambda's "function states").
None of these errors has run the function, so a second call doubles nothing.
"""

import time
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

ASLEEP = frozenset(
    {
        "ResourceNotReadyException",
        "ENINotReadyException",
        "ResourceConflictException",
        "EC2ThrottledException",
        "EC2UnexpectedException",
        "SubnetIPAddressLimitReachedException",
    }
)
"""Errors of Lambda's API that go away by themselves, as it names them."""

STEP_SECONDS, PATIENCE_SECONDS = 5, 180


def patiently(call: Callable[..., Any], *, sleep: Callable[[float], None] = time.sleep, **given: Any) -> Any:
    """Calls until the function is awake, for three minutes. Raises the last ``ClientError`` after that."""
    for _ in range(PATIENCE_SECONDS // STEP_SECONDS):
        try:
            return call(**given)
        except ClientError as error:
            if error.response["Error"]["Code"] not in ASLEEP:
                raise
        sleep(STEP_SECONDS)
    return call(**given)
