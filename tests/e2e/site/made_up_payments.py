"""Bookings that wait, or were paid for, as the API would answer them: every state that a page has to show."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.e2e.conftest import Cloud

ID = "made-up-payment"
CHECKOUT = "http://127.0.0.1:9/c/pay/made-up"
PRICE, FEE = 9000, 4500


def iso(instant: datetime) -> str:
    return instant.replace(microsecond=0).isoformat().replace("+00:00", "Z")


def booking(cloud: Cloud, status: str, **more: Any) -> dict[str, Any]:
    """A session of 90.00 EUR, six days from now."""
    starts = datetime.now(UTC).replace(hour=10, minute=0) + timedelta(days=6)
    ends = starts + timedelta(minutes=50)
    return {
        "booking_id": ID,
        "status": status,
        "therapist_id": cloud.stack["demo"]["therapist_id"],
        "service_id": cloud.stack["demo"]["service_id"],
        "client_id": "00000000-0000-4000-8000-000000000001",
        "starts_at": iso(starts),
        "ends_at": iso(ends),
        "local": {"starts_at": iso(starts), "ends_at": iso(ends), "time_zone": "Europe/Berlin"},
        "price_cents": PRICE,
        "currency": "EUR",
        "hold": None,
        "payment": payment("none"),
        "reasons": [],
        "notifications": [],
        "changes": None,
        "series_id": None,
        "note": None,
        "staff_note": None,
        "reason": None,
        "place": {"held": "video", "address": None, "room": None, "video_link": None},
        "calendar_uid": None,
        "attention": None,
        **more,
    }


def hold(awaits: str, minutes: float = 29, **more: Any) -> dict[str, Any]:
    until = iso(datetime.now(UTC) + timedelta(minutes=minutes))
    return {"awaits": awaits, "until": until, "answer": None, "has_checkout": False, "checkout_url": None, **more}


def with_page(minutes: float = 29) -> dict[str, Any]:
    """A hold that can be paid for."""
    return hold("payment", minutes, has_checkout=True, checkout_url=CHECKOUT)


def payment(status: str, rule: str = "prepay", **more: Any) -> dict[str, Any]:
    nothing = {"paid": 0, "refunded": 0, "fee": 0, "currency": "EUR", "receipt_url": None, "checkout_url": None}
    agreed = {"late_cancellation_fee": FEE, "no_show_fee": PRICE}
    return {"rule": rule, "status": status, **nothing, **agreed, **more}


def paid(status: str = "paid", **more: Any) -> dict[str, Any]:
    return payment(status, paid=PRICE, receipt_url="https://pay.example/receipts/1", **more)


def changes(cost: str, fee: int, refund: int) -> dict[str, Any]:
    """What cancelling costs now; moving is free."""
    until = iso(datetime.now(UTC) + timedelta(days=5)) if cost == "free" else None
    moving = {"cost": "free", "free_until": None, "reason": None}
    return {
        "cancellation": {**moving, "cost": cost, "free_until": until, "fee": fee, "refund": refund},
        "rescheduling": moving,
    }


def reason(code: str) -> list[dict[str, str]]:
    return [{"code": code, "message": "In the API's words."}]
