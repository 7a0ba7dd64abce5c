"""Bookings for the books on real PostgreSQL: the practice's days, pages, and nobody's name but a therapist's."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from psycopg2.extensions import connection as Connection

from booking.contracts.books import ExportBookingsInput, ExportedBooking
from booking.services.operations.export_bookings import export_bookings
from booking.store import Stores
from tests.asking import STARTS_AT
from tests.integration.test_changes import HOUR, cancel
from tests.integration.test_series import decide
from tests.rows import rows


def exported(stores: Stores, first: date, last: date, limit: int = 2) -> list[ExportedBooking]:
    """All pages, a few bookings each."""
    found, after = list[ExportedBooking](), None
    while True:
        given: dict[str, Any] = {"first": first, "last": last, "after": after, "limit": limit}
        page = export_bookings(stores, ExportBookingsInput.model_validate(given))
        assert len(page.bookings) <= limit
        found += page.bookings
        after = page.next
        if after is None:
            return found


def test_each_booking_of_the_days_has_one_line_with_what_was_promised(stores: Stores, db: Connection) -> None:
    decide(stores, "s-1", recurrence="FREQ=WEEKLY;COUNT=5")
    cancel(stores, "s-1", at=STARTS_AT - HOUR)
    decide(stores, "rejected", STARTS_AT + timedelta(hours=12))
    rows(db, "UPDATE services SET price_cents = 1 RETURNING 1")
    lines = exported(stores, date(2032, 3, 3), date(2032, 3, 31))
    assert [(each.day.day, each.status) for each in lines] == [
        *((3, "late_cancelled"), (10, "confirmed"), (17, "confirmed"), (24, "confirmed"), (31, "confirmed")),
    ]
    first = lines[0]
    assert (first.time, first.minutes, first.price_cents, first.currency) == ("10:00", 50, 9500, "EUR")
    assert (first.therapist, first.service, first.series_id) == ("Miriam Adler", "individual session", "s-1")
    assert "Jonas Weber" not in "".join(each.model_dump_json() for each in lines)
    assert len(exported(stores, date(2032, 3, 4), date(2032, 3, 30))) == 3, "both days are in it, and no other"


def test_a_day_is_the_practices(stores: Stores, db: Connection) -> None:
    decide(stores, "b-1", datetime(2032, 3, 3, 9, tzinfo=UTC))
    rows(db, "UPDATE practice SET time_zone = 'Pacific/Auckland' RETURNING 1")
    [line] = exported(stores, date(2032, 3, 3), date(2032, 3, 3))
    assert (line.day, line.time) == (date(2032, 3, 3), "22:00")
    rows(db, "UPDATE practice SET time_zone = 'Pacific/Kiritimati' RETURNING 1")  # 14 hours ahead
    assert [each.time for each in exported(stores, date(2032, 3, 3), date(2032, 3, 3))] == ["23:00"]
    rows(db, "UPDATE practice SET time_zone = 'Pacific/Honolulu' RETURNING 1")  # 10 hours behind
    assert exported(stores, date(2032, 3, 3), date(2032, 3, 3)) == []
    assert [each.time for each in exported(stores, date(2032, 3, 2), date(2032, 3, 2))] == ["23:00"]
