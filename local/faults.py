"""Breaking things in the running laptop cloud, and mending them: ``make break PROVIDER=email``, ``make mend``.

The emulator asks here before it lets a provider answer, when Step Functions puts a message on a queue, and while it
waits. The page of faults (``local.pages``) turns the same switches.
"""

import dataclasses
import json
import random
import sys
import threading
from dataclasses import dataclass
from typing import Any

from local.api import call
from local.cloud import read_stack
from local.command import run
from local.errors import LocalCloudError

PATH = "/_local/faults"
PROVIDERS = ("email", "sms")
STRIPE = "stripe"
"""A program of its own: broken, it answers 503 (``local.stripe.faults`` has more)."""


@dataclass
class Faults:
    """Probabilities from 0 to 1, and a delay in seconds. As they are made, all is well."""

    email: float = 0.0  # SES answers 500 instead of sending
    sms: float = 0.0  # SNS answers 500 instead of sending
    duplicate: float = 0.0  # a queue message comes twice
    delay: float = 0.0  # a queue message comes late, by up to so many seconds
    bounces: int = 0  # so many of the next e-mails come back, after SES has taken them
    waits: float | None = None  # Step Functions waits so many times as long as on AWS; None: as it was started

    def strikes(self, name: str) -> bool:
        """Whether the fault of this name happens to the call that is being made."""
        probability: float = getattr(self, name)
        return random.random() < probability  # noqa: S311  # no secret depends on it

    def takes_bounce(self) -> bool:
        """Whether the e-mail that SES has just taken is one that comes back."""
        with _counting:
            is_next = self.bounces > 0
            self.bounces = max(0, self.bounces - 1)
        return is_next


_counting = threading.Lock()
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
    if method == "PUT":
        put(Faults(**json.loads(body)))
    return dataclasses.asdict(current)


def put(faults: Faults) -> None:
    """From now on these are the faults."""
    global current  # one emulator, one set of faults
    current = faults


def set_faults(url: str, **faults: float) -> None:
    """Breaks what is named, mends the rest: in the emulator, or in Stripe's double. Raises ``LocalCloudError``."""
    answered = call("PUT", f"{url}{PATH}", body=faults)
    if answered.status != 200:
        raise LocalCloudError(f"the faults were refused: {answered.body}")


def main() -> int:
    what, *names = sys.argv[1:]
    known = (*PROVIDERS, STRIPE)
    if what == "break" and (not names or not set(names) <= set(known)):
        print(f"✗ say which: make break PROVIDER=email, or one of: {', '.join(known)}", file=sys.stderr)
        return 2
    stack = read_stack()
    url = stack["aws_endpoint_url"]
    kept = {"waits": call("GET", f"{url}{PATH}").body["waits"]} if names else {}  # how long it waits is no fault
    set_faults(url, **dict.fromkeys(set(names) - {STRIPE}, 1.0), **kept)
    set_faults(stack["stripe_url"], **({"unavailable": 1.0} if STRIPE in names else {}))
    print(f"broken: {', '.join(names)} (`make mend` mends it)" if names else "everything is mended")
    return 0


if __name__ == "__main__":
    run(main)
