"""Everything at once, in any order, on connections of their own: what must hold holds at the end, and nobody waits in a
circle. A few seconds with a seed in ``make test``; a minute, and another seed each time, in ``make chaos``."""

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from psycopg2.extensions import connection as Connection

from booking.codes import BookingStatus, DeliveryReport, Group, OfferAnswer, Outcome
from booking.config import DatabaseConfig
from booking.contracts.changes import AttendanceBody, CancelBookingInput
from booking.contracts.clients import MergeBody
from booking.contracts.delivery import Delivered
from booking.contracts.offers import SettleOfferInput
from booking.contracts.people import TherapistBody
from booking.contracts.retention import ClientDataInput
from booking.contracts.time_off import TimeOffBody
from booking.contracts.waitlist import OfferAnswerBody, WaitlistBody
from booking.database import Database
from booking.errors import NotificationBeingSent, NotificationUnknown, Refusal, ReservationContended
from booking.model import Requester
from booking.notices import Sender
from booking.services.bookings.complete_bookings import complete_past_bookings
from booking.services.bookings.mark_attendance import mark_attendance
from booking.services.bookings.reject_booking import reject_booking
from booking.services.bookings.reserve_slot import reserve_slot
from booking.services.bookings.validate_request import validate_request
from booking.services.calendars.start_cancellations import start_cancellations
from booking.services.calendars.time_off import add_time_off, remove_time_off
from booking.services.changes.cancel_booking import cancel_booking
from booking.services.notifications.record_delivery import record_delivery
from booking.services.notifications.send_notification import deliver
from booking.services.people import therapists
from booking.services.people.client_data import client_data, forget_clients
from booking.services.people.merge_clients import merge_clients
from booking.services.waitlist import entries
from booking.services.waitlist.answer_offer import answer_offer
from booking.services.waitlist.offer_slots import offer_slots
from booking.services.waitlist.settle_offer import settle_offer
from booking.store import Stores
from booking.versions import etag
from local import demo
from tests.asking import EXECUTION, NOW, body, reject_input, requested_by, validate_input, validated_input
from tests.at_once import together
from tests.fakes import FakeProviders, FakeTasks, FakeWorkflows, clock_at
from tests.integration.test_changes import cancel, move
from tests.integration.test_races import clients
from tests.rows import rows

SECONDS = float(os.environ.get("ANY_ORDER_SECONDS", "4"))
SEED = int(os.environ.get("ANY_ORDER_SEED", "20"))
WORKERS = 8
STAFF = requested_by("sub-operator", "operator")
OPERATOR = Requester("sub-operator", frozenset({Group.OPERATOR}))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ZONES = ("Europe/Berlin", "UTC", "America/New_York")
THERAPISTS = (demo.THERAPIST_ID, demo.OTHER_THERAPIST_ID)
MOST_A_DAY = 3
"""Sessions a day of the second therapist, whose zone stays. The first one's maximum and zone change all the time."""

EXPECTED = (Refusal, ReservationContended, NotificationBeingSent, NotificationUnknown)
"""Errors that are an answer, or that a workflow or a queue would retry. A deadlock is not among them."""


class Worker:
    """Does one act after the other, chosen at random, on a connection of its own."""

    def __init__(self, database: DatabaseConfig, number: int, who: list[UUID], providers: FakeProviders) -> None:
        self._connection = Database(database, f"test-any-order-{number}")
        self._stores = Stores(self._connection)
        self._random = random.Random(SEED * 100 + number)  # the same wishes each time
        self._who, self._channels, self._workflows = who, providers.channels(), FakeWorkflows()
        self.done: Counter[str] = Counter()
        self.failed: list[str] = []

    def run(self, until: float) -> None:
        acts: list[Callable[[], object]] = [
            *(self.book,) * 6, self.book_series, *(self.move,) * 3, *(self.cancel,) * 3, self.go_away,
            self.cancel_for_absences, self.change_zone, self.change_maximum, *(self.wait,) * 2, self.leave, self.sweep,
            *(self.answer,) * 2, *(self.attend,) * 2, self.complete, self.erase, self.merge, self.forget,
            *(self.send,) * 4, self.report,
        ]  # fmt: skip
        while time.monotonic() < until:
            act = self._random.choice(acts)
            try:
                act()
                self.done[act.__name__] += 1
            except EXPECTED as no:
                self.done[f"{act.__name__}: {type(no).__name__}"] += 1
            except Exception as error:
                self.failed.append(f"{act.__name__}: {error!r}")
                return
        self._connection.close()

    # -- Acts -------------------------------------------------------------------------------------------------------

    def book(self, **more: str) -> None:
        wish = body(
            self._start(), therapist_id=self._therapist(), client_id=self._random.choice(self._who), **more  # type: ignore[arg-type]  # texts only
        )  # fmt: skip
        asked = validate_input(wish, STAFF, str(uuid4()))
        judged = validate_request(self._stores, asked, lambda: NOW)
        given = validated_input(asked, judged)
        decision = judged if judged.outcome == Outcome.INVALID else reserve_slot(self._stores, given, lambda: NOW)
        if decision.outcome != Outcome.RESERVED:
            reject_booking(self._stores, reject_input(given, decision))

    def book_series(self) -> None:
        self.book(
            recurrence="FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;COUNT=4",
            on_conflict=self._random.choice(("skip", "reject")),
        )

    def move(self) -> None:
        if booking_id := self._any("bookings", "status IN ('confirmed', 'held')"):
            to = {"therapist_id": str(self._therapist())} if self._random.random() < 0.3 else {}  # three in ten
            move(self._stores, self._start(), booking_id, STAFF, NOW, **to)

    def cancel(self) -> None:
        if booking_id := self._any("bookings", "status = 'confirmed'"):
            cancel(self._stores, booking_id, STAFF, NOW, scope=self._random.choice(("one", "following", "all")))

    def go_away(self) -> None:
        therapist_id, start = self._therapist(), self._start()
        if self._random.random() < 0.5:
            fate = self._random.choice(({}, {"cancel_bookings": True}))
            off = TimeOffBody.model_validate({"starts_at": start, "ends_at": start + HOUR, **fate})
            add_time_off(self._stores, self._workflows, OPERATOR, therapist_id, str(uuid4()), off, clock_at(NOW))
        elif found := self._any("availability_exceptions", f"therapist_id = '{therapist_id}'"):
            remove_time_off(self._stores, OPERATOR, therapist_id, UUID(found))

    def cancel_for_absences(self) -> None:
        """What the sweep of the absences starts."""
        start_cancellations(self._stores, self._workflows, clock_at(NOW))
        for change_id in list(self._workflows.started):
            given = self._workflows.started[change_id]
            more = {"requested_at": NOW, "execution": EXECUTION}
            cancel_booking(
                self._stores,
                self._workflows,
                FakeTasks(),
                CancelBookingInput.model_validate({**given, **more}),
                lambda: NOW,
            )
            del self._workflows.started[change_id]

    def change_zone(self) -> None:
        self._change(demo.THERAPIST_ID, time_zone=self._random.choice(ZONES))

    def change_maximum(self) -> None:
        self._change(demo.THERAPIST_ID, max_sessions_per_day=self._random.choice((None, 1, 2, 5)))
        self._change(demo.OTHER_THERAPIST_ID, max_sessions_per_day=self._random.choice((2, MOST_A_DAY)))

    def _change(self, therapist_id: UUID, **fields: object) -> None:
        known = therapists.get_therapist(self._stores, OPERATOR, therapist_id)
        wanted = TherapistBody.model_validate({**known.model_dump(), **fields})
        therapists.change_therapist(self._stores, OPERATOR, therapist_id, wanted, etag(known), lambda: NOW)

    def wait(self) -> None:
        start = self._start()
        wish = {
            "service_id": demo.SERVICE_ID,
            "therapist_id": self._random.choice((None, *THERAPISTS)),
            "client_id": self._random.choice((demo.CLIENT_ID, demo.OTHER_CLIENT_ID, *self._who)),
            "windows": [{"starts_at": start.isoformat(), "ends_at": (start + 5 * HOUR).isoformat()}],
        }
        entries.join(self._stores, OPERATOR, str(uuid4()), WaitlistBody.model_validate(wish), clock_at(NOW))

    def leave(self) -> None:
        if entry_id := self._any("waitlist", "status = 'waiting'"):
            entries.leave(self._stores, FakeTasks(), OPERATOR, entry_id, clock_at(NOW))

    def sweep(self) -> None:
        offer_slots(self._stores, FakeWorkflows(), clock_at(NOW + self._random.randint(0, 3) * HOUR))

    def answer(self) -> None:
        if (booking_id := self._any("offers", "outcome IS NULL", "booking_id")) is None:
            return
        what = self._random.choice((OfferAnswer.ACCEPT, OfferAnswer.DECLINE))
        with suppress(Refusal):
            answer_offer(self._stores, FakeTasks(), OPERATOR, booking_id, OfferAnswerBody(answer=what), clock_at(NOW))
        settle_offer(self._stores, SettleOfferInput(booking_id=booking_id, execution=EXECUTION), clock_at(NOW))

    def attend(self) -> None:
        if booking_id := self._any("bookings", "status IN ('confirmed', 'completed')"):
            said = AttendanceBody(status=self._random.choice((BookingStatus.COMPLETED, BookingStatus.NO_SHOW)))
            mark_attendance(self._stores, FakeWorkflows(), OPERATOR, booking_id, said, clock_at(self._later()))

    def complete(self) -> None:
        complete_past_bookings(self._stores, clock_at(self._later()))

    def erase(self) -> None:
        given = {"client_id": self._random.choice(self._who), "act": "erase", "actor": "olga", "reason": "asked for"}
        client_data(self._stores, ClientDataInput.model_validate(given), clock_at(self._later()))

    def merge(self) -> None:
        if self._random.random() < 0.2:  # one in five, or soon nobody is left
            into, duplicate = self._random.sample(self._who, 2)
            body = MergeBody(duplicate_id=duplicate)
            merge_clients(self._stores, OPERATOR, into, body, clock_at(self._later()))

    def forget(self) -> None:
        forget_clients(self._stores, 1, clock_at(self._later()))

    def send(self) -> None:
        if found := self._any("notifications", "status = 'queued'"):
            deliver(self._stores, self._channels, UUID(found), lambda: NOW, Sender("practice@example.com"))

    def report(self) -> None:
        if found := self._any("notifications", "status = 'sent'"):
            what = self._random.choice((DeliveryReport.DELIVERED, DeliveryReport.FAILED))
            record_delivery(self._stores, Delivered(notification_id=UUID(found), delivery=what, at=NOW), clock_at(NOW))

    # -- Wishes -----------------------------------------------------------------------------------------------------

    def _therapist(self) -> UUID:
        return self._random.choice(THERAPISTS)

    def _start(self) -> datetime:
        """Few times for many wishes, midnight included."""
        return NOW.replace(hour=0) + self._random.randint(2, 6) * DAY + self._random.randint(7, 23) * HOUR

    def _later(self) -> datetime:
        return NOW + self._random.randint(0, 5) * DAY

    def _any(self, table: str, where: str, name: str = "id") -> str | None:
        with self._connection.autocommit() as connection, connection.cursor() as cursor:
            cursor.execute(f"SELECT {name}::text AS id FROM {table} WHERE {where} ORDER BY random() LIMIT 1")  # noqa: S608  # our own words
            row = cursor.fetchone()
        return None if row is None else str(dict(row)["id"])


WRONG = {
    "two sit on one chair": """
        SELECT a.id, b.id FROM bookings AS a JOIN bookings AS b ON a.id < b.id AND (
            a.therapist_id = b.therapist_id AND a.occupied && b.occupied
            OR a.client_id = b.client_id AND a.during && b.during)
        WHERE a.status IN ('held', 'confirmed', 'completed', 'no_show')
            AND b.status IN ('held', 'confirmed', 'completed', 'no_show')""",
    "a session in time off": """
        SELECT bookings.id FROM bookings JOIN availability_exceptions AS exception USING (therapist_id)
        WHERE status IN ('held', 'confirmed') AND kind = 'time_off' AND exception.during && bookings.during
            AND NOT EXISTS (SELECT FROM absence_cancellations WHERE booking_id = bookings.id AND NOT EXISTS (
                SELECT FROM changes WHERE id = change_id))""",
    "a decision without its event": """
        SELECT id FROM bookings WHERE during IS NOT NULL AND NOT EXISTS (
            SELECT FROM booking_events WHERE booking_id = bookings.id AND event IN ('reserved', 'rejected', 'held'))""",
    "a confirmed booking that was held and never taken": """
        SELECT id FROM bookings JOIN offers ON booking_id = id
        WHERE (status = 'held') <> (outcome IS NULL) OR status = 'confirmed' AND outcome <> 'accepted'""",
    "time of somebody who is forgotten": """
        SELECT booking.id FROM bookings AS booking JOIN clients AS client ON client.id = client_id
        WHERE status IN ('held', 'confirmed') AND upper(during) > erased_at""",
    "what is somebody's whose record is another's": """
        SELECT id FROM bookings WHERE status IN ('held', 'confirmed')
            AND client_id IN (SELECT id FROM clients WHERE merged_into IS NOT NULL)
        UNION ALL SELECT id FROM waitlist WHERE status = 'waiting'
            AND client_id IN (SELECT id FROM clients WHERE merged_into IS NOT NULL)""",
    "a cancelled series that still stands": """
        SELECT id FROM changes WHERE outcome = 'cancelled' AND EXISTS (
            SELECT FROM bookings WHERE id = ANY (changes.booking_ids) AND status = 'confirmed')""",
}


@pytest.fixture
def who(db: Connection) -> list[UUID]:
    """Clients who may be erased; both therapists work around the clock."""
    rows(db, "UPDATE availability SET opens = 0, closes = 1440 WHERE opens = 480 RETURNING 1")
    rows(db, "DELETE FROM availability WHERE opens > 0 RETURNING 1")
    rows(db, "UPDATE therapists SET booking_window_days = 90, max_sessions_per_day = 3, time_zone = 'UTC' RETURNING 1")
    return clients(db, 12)


def test_whatever_comes_together_what_must_hold_holds(
    database: DatabaseConfig, db: Connection, who: list[UUID]
) -> None:
    providers = FakeProviders()
    workers = [Worker(database, number, who, providers) for number in range(WORKERS)]
    until = time.monotonic() + SECONDS
    threads = [threading.Thread(target=each.run, args=(until,)) for each in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    done = sum((each.done for each in workers), Counter[str]())
    print(f"seed {SEED}, {done.total()} operations: {dict(done.most_common())}")  # noqa: T201  # make chaos shows it
    assert [failure for each in workers for failure in each.failed] == []
    assert done["book"] > 0
    assert rows(db, "SELECT FROM bookings WHERE series_id IS NOT NULL AND status <> 'rejected' LIMIT 1"), "series too"
    assert deadlocks(db) == 0
    for what, query in WRONG.items():
        assert rows(db, query) == [], what
    full = "SELECT max(n) AS most FROM (SELECT count(*) AS n FROM bookings WHERE therapist_id = %s AND status IN " \
        "('held', 'confirmed', 'completed', 'no_show') GROUP BY day) AS days"  # fmt: skip
    assert (rows(db, full, demo.OTHER_THERAPIST_ID)[0]["most"] or 0) <= MOST_A_DAY
    assert days_that_are_wrong(db) == []
    [sent] = rows(db, "SELECT count(*) AS n FROM notifications WHERE status = 'sent'")
    assert len(providers.addresses()) == sent["n"], "each is sent once, and written down"


def days_that_are_wrong(db: Connection) -> list[str]:
    """Sessions to come whose day is not the therapist's local one."""
    found = rows(
        db,
        "SELECT booking.id, lower(during) AS start, day, therapist.time_zone FROM bookings AS booking "
        "JOIN therapists AS therapist ON therapist.id = therapist_id WHERE status IN ('held', 'confirmed')",
    )
    return [
        row["id"]
        for row in found
        if row["start"].astimezone(UTC).astimezone(ZoneInfo(row["time_zone"])).date() != row["day"]
    ]


# -- The pairs that used to wait in a circle --------------------------------------------------------------------------


def deadlocks(db: Connection) -> int:
    return int(rows(db, "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")[0]["deadlocks"])


def move_house(stores: Stores, zone: str) -> None:
    known = therapists.get_therapist(stores, OPERATOR, demo.THERAPIST_ID)
    wanted = TherapistBody.model_validate({**known.model_dump(), "time_zone": zone})
    therapists.change_therapist(stores, OPERATOR, demo.THERAPIST_ID, wanted, etag(known), lambda: NOW)


def test_a_zone_that_changes_while_a_series_is_cancelled(crew: list[Stores], db: Connection, who: list[UUID]) -> None:
    """One locked by id, the other by occurrence."""
    for number, client_id in enumerate(who):
        key, start = f"s-{number}", NOW + 2 * DAY
        wish = body(start, client_id=client_id, recurrence="FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;COUNT=12")
        asked = validate_input(wish, STAFF, key)
        given = validated_input(asked, validate_request(crew[0], asked, lambda: NOW))
        assert reserve_slot(crew[0], given, lambda: NOW).outcome == Outcome.RESERVED
        cancelled, _ = together(
            crew, [partial(cancel, booking_id=key, by=STAFF, scope="all"), partial(move_house, zone=ZONES[number % 2])]
        )
        assert cancelled.outcome == Outcome.CANCELLED
    assert deadlocks(db) == 0


def test_a_client_who_is_erased_while_the_sweep_offers_them_time(
    crew: list[Stores], db: Connection, who: list[UUID]
) -> None:
    """One locked the client first, the other the entry."""
    contact = "INSERT INTO client_contacts (client_id, channel, address, consented_at) VALUES (%s, 'email', %s, now())"
    for number, client_id in enumerate(who):
        rows(db, f"{contact} RETURNING 1", client_id, f"client-{number}@example.com")
        window = {"starts_at": (NOW + 2 * DAY).isoformat(), "ends_at": (NOW + 3 * DAY).isoformat()}
        wish = {"service_id": demo.SERVICE_ID, "client_id": client_id, "windows": [window]}
        entries.join(crew[0], OPERATOR, f"w-{number}", WaitlistBody.model_validate(wish), clock_at(NOW))
        given = ClientDataInput(client_id=client_id, act="erase", actor="olga", reason="asked for")
        _, erased = together(
            crew,
            [
                lambda stores: offer_slots(stores, FakeWorkflows(), clock_at(NOW)),
                partial(client_data, given=given, clock=clock_at(NOW)),
            ],
        )
        assert erased.outcome in ("erased", "has_sessions")
    assert deadlocks(db) == 0
    assert rows(db, WRONG["time of somebody who is forgotten"]) == []
