"""Calendar files as they go out, from real rows, read back by a second library."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import vobject
from dateutil.rrule import rruleset, rrulestr
from psycopg2.extensions import connection as Connection

from booking.codes import Group
from booking.contracts.steps import Decision
from booking.model import Requester
from booking.services.bookings.get_booking import get_booking
from booking.store import Stores
from tests.asking import NOW, STARTS_AT, reserve, reserve_input
from tests.fakes import FakeWorkflows, clock_at
from tests.integration.test_changes import HOUR, cancel, move
from tests.integration.test_handing_over import calendar, letters
from tests.integration.test_series import decide
from tests.rows import rows

BERLIN = ZoneInfo("Europe/Berlin")


def event(stores: Stores, decision: Decision, name: str) -> vobject.base.Component:
    return calendar(letters(stores, decision)[name, "client"]).vevent


def readings(component: vobject.base.Component) -> list[datetime]:
    """What the clock on the wall reads at each session that the file gives."""
    dates = rruleset()
    dates.rrule(rrulestr(component.rrule.value, dtstart=component.dtstart.value.replace(tzinfo=None)))
    for left_out in component.exdate.value if hasattr(component, "exdate") else ():
        dates.exdate(left_out.replace(tzinfo=None))
    return list(dates)


@pytest.mark.parametrize("until", ["20320401", "20320401T120000", "20320401T235900Z"])
def test_a_rule_that_ends_on_a_day_gives_the_sessions_that_are_booked(
    stores: Stores, db: Connection, until: str
) -> None:
    made = event(stores, decide(stores, "s-1", recurrence=f"FREQ=WEEKLY;UNTIL={until}"), "booking_confirmed")
    assert "UNTIL" not in made.rrule.value, "clients write it in local time, where RFC 5545 wants UTC"
    booked = rows(db, "SELECT lower(during) AS at FROM bookings ORDER BY 1")
    assert readings(made) == [row["at"].astimezone(BERLIN).replace(tzinfo=None) for row in booked]
    assert len(booked) > 1


def test_a_series_of_one_moves_like_a_session_of_any_series(stores: Stores) -> None:
    made = event(stores, decide(stores, "s-1", recurrence="FREQ=WEEKLY;COUNT=1"), "booking_confirmed")
    moved = event(stores, move(stores, STARTS_AT + 3 * HOUR, "s-1"), "booking_moved")
    assert moved.uid.value == made.uid.value
    assert moved.dtstart.value == STARTS_AT + 3 * HOUR
    assert moved.recurrence_id.value.replace(tzinfo=BERLIN).astimezone(UTC) == STARTS_AT
    assert int(moved.sequence.value) > int(made.sequence.value)
    gone = event(stores, cancel(stores, "s-1", scope="all"), "booking_cancelled")
    assert int(gone.sequence.value) > int(moved.sequence.value)


def test_who_saves_a_session_from_the_site_has_the_event_of_the_invitation(stores: Stores) -> None:
    made = event(stores, reserve(stores, reserve_input()), "booking_confirmed")
    client = Requester("sub-client", frozenset({Group.CLIENT}))
    read = get_booking(stores, FakeWorkflows(lambda _: None), client, "booking-1", clock_at(NOW))
    assert read.calendar_uid == made.uid.value


def test_a_session_that_a_clock_change_skips_is_left_out_as_the_rule_reads_it(stores: Stores, db: Connection) -> None:
    rows(db, "UPDATE therapists SET booking_window_days = 400 RETURNING 1")
    rows(db, "UPDATE availability SET opens = 0, closes = 1440, weekday = 7 WHERE weekday = 1 RETURNING 1")
    first = datetime(2032, 3, 14, 2, 30, tzinfo=BERLIN)  # and on the 28th there is no half past two
    decision = decide(stores, "s-1", first, recurrence="FREQ=WEEKLY;COUNT=4", on_conflict="skip")
    made = event(stores, decision, "booking_confirmed")
    wall = first.replace(tzinfo=None)
    assert readings(made) == [wall + timedelta(days=days) for days in (0, 7, 21)]
