"""The composition: the real thing for each port, made from the environment when it is first used."""

from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from booking.codes import Channel
from booking.config import database_config, optional, required
from booking.database import Database
from booking.ports import Channels, DeadLetters, Logins, MessageChannel, WaitingTasks, Workflows
from booking.store import Stores

if TYPE_CHECKING:
    from booking.notices import Sender
    from booking.services.logins.practice_naming import PracticeNaming

SERVICE = "therapist-booking"

_MACHINES = {
    "booking": "STATE_MACHINE_ARN",
    "cancellation": "CANCELLATION_STATE_MACHINE_ARN",
    "rescheduling": "RESCHEDULING_STATE_MACHINE_ARN",
    "reminder": "REMINDER_STATE_MACHINE_ARN",
    "offer": "OFFER_STATE_MACHINE_ARN",
}
"""Which variable has a machine's ARN."""


class Outside:
    """All that use cases reach outside. A function has only the variables of what it uses."""

    @staticmethod
    def clock() -> datetime:
        return datetime.now(UTC)

    @cached_property
    def stores(self) -> Stores:
        return Stores(Database(database_config(), application_name=SERVICE))

    @cached_property
    def naming(self) -> "PracticeNaming":
        from booking.services.logins.practice_naming import PracticeNaming

        apart = lambda: Stores(Database(database_config(), application_name=SERVICE))  # noqa: E731  # said once, here
        return PracticeNaming(apart, self.clock)

    @cached_property
    def workflows(self) -> Workflows:
        from booking.channels.workflow import StepFunctionsWorkflows

        return StepFunctionsWorkflows(lambda machine: required(_MACHINES[machine]))

    @cached_property
    def tasks(self) -> WaitingTasks:
        from booking.channels.workflow import StepFunctionsTasks

        return StepFunctionsTasks()

    @cached_property
    def sender(self) -> "Sender":
        from booking.notices import Sender

        return Sender(required("EMAIL_SENDER"), optional("BOOKING_SITE_URL").rstrip("/"))

    @cached_property
    def texts(self) -> MessageChannel:
        from booking.channels.sms import SnsSms

        return SnsSms()

    @cached_property
    def channels(self) -> Channels:
        from booking.channels.email import SesEmail

        return {
            Channel.EMAIL: SesEmail(self.sender.email, required("EMAIL_CONFIGURATION_SET")),
            Channel.SMS: self.texts,
        }

    @cached_property
    def logins(self) -> Logins:
        from booking.channels.logins import CognitoLogins

        return CognitoLogins(required("USER_POOL_ID"))

    def logins_of(self, pool_id: str) -> Logins:
        """Those of the pool that asks: its triggers can't be told of it, for it is told of them."""
        from booking.channels.logins import CognitoLogins

        return CognitoLogins(pool_id, answer_seconds=2)

    @cached_property
    def dead_letters(self) -> DeadLetters:
        from booking.channels.dead_letters import SqsDeadLetters

        return SqsDeadLetters(required("DEAD_LETTER_QUEUE_URL"))


outside = Outside()
"""This environment's, kept between invocations. A test puts fakes into it: ``patch.dict(vars(outside), tasks=…)``."""
