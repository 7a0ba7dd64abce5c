"""Money over HTTP, with Stripe's double behind the deployed machines: what is held, paid, refused, given back."""

import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local import demo, stripe
from tests.calling import call
from tests.e2e.conftest import Cloud

SERVICE = {"name": "Prepaid hour", "duration_minutes": 50, "price_cents": 9000, "currency": "EUR"}
FEES = {"late_cancellation_fee": {"kind": "percent", "value": 50}, "no_show_fee": {"kind": "amount", "value": 4000}}
SECONDS = 60
OFFERED_NO_MORE = """
    DELETE FROM therapist_services WHERE service_id IN (SELECT id FROM services WHERE name = %s) RETURNING 1
"""
LONG_AGO = """
    UPDATE bookings SET during = tstzrange(lower(during) - interval '90 days', upper(during) - interval '90 days'),
        occupied = tstzrange(lower(occupied) - interval '90 days', upper(occupied) - interval '90 days')
    WHERE id = %s RETURNING 1
"""


class Till:
    """A service of its own with its terms, and what becomes of a session of it."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud

    def book(self, **terms: Any) -> str:
        made = self.cloud.call("operator", "POST", "/v1/services", {**SERVICE, **terms})
        assert made.status == 201, made.body
        offers = "INSERT INTO therapist_services VALUES (%s, %s) RETURNING 1"
        self.cloud.rows(offers, str(demo.THERAPIST_ID), made.body["id"])
        now = datetime.now(UTC)
        slot = self.cloud.slots(demo.THERAPIST_ID, now + timedelta(days=30), now + timedelta(days=60))[0]
        booking_id = f"money-{uuid.uuid4()}"
        asked = {"therapist_id": str(demo.THERAPIST_ID), "service_id": made.body["id"], "starts_at": slot["starts_at"]}
        assert self.cloud.post(booking_id, asked).status == 202
        return booking_id

    def until(self, booking_id: str, is_so: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
        """The booking as its client reads it, once it is so."""
        deadline = time.monotonic() + SECONDS
        while True:
            answer = self.cloud.get(booking_id)
            if answer.status == 200 and is_so(answer.body):
                return dict(answer.body)
            assert time.monotonic() < deadline, answer.body
            time.sleep(0.3)

    def opened(self, booking_id: str) -> str:
        """The id of the page on which it is paid for."""
        held = self.until(booking_id, lambda body: body["hold"] and body["hold"]["checkout_url"])
        return str(held["hold"]["checkout_url"].rpartition("/")[2])

    def press(self, session_id: str, card: str = "4242") -> None:
        pressed = call("POST", f"{self.stripe}sessions/{session_id}/pay", body={"card": card})
        assert pressed.body["came_to"] == "complete", pressed.body

    @property
    def stripe(self) -> str:
        return f"{self.cloud.stack['stripe_url']}{stripe.CONTROLS}"

    def pays(self, booking_id: str, status: str) -> dict[str, Any]:
        return dict(self.until(booking_id, lambda body: body["payment"]["status"] == status)["payment"])


@pytest.fixture
def till(cloud: Cloud) -> Iterator[Till]:
    yield Till(cloud)
    cloud.rows(OFFERED_NO_MORE, SERVICE["name"])


def test_a_session_is_paid_for_and_given_back_when_it_is_cancelled_in_time(till: Till) -> None:
    booking_id = till.book(payment="prepay", **FEES)
    till.press(till.opened(booking_id))
    booked = till.until(booking_id, lambda body: body["status"] == "confirmed")
    assert (booked["payment"]["status"], booked["payment"]["paid"], booked["hold"]) == ("paid", 9000, None)
    assert (booked["changes"]["cancellation"]["fee"], booked["changes"]["cancellation"]["refund"]) == (0, 9000)
    change = till.cloud.call(
        "client", "POST", f"/v1/bookings/{booking_id}/cancellation", {}, Idempotency_Key=f"c-{uuid.uuid4()}"
    )
    assert change.status == 202
    assert till.pays(booking_id, "refunded")["refunded"] == 9000
    trace = till.cloud.call("operator", "GET", f"/v1/bookings/{booking_id}/trace").body
    assert [each["entry"] for each in trace["file"]["payments"]] == ["intended", "captured", "intended", "refunded"]
    assert {each["machine"] for each in trace["executions"]} == {"booking", "cancellation", "payment"}


def test_a_fee_that_the_card_refuses_is_paid_on_a_page(till: Till) -> None:
    booking_id = till.book(payment="card_on_file", approval="therapist", **FEES)
    till.until(booking_id, lambda body: body["hold"] and body["hold"]["awaits"] == "approval")
    said = till.cloud.call("therapist", "POST", f"/v1/bookings/{booking_id}/approval", {"answer": "approve"})
    assert (said.status, said.body["hold"]["answer"]) == (202, "approve")
    till.press(till.opened(booking_id), "0341")
    till.until(booking_id, lambda body: body["status"] == "confirmed")
    till.cloud.rows(LONG_AGO, booking_id)
    missed = till.cloud.call("therapist", "POST", f"/v1/bookings/{booking_id}/attendance", {"status": "no_show"})
    assert (missed.status, missed.body["payment"]["fee"]) == (200, 4000)
    assert till.pays(booking_id, "fee_due")["checkout_url"] is None
    for _ in range(2):
        assert till.cloud.call("client", "POST", f"/v1/bookings/{booking_id}/fee-payment").status == 202
    payment = till.until(booking_id, lambda body: body["payment"]["checkout_url"])["payment"]
    till.press(payment["checkout_url"].rpartition("/")[2])
    assert till.pays(booking_id, "fee_charged")["paid"] == 4000
