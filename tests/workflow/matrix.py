"""The rows of docs/reliability.md, and every way in which a task can be made to fail."""

import re
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from psycopg2.extensions import connection as Connection

from booking.codes import UndeliverableReason
from booking.errors import DatabaseUnavailable, ProviderRefused, ProviderUnavailable, Undeliverable
from local import documents
from local.stripe.faults import FAILED_LATE, LOST, UNAVAILABLE
from tests.rows import rows
from tests.workflow.machine import Fault, Workflow


@dataclass(frozen=True)
class Row:
    state: str
    failure: str
    ends: str
    booking: str
    sent: int
    redriven: str
    much_later: str

    def __str__(self) -> str:
        return f"{self.state}: {self.failure}"

    @property
    def machine(self) -> str:
        """The machine that shows the row; for what is in all of them, the booking's."""
        return MACHINE_OF.get(self.state, "booking")


def matrix() -> list[Row]:
    page = (documents.ROOT / "docs" / "reliability.md").read_text()
    text = page.split("<!-- fault matrix -->")[1].split("\n## ")[0]
    lines = re.findall(r"^\|(.*)\|$", text, re.MULTILINE)[2:]
    cells = [[cell.strip() for cell in line.split("|")] for line in lines]
    return [
        Row(state, fails, ends, booking, int(sent), again, later)
        for state, fails, ends, booking, sent, again, later in cells
    ]


MACHINE_OF = {task: name for name, each in documents.state_machines().items() for task in documents.functions_of(each)}
"""By the tasks that invoke a function."""

ROWS = matrix()

FUNCTION_FAILURES: dict[str, Fault] = {
    "the database is away once": Fault("DatabaseUnavailable"),
    "the database is away twice": Fault("DatabaseUnavailable", times=2),
    "the database is away for ever": Fault("DatabaseUnavailable", times=None),
    "a bug": Fault("KeyError", times=None),
    "the function times out once": Fault("Sandbox.Timedout"),
    "the function times out for ever": Fault("Sandbox.Timedout", times=None),
    "the task hangs once": Fault("", hangs_seconds=1.5),
    "Lambda throttles four times": Fault("", times=4, refused="TooManyRequestsException"),
    "the function slept and wakes after ten attempts": Fault("", times=10, refused="ResourceNotReadyException"),
    "a crash after the work, before the answer": Fault("Lambda.Unknown", after_commit=True),
}

WAITING_FAILURES = {name: fault for name, fault in FUNCTION_FAILURES.items() if name != "the task hangs once"}
"""Of the task that waits for a person: it may wait as long as it likes."""

ANSWERS = ("nobody answers", "the answer comes while it waits", "the offer is left")


def email_breaks_down(error: Exception, times: int | None = None) -> Callable[[Workflow, Connection], None]:
    return lambda running, _db: running.providers.email.break_down(error, times)


def text_can_never_arrive(running: Workflow, _db: Connection) -> None:
    running.providers.sms.break_down(Undeliverable(UndeliverableReason.OPTED_OUT))


def consumer_is_away(running: Workflow, _db: Connection) -> None:
    running.answering = False


def consumer_is_away_for_a_while(running: Workflow, _db: Connection) -> None:
    running.answering = False
    threading.Timer(1.5, lambda: setattr(running, "answering", True)).start()


def messages_come_twice(running: Workflow, _db: Connection) -> None:
    running.duplicating = True


def consumer_dies(when: str) -> Callable[[Workflow, Connection], None]:
    return lambda running, _db: setattr(running.providers.sms, "consumer_dies", when)


def consumer_dies_before_answering(running: Workflow, _db: Connection) -> None:
    running.tasks.consumer_dies = True


def booking_is_cancelled_at_once(running: Workflow, db: Connection) -> None:
    def cancel() -> None:
        while not rows(db, "UPDATE bookings SET status = 'cancelled' WHERE status = 'confirmed' RETURNING 1"):
            time.sleep(0.01)
        running.answering = True

    running.answering = False
    threading.Thread(target=cancel).start()


MESSAGE_FAILURES: dict[str, Callable[[Workflow, Connection], None]] = {
    "the provider is down once": email_breaks_down(ProviderUnavailable("down"), 1),
    "the provider is down twice": email_breaks_down(ProviderUnavailable("down"), 2),
    "the provider is down for ever": email_breaks_down(ProviderUnavailable("down")),
    "the provider refuses the sender": email_breaks_down(ProviderRefused("unverified")),
    "a bug": email_breaks_down(KeyError("x")),
    "one message can never arrive": text_can_never_arrive,
    "the database is away once": email_breaks_down(DatabaseUnavailable("gone"), 1),
    "the token is answered after its time-out": consumer_is_away_for_a_while,
    "the token is never answered": consumer_is_away,
    "every message comes twice": messages_come_twice,
    "the consumer dies before sending": consumer_dies("before sending"),
    "the consumer dies after sending, before recording it": consumer_dies("after sending"),
    "the consumer dies after recording, before answering": consumer_dies_before_answering,
    "the booking is cancelled before its messages leave": booking_is_cancelled_at_once,
}

MOTO_SAYS = {"FAILED States.Timeout": "FAILED States.Runtime"}
"""Moto loses the name of a time-out on its way out of a Map."""

SHORT_TIMEOUT = {"the task hangs once", "the token is answered after its time-out", "the token is never answered"}
"""The tasks' own time-outs are minutes, many times: these rows run with a second, and three retries."""

FOREVER, BUG, CRASH = "the database is away for ever", "a bug", "a crash after the work, before the answer"
PROVIDER_FOREVER = "the payment provider is away for ever"

PROVIDER_FAILURES: dict[str, tuple[str, int | None]] = {
    "the payment provider is away twice": (UNAVAILABLE, 2),
    PROVIDER_FOREVER: (UNAVAILABLE, None),
    "the payment provider does it, and its answer is lost": (LOST, 1),
    "the payment provider does it, and says that it failed": (FAILED_LATE, 1),
}
"""Of the functions that ask it: the fault of its double, and how often."""

APPROVALS = ("nobody answers", "the therapist declines", "the client cancels while it waits")
PAYMENTS = (
    "nobody pays",
    "the event of the payment never comes",
    "the client cancels while it waits",
    "staff ask for no payment",
)
EVENTS = ("the event comes twice", "it was paid after the hold had ended", "all events come late, the last one first")
"""What people and the provider may do to the tasks that wait for them, and to the one that writes it down."""

MONEY: dict[str, tuple[str, ...]] = {
    "AwaitApproval": (FOREVER, BUG, CRASH, *APPROVALS),
    "SettleApproval": (FOREVER, BUG, CRASH),
    "OpenCheckout": (*PROVIDER_FAILURES, BUG, CRASH),
    "KeepCheckout": (FOREVER, BUG, CRASH),
    "AwaitPayment": (FOREVER, BUG, CRASH, *PAYMENTS),
    "SettlePayment": (FOREVER, BUG, CRASH),
    "CloseCheckout": (*PROVIDER_FAILURES, BUG, CRASH),
    "ReadPayment": (*PROVIDER_FAILURES, BUG, CRASH),
    "RecordPayment": (*FUNCTION_FAILURES, *EVENTS),
    "PreparePayment": (FOREVER, BUG, CRASH),
    "RefundPayment": (*PROVIDER_FAILURES, *(each for each in FUNCTION_FAILURES if "database" not in each)),
    "ChargeFee": (*PROVIDER_FAILURES, BUG, CRASH),
    "OpenCheckout for a fee": (*PROVIDER_FAILURES, BUG, CRASH),
    "KeepCheckout for a fee": (FOREVER, BUG, CRASH),
    "DeliverToApprover": ("the provider is down for ever", "every message comes twice"),
    "DeliverToPayer": ("the provider is down for ever", "every message comes twice"),
}
"""The states of holds and payments: where the work may be done and not known, or has to wait for somebody.

What Lambda does to a task is the same Retry in each of them (tests/contract holds that): RecordPayment shows it for
those with the database, RefundPayment for those that ask the provider. The deliveries are as DeliverNotification.
"""


def row_of(name: str) -> str:
    """By ``machine.State``: the rows' state. One that is the same in several machines has its rows once."""
    machine, state = name.split(".")
    return f"{state} for a fee" if machine == "payment" and state in ("OpenCheckout", "KeepCheckout") else state


def failures_of(state: str, resource: str) -> Iterable[str]:
    if state in MONEY:
        return MONEY[state]
    if resource.endswith("lambda:invoke.waitForTaskToken"):
        return (*WAITING_FAILURES, *ANSWERS)
    return FUNCTION_FAILURES if resource.endswith("lambda:invoke") else MESSAGE_FAILURES
