"""What Stripe refuses, in its shape (https://docs.stripe.com/api/errors)."""

from dataclasses import dataclass, field
from typing import Any

INVALID = "invalid_request_error"


@dataclass
class Refused(Exception):  # a refusal, as the application's own is called
    """An answer that is an error. ``is_kept``: the work had begun, so it is kept under the idempotency key."""

    message: str
    code: str | None = None
    param: str | None = None
    status: int = 400
    type: str = INVALID
    is_kept: bool = True
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def body(self) -> dict[str, Any]:
        named = {"code": self.code, "message": self.message, "param": self.param, "type": self.type}
        if self.code:
            named["doc_url"] = f"https://stripe.com/docs/error-codes/{self.code.replace('_', '-')}"
        return {"error": {name: value for name, value in {**named, **self.more}.items() if value is not None}}


def bad_parameter(message: str, param: str, code: str | None = None) -> Refused:
    """What is wrong before any work begins: a repetition with the same key is judged anew."""
    return Refused(message, code, param, is_kept=False)


def no_such(what: str, given: str, param: str, status: int = 400) -> Refused:
    return Refused(f"No such {what}: '{given}'", "resource_missing", param, status)
