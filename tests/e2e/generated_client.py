"""A life of a booking by a program that knows the contract only: its client is what openapi-python-client wrote.

``tests/e2e/test_generated_clients.py`` runs it by itself, with the generated package ``practice_client`` on its path.
Reads what to ask for from the environment variable ``ASKED``; writes what it reads as it reads it, a line of JSON each
(``["booked", "pending"]``), as ``tests/js/generated_client.ts`` does.
"""

import json
import os
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from practice_client import AuthenticatedClient
from practice_client.api.bookings import cancel_booking, get_booking, list_bookings, move_booking, request_booking
from practice_client.api.changes import get_change
from practice_client.models import (
    AcceptedBooking,
    AcceptedChange,
    Booking,
    BookingList,
    BookingRequest,
    BookingStatus,
    CancellationBody,
    Change,
    ReschedulingBody,
)

END_SECONDS = 60

asked = json.loads(os.environ["ASKED"])
client = AuthenticatedClient(
    base_url=asked["api_url"], token=asked["token"], prefix="", raise_on_unexpected_status=True
)


def say(name: str, value: Any) -> None:
    sys.stdout.write(json.dumps([name, value]) + "\n")
    sys.stdout.flush()


def parsed(answer: Any, kind: type) -> Any:
    assert isinstance(answer.parsed, kind), (answer.status_code, answer.content)
    return answer.parsed


def readings(read: Any, kind: type) -> Iterator[Any]:
    """What is read again and again, from at once to at most END_SECONDS from now."""
    deadline = time.monotonic() + END_SECONDS
    while time.monotonic() < deadline:
        yield parsed(read(), kind)
        time.sleep(0.02)
    raise AssertionError("it is not decided in time")


def follow_booking(booking_id: str) -> None:
    """Says its status at each reading, until it is decided."""
    for booking in readings(lambda: get_booking.sync_detailed(booking_id, client=client), Booking):
        say("booked", booking.status.value)
        if booking.status is not BookingStatus.PENDING:
            return


def follow_change(name: str, answer: Any) -> None:
    """Says its outcome at each reading, until it is decided."""
    change_id = parsed(answer, AcceptedChange).change_id
    for change in readings(lambda: get_change.sync_detailed(change_id, client=client), Change):
        say(name, None if change.outcome is None else change.outcome.value)
        if change.outcome is not None:
            return


def list_from(name: str, first: datetime) -> None:
    """Says id and status of each booking that starts then or later, page by page."""
    page: dict[str, str] = {}
    while True:
        answer = list_bookings.sync_detailed(client=client, from_=first, limit=1, **page)
        bookings = parsed(answer, BookingList)
        for each in bookings.bookings:
            say(name, [each.booking_id, each.status.value])
        if bookings.next_ is None:
            return
        page = {"cursor": bookings.next_}


def main() -> None:
    wanted = {name: asked[name] for name in ("therapist_id", "service_id", "starts_at")}
    key = asked["key"]
    answer = request_booking.sync_detailed(client=client, body=BookingRequest(**wanted), idempotency_key=key)
    booking_id = parsed(answer, AcceptedBooking).booking_id
    follow_booking(booking_id)

    there = ReschedulingBody(starts_at=asked["moved_to"])
    answer = move_booking.sync_detailed(booking_id, client=client, body=there, idempotency_key=f"{key}-move")
    follow_change("moved", answer)
    starts_at = parsed(get_booking.sync_detailed(booking_id, client=client), Booking).starts_at
    say("starts_at", starts_at.timestamp())
    list_from("standing", starts_at)

    nothing = CancellationBody()
    answer = cancel_booking.sync_detailed(booking_id, client=client, body=nothing, idempotency_key=f"{key}-cancel")
    follow_change("cancelled", answer)
    list_from("left", starts_at)


main()
