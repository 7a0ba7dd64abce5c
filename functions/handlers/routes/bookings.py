"""Bookings and series, read."""

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router

from booking.contracts.bookings import BookingsQuery
from booking.contracts.changes import AttendanceBody, ChangeQuery
from booking.services.get_booking import get_booking, list_bookings
from booking.services.get_change import get_change
from booking.services.get_series import get_series
from booking.services.keep_attendance import mark_attendance
from handlers._calls import answered, body, booking_id_of, caller, found, query
from handlers._executions import pending_changes_of, request_of
from handlers._runtime import stores, utc_now

router = Router()  # type: ignore[no-untyped-call]  # Powertools does not type it


@router.get("/v1/bookings")
def bookings() -> Response[str]:
    return answered(list_bookings(stores(), caller(router), query(router, BookingsQuery)))


@router.get("/v1/bookings/<booking_id>")
def booking(booking_id: str) -> Response[str]:
    known = booking_id_of(booking_id, "booking")
    answer = found(get_booking(stores(), request_of, caller(router), known), "booking")
    return answered(answer)


@router.post("/v1/bookings/<booking_id>/attendance")
def attendance(booking_id: str) -> Response[str]:
    known, given = booking_id_of(booking_id, "booking"), body(router, AttendanceBody)
    answer = mark_attendance(stores(), caller(router), known, given, utc_now())
    return answered(answer)


@router.get("/v1/changes/<change_id>")
def change(change_id: str) -> Response[str]:
    known = booking_id_of(change_id, "change")
    kind = query(router, ChangeQuery).kind
    answer = found(get_change(stores(), pending_changes_of, caller(router), known, kind), "change")
    return answered(answer)


@router.get("/v1/series/<series_id>")
def series(series_id: str) -> Response[str]:
    known = booking_id_of(series_id, "series")
    answer = found(get_series(stores(), request_of, caller(router), known, utc_now), "series")
    return answered(answer)
