"""The demo's session that is paid for: held, paid at Stripe's double, booked, cancelled, and paid back."""

import json
import time
import uuid
from collections.abc import Callable
from typing import Any

from local import demo
from local.api import call
from local.errors import LocalCloudError
from local.stripe import CONTROLS
from local.telling import BOOKING_SECONDS, Sent, headline, indented, say, tell

LOOK_SECONDS = 0.2
SHOWN = ("status", "hold", "payment")
"""What a reader of the demo looks at, of all that a booking answers."""
CARD = "4242"
"""The last digits of the test card that is good."""


def press_pay(stripe_url: str, checkout_url: str, card: str = CARD) -> str:
    """Somebody presses "pay" on Checkout's page, with a card of ``local.stripe.charging``: what it came to."""
    session = checkout_url.rpartition("/")[2]
    answer = call("POST", f"{stripe_url}{CONTROLS}sessions/{session}/pay", body={"card": card})
    if answer.status != 200:
        raise LocalCloudError(f"the payment page answered {answer.status}")
    return str(answer.body["came_to"])


def pay_and_be_paid_back(states: Any, stack: dict[str, Any], starts_at: str) -> None:
    """Prints each step. Raises ``LocalCloudError`` when one does not work."""
    token, api = stack["users"]["client"]["id_token"], f"{stack['api_url']}/v1"

    headline("The practice asks that its video sessions are paid for beforehand")
    _ask_for_payment(stack, f"{api}/services/{demo.VIDEO_SERVICE_ID}")

    headline("A client asks for one: its time is held until it is paid for")
    key, sent = f"demo-{uuid.uuid4()}", Sent(stack)
    wanted = {
        "therapist_id": stack["demo"]["therapist_id"],
        "service_id": str(demo.VIDEO_SERVICE_ID),
        "starts_at": starts_at,
    }
    place = _posted(f"{api}/bookings", token, key, wanted)
    held = _once(place, token, lambda each: (each["hold"] or {}).get("checkout_url"), "held")
    _show(place, held)
    sent.wait_for(1)
    sent.show_new()

    headline('They press "pay" on the page at Stripe')
    sent = Sent(stack)
    page = held["hold"]["checkout_url"]
    say(f"{page}\n→ {press_pay(stack['stripe_url'], page)}")

    headline("Stripe tells of it, and the workflow that waited goes on")
    tell(states, stack["state_machine_arn"], key)
    _show(place, _once(place, token, lambda each: each["payment"]["status"] == "paid", "confirmed"))
    sent.show_new()

    headline("The client cancels it in time, and all of it goes back")
    sent, change_id = Sent(stack), f"demo-{uuid.uuid4()}"
    _posted(f"{place}/cancellation", token, change_id, {})
    tell(states, stack["cancellation_state_machine_arn"], change_id)
    back = _once(place, token, lambda each: each["payment"]["status"] == "refunded", "cancelled")
    tell(states, stack["payment_state_machine_arn"], f"refund-{key}-1")
    _show(place, back)
    sent.show_new()
    balance = call("GET", f"{stack['stripe_url']}{CONTROLS}account").body["balance"]
    say(f"Stripe's account, which keeps its own fee of what it gives back:\n{indented(json.dumps(balance, indent=2))}")


def _ask_for_payment(stack: dict[str, Any], url: str) -> None:
    token = stack["users"]["operator"]["id_token"]
    kept = call("GET", url, token=token)
    terms = {"payment": "prepay", "payment_minutes": 30}
    answer = call("PUT", url, token=token, headers={"If-Match": kept.headers["etag"]}, body={**kept.body, **terms})
    say(f"PUT {url}\n    {{…, {json.dumps(terms)[1:-1]}}}\n→ {answer.status}")
    if answer.status != 200:
        raise LocalCloudError(f"the service's terms were refused: {answer.body}")


def _posted(url: str, token: str, key: str, body: dict[str, Any]) -> str:
    """Makes the call, shows it, and says where what it makes is to be read."""
    answer = call("POST", url, token=token, headers={"Idempotency-Key": key}, body=body)
    say(f"POST {url}\nIdempotency-Key: {key}\n{indented(json.dumps(body, indent=2))}\n→ {answer.status}")
    if answer.status != 202:
        raise LocalCloudError(f"{url} answered {answer.status}")
    return answer.location


def _once(url: str, token: str, is_so: Callable[[dict[str, Any]], Any], status: str) -> dict[str, Any]:
    """The booking as the client reads it, once it is so. Raises ``LocalCloudError`` when that takes too long."""
    deadline = time.monotonic() + BOOKING_SECONDS
    while True:
        answer = call("GET", url, token=token)
        if answer.status == 200 and answer.body.get("status") == status and is_so(answer.body):
            return dict(answer.body)
        if time.monotonic() > deadline:
            raise LocalCloudError(f"the booking is not {status} as it should be: {answer.body}")
        time.sleep(LOOK_SECONDS)


def _show(url: str, booking: dict[str, Any]) -> None:
    say(f"GET {url}\n{indented(json.dumps({name: booking[name] for name in SHOWN}, indent=2))}")
