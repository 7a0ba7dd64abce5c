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
    ├── PaymentMismatch             a payment is not what was intended: an operator decides, nothing was changed
    ├── NotRedrivable               Step Functions can't restart this execution where it stopped
    ├── Refusal                     a call of the API that is not granted: an answer, not trouble; see problems.py
    ├── SignUpRefused               somebody may not sign up: Cognito shows them the text
    ├── ContractViolated            a state's input is not what the contract says: a bug in the definition
    └── ConfigurationError          an environment variable is missing or wrong

    Undeliverable                   this message can never arrive. Never leaves the services: it becomes an outcome

What the clinic would call a *result* (a taken slot, an invalid request) is no exception: see ``codes.Outcome``.
No exception carries personal data: their messages end in execution histories and logs.
"""

from booking.problems import Problem


class TherapistBookingError(Exception):
    """The root of everything this project raises on purpose."""


class RetryableError(TherapistBookingError):
    """Worth another attempt with the same input. Abstract: raise a subclass, the workflow matches exact names."""


class DatabaseUnavailable(RetryableError):
    """PostgreSQL could not be reached, or gave up on the statement: failover, restart, time-out, deadlock."""


class ReservationContended(RetryableError):
    """Every attempt to reserve met a conflict that was gone when we looked who caused it."""


class ProviderUnavailable(RetryableError):
    """The provider did not take it this time. ``code`` is its own name of the error, if it gave one.

    ``throttled``: it said so, and did nothing; else nobody knows what it did.
    """

    def __init__(self, message: str, code: str | None = None, *, throttled: bool = False) -> None:
        super().__init__(message)
        self.code, self.throttled = code, throttled


class NotificationBeingSent(TherapistBookingError):
    """Another consumer claimed this notification moments ago and has not settled it."""


class NotificationUnknown(TherapistBookingError):
    """The ledger has no such notification."""


class StatementRefused(TherapistBookingError):
    """PostgreSQL refused a statement. The message is the SQLSTATE and the constraint: the rest may quote values."""

    def __init__(self, message: str, constraint: str | None = None) -> None:
        super().__init__(message)
        self.constraint = constraint  # its name, if one was broken


class PaymentMismatch(TherapistBookingError):
    """Money came that is not what was intended: another amount, another currency, for nothing of ours."""


class NotRedrivable(TherapistBookingError):
    """An execution that can't be restarted where it stopped. The message is Step Functions' own: why not."""


class Refusal(TherapistBookingError):
    """A call of the API that is not granted. ``more`` are members that only this kind of problem has."""

    def __init__(self, problem: Problem, detail: str, **more: object) -> None:
        super().__init__(problem.kind)
        self.problem, self.detail, self.more = problem, detail, more


class SignUpRefused(TherapistBookingError):
    """Somebody may not sign up. The message is for them to read, and quotes nothing of theirs."""


class ProviderRefused(TherapistBookingError):
    """The provider refuses us: an unverified identity, a suspended account, a missing right. ``code`` as above."""

    def __init__(self, message: str, code: str | None = None) -> None:
        super().__init__(message)
        self.code = code


class ContractViolated(TherapistBookingError):
    """A step's input does not match its contract. The message names fields and rules, never values."""


class ConfigurationError(TherapistBookingError):
    """An environment variable is missing or has an impossible value."""


class Undeliverable(TherapistBookingError):
    """A message that can never arrive. ``reason`` is a stable code, see ``codes.UndeliverableReason``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
