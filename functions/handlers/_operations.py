"""What each call of the API is, said once. Routes are made of it; `make contract-files` writes openapi.yaml of it.

A route is its declaration above a function that makes one call. The function's parameters say by their names what it
takes, and are read in their order:

    requester      who calls
    body           the body, as the contract that the parameter is annotated with
    query          the query's parameters, likewise
    key            the header Idempotency-Key: the id that the requester gives to what they ask for
    payload        the body as it was sent, to the byte
    stripe_signature  the header Stripe-Signature, which says whose body it is
    if_match       the header If-Match: the version that was changed
    any other      the id of that name in the path: a ``UUID``, or a ``BookingId``

Its return annotation is the contract of the answer.
"""

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeVar

from booking.problems import Problem

Route = TypeVar("Route", bound=Callable[..., Any])

ASKED_ANEW = "no-cache"
"""Cache-Control of what may be kept, and is asked for each time it is needed: who has it gets no bytes again."""


class Who(Enum):
    """Who may make a call at all; the value is the contract's security scheme."""

    SIGNED_IN = "Cognito"
    APPLICATIONS = "ApiKey"
    EVERYONE = None


@dataclass(eq=False, repr=False)
class Operation:
    """One call of the API. It decorates the function that answers it, or starts a state machine.

    The problems of every call, and of every call with a body, a query, a key or a version, are known: ``refusals``
    are its own.
    """

    name: str
    method: str
    path: str
    tag: str
    summary: str
    description: str = ""
    who: Who = Who.SIGNED_IN
    status: int = 200
    answered: str = ""  # what the answer is; the summary, if left out
    answer: Any = None  # its contract, where the function makes a Response itself
    otherwise: dict[int, str] = field(default_factory=dict)  # the other statuses it may have, and what they say
    refusals: tuple[Problem, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)  # those that the function sets itself, and what they say
    versioned: bool = False  # the answer has the ETag that a change of it names
    cached: str = ""  # its Cache-Control; the answer has an ETag, too, and is 304 for who has it
    location: str = ""  # where what the call has made is, relative to its URL, with a field of the answer in braces
    followed: str = ""  # likewise, where an answer that has a change_id is followed; its status is 202
    machine: str = ""
    function: str = "Api"  # which answers it, by its name without Function
    route: Callable[..., Any] | None = None
    takes: dict[str, Any] = field(default_factory=dict)
    declared_in: str = field(default_factory=lambda: str(sys._getframe(2).f_globals["__name__"]))  # who makes it

    def __call__(self, route: Route) -> Route:
        """Declares the call as answered by this function."""
        self.takes = dict(route.__annotations__)
        returned = self.takes.pop("return")
        self.route, self.answer = route, self.answer or returned
        OPERATIONS.append(self)
        return route

    def starts(self, machine: str, body: type[Any]) -> None:
        """Declares the call as one with which API Gateway itself starts this machine; the key names the execution."""
        self.takes = {**dict.fromkeys(self.path_ids, str), "key": str, "body": body}
        self.machine, self.status, self.answered = machine, 202, "Accepted; nothing is decided yet"
        OPERATIONS.append(self)

    @property
    def path_ids(self) -> list[str]:
        """The names of the ids in the path."""
        return re.findall(r"{(\w+)}", self.path)


OPERATIONS: list[Operation] = []
"""Those of the modules that have been imported; ``handlers.routes.operations`` has all."""
