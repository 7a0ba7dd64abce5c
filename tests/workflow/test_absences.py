"""An absence through the real cancellation machine: each booking an execution, everyone told, failures redriven."""

import itertools
import json
import re
from datetime import UTC, datetime, timedelta

from psycopg2.extensions import connection as Connection

from booking.codes import Group
from booking.contracts.changes import StartCancellation
from booking.contracts.time_off import TimeOffBody
from booking.model import Requester
from booking.services.calendars.start_cancellations import start_cancellations
from booking.services.calendars.time_off import add_time_off
from booking.services.changes.get_change import get_change
from booking.store import Stores
from local import demo
from tests.asking import body, requested_by
from tests.fakes import FakeWorkflows, clock_at
from tests.rows import bookings, rows
from tests.workflow.machine import Fault, Workflow

STARTS = list(itertools.islice(demo.starts(datetime.now(UTC)), 3))
THERAPIST = Requester("sub-therapist", frozenset({Group.THERAPIST}))


class Machine(FakeWorkflows):
    """The cancellation machine: what is started runs, and what was started before is not started again."""

    def __init__(self, running: Workflow) -> None:
        super().__init__()
        self.running = running

    def start_cancellation(self, name: str, given: StartCancellation) -> None:
        if name not in self.started:
            self.started[name] = self.running.start_machine("cancellation", name, **given.model_dump(mode="json"))


def test_an_illness_cancels_and_tells_each_and_a_failure_is_redriven(
    booking: Workflow, stores: Stores, db: Connection
) -> None:
    for n, (start, by) in enumerate(zip(STARTS, ("sub-client", "sub-other-client", "sub-client"), strict=True)):
        booking.run(f"b-{n}", body(start), requested_by(by))
    booking.drain()
    told_before, machine, now = len(booking.providers.addresses()), Machine(booking), clock_at(datetime.now(UTC))
    booking.faults["CancelBooking"] = Fault("KeyError", times=1)
    given = TimeOffBody(
        starts_at=STARTS[0],
        ends_at=STARTS[-1] + timedelta(hours=1),
        cancel_bookings=True,
        reason="I have a fever.",
        label="Measles",
    )
    add_time_off(stores, machine, THERAPIST, demo.THERAPIST_ID, "ill-1", given, now)
    ended = [booking.wait(arn) for arn in machine.started.values()]
    assert sorted(each.status for each in ended) == ["FAILED", "SUCCEEDED", "SUCCEEDED"]
    in_transit = json.dumps([each.history for each in ended], default=str) + "".join(booking.messages)
    assert [words for words in ("fever", "Measles") if words in in_transit] == []
    pending = get_change(stores, machine, THERAPIST, "ill-1", "absence").absence
    assert pending is not None
    assert (pending.cancelled, pending.pending) == (2, 1), "which one still stands can be seen"

    rows(db, "UPDATE absence_cancellations SET started_at = NULL RETURNING 1")
    assert start_cancellations(stores, machine, now) == 3, "a sweep that does not know starts them again"
    assert len(machine.started) == 3, "and nothing is started twice"
    if booking.can_redrive:
        [failed] = [each.arn for each in ended if each.status == "FAILED"]
        assert booking.redrive(failed).status == "SUCCEEDED"
        booking.drain()
        assert set(bookings(db).values()) == {"cancelled"}
        assert get_change(stores, machine, THERAPIST, "ill-1", "absence").outcome == "cancelled"
        assert len(booking.providers.addresses()) == 2 * told_before, "everybody who was told of a booking"
        mails = [message.text for address, message in booking.providers.email.sent if "jonas" in address]
        assert sum("I have a fever." in re.sub(r"\s+", " ", text) for text in mails) == 2
