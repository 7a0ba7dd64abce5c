"""The wait list beside a running workflow: clients join, sweeps make offers, clients answer them."""

import time
from datetime import UTC, datetime, timedelta
from functools import cached_property

from booking.codes import Group, OfferAnswer
from booking.config import database_config
from booking.contracts.waitlist import OfferAnswerBody, WaitlistBody
from booking.database import Database
from booking.model import Requester
from booking.services.waitlist import entries
from booking.services.waitlist.answer_offer import answer_offer
from booking.services.waitlist.offer_slots import offer_slots
from booking.store import Stores
from local import demo
from tests.daytime import zone_by_day
from tests.fakes import FakeWorkflows, clock_at
from tests.workflow.machine import END_SECONDS, Workflow

SESSION = timedelta(minutes=50)
CLIENT, OTHER_CLIENT = (Requester(sub, frozenset({Group.CLIENT})) for sub in ("sub-client", "sub-other-client"))


class Offers(FakeWorkflows):
    """Keeps the inputs of the executions that a sweep would start.

    ``patience``: seconds that the workflow waits for an answer, instead of hours.
    """

    def __init__(self, running: Workflow) -> None:
        super().__init__()
        self.running = running
        self.patience: int | None = None

    @cached_property
    def stores(self) -> Stores:
        """A connection of their own: the functions use theirs meanwhile."""
        return Stores(Database(database_config(), "waitlist"))

    def join(self, entry_id: str, by: dict[str, str] | Requester, starts_at: datetime) -> None:
        """Someone waits for the session that starts then, and for no other."""
        requester = by if isinstance(by, Requester) else Requester(by["sub"], frozenset({Group.CLIENT}))
        window = {"starts_at": starts_at.isoformat(), "ends_at": (starts_at + SESSION).isoformat()}
        body = {"service_id": str(demo.SERVICE_ID), "therapist_id": str(demo.THERAPIST_ID), "windows": [window]}
        with self.stores.transaction() as store, store._connection.cursor() as cursor:
            cursor.execute("UPDATE clients SET time_zone = %s", (zone_by_day(),))
        entries.join(self.stores, requester, entry_id, WaitlistBody.model_validate(body), clock_at(datetime.now(UTC)))

    def leave(self, entry_id: str, requester: Requester = CLIENT) -> None:
        entries.leave(self.stores, self.running.tasks, requester, entry_id, clock_at(datetime.now(UTC)))

    # -- What a sweep starts ----------------------------------------------------------------------------------------

    def sweep(self, later: timedelta = timedelta()) -> list[str]:
        """The offers that are to be started, oldest first."""
        self.started.clear()
        offer_slots(self.stores, self, clock_at(datetime.now(UTC) + later))
        return list(self.started)

    def start_now(self, booking_id: str) -> str:
        """Starts the offer's workflow and returns the ARN of the execution."""
        given = self.started[booking_id]
        if self.patience is not None:
            given["answer_seconds"] = self.patience
        return self.running.start_machine("offer", booking_id, **given)

    def wait_for_token(self, booking_id: str) -> None:
        """Until the workflow waits for the answer."""
        deadline = time.monotonic() + END_SECONDS
        while True:
            with self.stores.autocommit() as store:
                offer = store.offers.get(booking_id)
            if offer is not None and offer.task_token is not None:
                return
            assert time.monotonic() < deadline, "nothing waits for the answer"
            time.sleep(0.02)

    def answer(self, booking_id: str, answer: str, requester: Requester = CLIENT) -> None:
        body = OfferAnswerBody(answer=OfferAnswer(answer))
        answer_offer(self.stores, self.running.tasks, requester, booking_id, body, clock_at(datetime.now(UTC)))
