"""The composition: the real thing for each port, made from the environment when it is first used."""

from datetime import UTC, datetime
from functools import cached_property
from threading import RLock
from typing import TYPE_CHECKING, Any, TypeVar

from booking.codes import Channel
from booking.config import database_config, optional, required
from booking.ports import (
    ActRecords,
    Channels,
    DeadLetterQueues,
    DeadLetters,
    EventSignatures,
    Executions,
    Logins,
    MessageChannel,
    PaymentEvents,
    PaymentProvider,
    WaitingTasks,
    Workflows,
)

if TYPE_CHECKING:
    from booking.channels.stripe_keys import SecretsManagerKeys
    from booking.notices import Sender
    from booking.services.logins.practice_naming import PracticeNaming
    from booking.store import Stores

SERVICE = "therapist-booking"

Made = TypeVar("Made")

_MACHINES = {
    "booking": "STATE_MACHINE_ARN",
    "cancellation": "CANCELLATION_STATE_MACHINE_ARN",
    "rescheduling": "RESCHEDULING_STATE_MACHINE_ARN",
    "reminder": "REMINDER_STATE_MACHINE_ARN",
    "offer": "OFFER_STATE_MACHINE_ARN",
    "payment": "PAYMENT_STATE_MACHINE_ARN",
    "resend": "RESEND_STATE_MACHINE_ARN",
}
"""Which variable has a machine's ARN."""


def _new_stores() -> "Stores":
    """Imported by who uses it: what speaks to Stripe has no database, and no driver to load."""
    from booking.database import Database
    from booking.store import Stores

    return Stores(Database(database_config(), application_name=SERVICE))


_making = RLock()


class made_once(cached_property[Made]):  # noqa: N801  # used as a decorator only
    """A ``cached_property`` that threads do not make twice: there is one connection an environment."""

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        with _making:  # only the first time: what is made is found before this
            return super().__get__(instance, owner)


class Outside:
    """All that use cases reach outside. A function has only the variables of what it uses."""

    @staticmethod
    def clock() -> datetime:
        return datetime.now(UTC)

    @made_once
    def stores(self) -> "Stores":
        return _new_stores()

    @made_once
    def naming(self) -> "PracticeNaming":
        from booking.services.logins.practice_naming import PracticeNaming

        return PracticeNaming(_new_stores, self.clock)

    @made_once
    def workflows(self) -> Workflows:
        from booking.channels.workflow import StepFunctionsWorkflows

        return StepFunctionsWorkflows(lambda machine: required(_MACHINES[machine]))

    @made_once
    def tasks(self) -> WaitingTasks:
        from booking.channels.workflow import StepFunctionsTasks

        return StepFunctionsTasks()

    @made_once
    def sender(self) -> "Sender":
        from booking.notices import Sender

        return Sender(required("EMAIL_SENDER"), optional("BOOKING_SITE_URL").rstrip("/"))

    @made_once
    def texts(self) -> MessageChannel:
        from booking.channels.sms import SnsSms

        return SnsSms()

    @made_once
    def channels(self) -> Channels:
        from booking.channels.email import SesEmail

        return {
            Channel.EMAIL: SesEmail(self.sender.email, required("EMAIL_CONFIGURATION_SET")),
            Channel.SMS: self.texts,
        }

    @made_once
    def logins(self) -> Logins:
        from booking.channels.logins import CognitoLogins

        return CognitoLogins(required("USER_POOL_ID"))

    def logins_of(self, pool_id: str) -> Logins:
        """Those of the pool that asks: its triggers can't be told of it, for it is told of them."""
        from booking.channels.logins import CognitoLogins

        return CognitoLogins(pool_id, answer_seconds=2)

    @made_once
    def stripe_keys(self) -> "SecretsManagerKeys":
        from booking.channels.stripe_keys import SecretsManagerKeys

        return SecretsManagerKeys(required("STRIPE_SECRET_ARN"))

    @made_once
    def payments(self) -> PaymentProvider:
        from booking.channels.stripe_payments import StripePayments

        return StripePayments(self.stripe_keys, optional("BOOKING_SITE_URL").rstrip("/"), optional("STRIPE_API_URL"))

    @made_once
    def event_signatures(self) -> EventSignatures:
        from booking.channels.stripe_events import StripeSignatures

        return StripeSignatures(self.stripe_keys if optional("STRIPE_SECRET_ARN") else None)

    @made_once
    def payment_events(self) -> PaymentEvents:
        from booking.channels.payment_events import SqsPaymentEvents

        return SqsPaymentEvents(required("PAYMENT_EVENTS_QUEUE_URL"))

    @made_once
    def dead_letters(self) -> DeadLetters:
        from booking.channels.dead_letters import SqsDeadLetters

        return SqsDeadLetters(required("DEAD_LETTER_QUEUE_URL"))

    @made_once
    def executions(self) -> Executions:
        from booking.channels.executions import StepFunctionsExecutions
        from booking.contracts.traces import Machine

        return StepFunctionsExecutions(
            {machine: required(_MACHINES[machine]) for machine in Machine},
            {
                Machine.BOOKING: required("BOOKING_RELEASE_ARN"),
                Machine.RESEND: required("RESEND_RELEASE_ARN"),
            },
        )

    @made_once
    def dead_letter_queues(self) -> DeadLetterQueues:
        from booking.channels.dead_letter_queues import SqsDeadLetterQueues
        from booking.contracts.operations import DeadLetterQueue

        names = {
            DeadLetterQueue.NOTIFICATIONS: "NOTIFICATION",
            DeadLetterQueue.DELIVERIES: "DELIVERY",
            DeadLetterQueue.ATTENTION: "ATTENTION",
            DeadLetterQueue.ACTS: "ACTS",
            DeadLetterQueue.PAYMENT_EVENTS: "PAYMENT_EVENTS",
        }
        return SqsDeadLetterQueues(
            {
                queue: (required(f"{name}_QUEUE_URL"), required(f"{name}_DEAD_LETTER_QUEUE_URL"))
                for queue, name in names.items()
            }
        )

    @made_once
    def act_records(self) -> ActRecords:
        from booking.channels.acts import SqsActs
        from booking.services.operations.recording import ActsOfFunctions

        return ActsOfFunctions(self.stores, SqsActs(required("ACTS_QUEUE_URL")))


outside = Outside()
"""This environment's, kept between invocations. A test puts fakes into it: ``patch.dict(vars(outside), tasks=…)``."""
