"""Bookings and series, read."""

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router

from booking.contracts.bookings import BookingsQuery
from booking.contracts.changes import AttendanceBody, ChangeQuery
from booking.services.bookings.get_booking import get_booking, list_bookings
from booking.services.bookings.get_series import get_series
from booking.services.bookings.mark_attendance import mark_attendance
from booking.services.changes.get_change import get_change
from handlers._calls import answered, body, booking_id_of, caller, query
from handlers._outside import outside

router = Router()  # type: ignore[no-untyped-call]  # Powertools does not type it


@router.get("/v1/bookings")
def bookings() -> Response[str]:
    return answered(list_bookings(outside.stores, caller(router), query(router, BookingsQuery)))


@router.get("/v1/bookings/<booking_id>")
def booking(booking_id: str) -> Response[str]:
    known = booking_id_of(booking_id, "booking")
    return answered(get_booking(outside.stores, outside.workflows, caller(router), known))


@router.post("/v1/bookings/<booking_id>/attendance")
def attendance(booking_id: str) -> Response[str]:
    known, given = booking_id_of(booking_id, "booking"), body(router, AttendanceBody)
    answer = mark_attendance(outside.stores, caller(router), known, given, outside.clock)
    return answered(answer)


@router.get("/v1/changes/<change_id>")
def change(change_id: str) -> Response[str]:
    known = booking_id_of(change_id, "change")
    kind = query(router, ChangeQuery).kind
    return answered(get_change(outside.stores, outside.workflows, caller(router), known, kind))


@router.get("/v1/series/<series_id>")
def series(series_id: str) -> Response[str]:
    known = booking_id_of(series_id, "series")
    return answered(get_series(outside.stores, outside.workflows, caller(router), known, outside.clock))
