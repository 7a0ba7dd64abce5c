"""Breaking things in the running laptop cloud, and mending them: ``make break PROVIDER=email``, ``make mend``.

The emulator asks here before it lets a provider answer and when Step Functions puts a message on a queue.
"""

import dataclasses
import json
import random
import sys
from dataclasses import dataclass
from typing import Any

from local.api import call
from local.cloud import read_stack
from local.command import run
from local.errors import LocalCloudError

PATH = "/_local/faults"


@dataclass
class Faults:
    """Probabilities from 0 to 1, and a delay in seconds."""

    email: float = 0.0  # SES answers 500 instead of sending
    sms: float = 0.0  # SNS answers 500 instead of sending
    duplicate: float = 0.0  # a queue message comes twice
    delay: float = 0.0  # a queue message comes late, by up to so many seconds

    def strikes(self, name: str) -> bool:
        """Whether the fault of this name happens to the call that is being made."""
        probability: float = getattr(self, name)
        return random.random() < probability  # noqa: S311  # no secret depends on it


current = Faults()
"""The faults of this process, which is the emulator's."""


def refuses(path: str, headers: dict[str, str]) -> bool:
    """Whether a request is one to a provider that is broken at this moment."""
    authorization = headers.get("authorization", "")
    if path == "/v2/email/outbound-emails":
        return current.strikes("email")
    return "/sns/aws4_request" in authorization and current.strikes("sms")


def answer(method: str, body: bytes) -> dict[str, Any]:
    """The control endpoint: PUT sets what it names and mends the rest; both answer what holds."""
    global current  # one emulator, one set of faults
    if method == "PUT":
        current = Faults(**json.loads(body))
    return dataclasses.asdict(current)


def set_faults(aws_endpoint_url: str, **faults: float) -> None:
    """Breaks what is named, mends the rest. Raises ``LocalCloudError``."""
    answered = call("PUT", f"{aws_endpoint_url}{PATH}", body=faults)
    if answered.status != 200:
        raise LocalCloudError(f"the emulator refused: {answered.body}")


def main() -> int:
    known = [field.name for field in dataclasses.fields(Faults)]
    names = sys.argv[1:]
    if not set(names) <= set(known):
        print(f"usage: make break PROVIDER=name, with a name of: {', '.join(known[:2])}", file=sys.stderr)
        return 2
    set_faults(read_stack()["aws_endpoint_url"], **dict.fromkeys(names, 1.0))
    print(f"broken: {', '.join(names)}" if names else "everything is mended")
    return 0


if __name__ == "__main__":
    run(main)
