"""FindBookings: where somebody on call begins who has a name and a day, a message, or an alarm. It answers no names."""

from datetime import date, datetime, time, timedelta

from booking import access
from booking.contracts.finding import FindBookingsInput, Found, FoundBooking, FoundClient
from booking.model import Requester
from booking.ports import Clock
from booking.store import Store, Stores
from booking.store.rows import Row

LIMIT = 200


def find_bookings(stores: Stores, given: FindBookingsInput, clock: Clock) -> Found:
    """What is looked for, at most ``LIMIT`` of it. Nothing found is an empty answer."""
    with stores.autocommit() as store:
        if given.notification_id is not None:
            found = store.finding.booking_of_message(given.notification_id)
            return _bookings([] if found is None else [found])
        if given.client_name is None:
            return _bookings(store.finding.needing_attention(LIMIT + 1))
        if given.on is not None:
            return _of_day(store, given.client_name, given.on)
        clients = store.people.found_clients(given.client_name, access.ANYONE, None, LIMIT + 1)
        visits = store.finding.visits([row["id"] for row in clients[:LIMIT]], clock())
    return Found(clients=[FoundClient.model_validate(row) for row in visits], more=len(clients) > LIMIT)


def search_bookings(stores: Stores, requester: Requester, given: FindBookingsInput, clock: Clock) -> Found:
    """The same for an operator, by a call. Raises ``Refusal``."""
    access.demand_operator(requester)
    return find_bookings(stores, given, clock)


def _of_day(store: Store, client_name: str, day: date) -> Found:
    """The sessions that start on this day, in the practice's zone, of clients who are called so."""
    zone = store.books.zone()
    begins, ends = (datetime.combine(each, time(), zone) for each in (day, day + timedelta(days=1)))
    there = store.finding.clients_between(begins, ends)
    named = store.people.found_clients(client_name, access.ANYONE, None, len(there), ids=there) if there else []
    return _bookings(store.finding.bookings_of([row["id"] for row in named], begins, ends, LIMIT + 1))


def _bookings(rows: list[Row]) -> Found:
    return Found(bookings=[FoundBooking.model_validate(row) for row in rows[:LIMIT]], more=len(rows) > LIMIT)
