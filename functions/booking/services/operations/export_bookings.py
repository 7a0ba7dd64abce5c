"""ExportBookings: bookings of some days, page by page, for the books and for statistics."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from booking import paid
from booking.codes import BookingStatus
from booking.contracts.books import ExportBookingsInput, ExportedBooking, ExportedPage, Place
from booking.store import Stores
from booking.store.rows import Row, money_of


def export_bookings(stores: Stores, given: ExportBookingsInput) -> ExportedPage:
    """One page of the sessions that start on these days, in order of time."""
    with stores.transaction() as store:
        zone = store.books.zone()
        found = store.books.sessions(
            _midnight(given.first, zone), _midnight(given.last + timedelta(days=1), zone), given.after, given.limit + 1
        )
    page = [_exported(row, zone) for row in found[: given.limit]]
    is_more = len(found) > given.limit
    return ExportedPage(bookings=page, next=Place(page[-1].starts_at, page[-1].booking_id) if is_more else None)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    """When the day begins there (UTC)."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _exported(row: Row, zone: ZoneInfo) -> ExportedBooking:
    local = row["starts_at"].astimezone(zone)
    return ExportedBooking(
        booking_id=row["id"],
        series_id=row["series_id"],
        status=row["status"],
        starts_at=row["starts_at"].astimezone(UTC),
        day=local.date(),
        time=f"{local:%H:%M}",
        minutes=(row["ends_at"] - row["starts_at"]) // timedelta(minutes=1),
        therapist_id=row["therapist_id"],
        therapist=row["therapist_name"],
        service_id=row["service_id"],
        service=row["service_name"],
        client_id=row["client_id"],
        price_cents=row["price_cents"],
        currency=row["currency"],
        booked_at=row["created_at"].astimezone(UTC),
        **_paid(BookingStatus(row["status"]), money_of(row["money"])),
    )


def _paid(status: BookingStatus, money: paid.Money | None) -> dict[str, Any]:
    """The columns of money; none of a session that has nothing to do with it."""
    if money is None:
        return {}
    return {
        "payment": money.terms.payment,
        "payment_status": paid.standing(status, money, is_awaited=False),
        "paid": money.captured,
        "refunded": money.refunded,
        "fee": paid.fee(status, money.terms),
        "kept": money.kept,
        "tax_percent": money.tax_percent,
        "tax": paid.tax_in(money.kept, money.tax_percent),
        "receipt": money.receipt_url,
    }
