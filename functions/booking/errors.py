"""Every exception of the project. The state machines match these class names in ``ErrorEquals``: they are an API.

    TherapistBookingError
    ├── RetryableError              a retry may mend it; the state machines name each of these in a Retry
    │   ├── DatabaseUnavailable     PostgreSQL refused, dropped, cancelled or timed out what we asked
    │   ├── ReservationContended    the slot changed hands faster than we could say why it was not ours
    │   └── ProviderUnavailable     the mail or SMS provider is down, slow or throttling us
    ├── NotificationBeingSent       another consumer is sending this very message; SQS brings ours back later
    ├── NotificationUnknown         a queue message names a notification the ledger does not have (yet)
    ├── StatementRefused            PostgreSQL refused a statement: a bug, or a migration is missing
    ├── ProviderRefused             the provider refuses us (identity, account): an operator mends it, no retry does
    ├── Refusal                     a call of the API that is not granted: an answer, not trouble
    │   ├── InvalidCall             400, it is not what the contract says
    │   ├── Forbidden               403, the caller sees this and may not do that to it
    │   ├── NotFound                404, there is no such thing, or it is not the caller's to see
    │   ├── Conflict                409, what is there stands in the way
    │   ├── PreconditionFailed      412, it was changed since the caller read it
    │   ├── RuleBroken              422, it is what the contract says, and breaks a rule
    │   └── PreconditionMissing     428, the caller must say which version is to be changed
    ├── ContractViolated            a state's input is not what the contract says: a bug in the definition
    └── ConfigurationError          an environment variable is missing or wrong

    Undeliverable                   this message can never arrive. Never leaves the services: it becomes an outcome

What the clinic would call a *result* (a taken slot, an invalid request) is no exception: see ``model.Outcome``.
No exception carries personal data: their messages end in execution histories and logs.
"""


class TherapistBookingError(Exception):
    """The root of everything this project raises on purpose."""


class RetryableError(TherapistBookingError):
    """Worth another attempt with the same input. Abstract: raise a subclass, the workflow matches exact names."""


class DatabaseUnavailable(RetryableError):
    """PostgreSQL could not be reached, or gave up on the statement: failover, restart, time-out, deadlock."""


class ReservationContended(RetryableError):
    """Every attempt to reserve met a conflict that was gone when we looked who caused it."""


class ProviderUnavailable(RetryableError):
    """The e-mail or SMS provider did not take the message this time."""


class NotificationBeingSent(TherapistBookingError):
    """Another consumer claimed this notification moments ago and has not settled it."""


class NotificationUnknown(TherapistBookingError):
    """The ledger has no such notification."""


class StatementRefused(TherapistBookingError):
    """PostgreSQL refused a statement. The message is the SQLSTATE and the constraint: the rest may quote values."""

    def __init__(self, message: str, constraint: str | None = None) -> None:
        super().__init__(message)
        self.constraint = constraint  # its name, if one was broken


class Refusal(TherapistBookingError):
    """A call of the API that is not granted. ``kind`` is the stable last part of the problem's type."""

    status = 500

    def __init__(self, kind: str, title: str, detail: str, **more: object) -> None:
        super().__init__(kind)
        self.kind, self.title, self.detail, self.more = kind, title, detail, more


class InvalidCall(Refusal):
    """Parameters or a body that are not what the contract says."""

    status = 400


class Forbidden(Refusal):
    """The caller sees it, and may not do this to it."""

    status = 403


class NotFound(Refusal):
    """There is no such thing, or it is not the caller's: the two look alike."""

    status = 404


class Conflict(Refusal):
    """What is there stands in the way."""

    status = 409


class PreconditionFailed(Refusal):
    """It was changed since the caller read it."""

    status = 412


class RuleBroken(Refusal):
    """The contract is kept, and a rule is not."""

    status = 422


class PreconditionMissing(Refusal):
    """The caller does not say which version is to be changed."""

    status = 428


class ProviderRefused(TherapistBookingError):
    """The provider refuses this sender: an unverified identity, a paused or suspended account."""


class ContractViolated(TherapistBookingError):
    """A step's input does not match its contract. The message names fields and rules, never values."""


class ConfigurationError(TherapistBookingError):
    """An environment variable is missing or has an impossible value."""


class Undeliverable(TherapistBookingError):
    """A message that can never arrive. ``reason`` is a stable code, see ``model.UndeliverableReason``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
