"""The wait list over HTTP: a cancellation, and the time is offered to who waits, held, and booked when they say so."""

import time
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from local import watch
from tests.daytime import zone_by_day
from tests.e2e.conftest import END_SECONDS, Cloud
from tests.e2e.test_bookingctl import bookingctl
from tests.e2e.test_changes import change

Body = dict[str, str]


@pytest.fixture(autouse=True, scope="module")
def by_day(cloud: Cloud) -> Iterator[None]:
    """Whoever waits can be asked at this hour."""
    zones = cloud.rows("SELECT id, time_zone FROM clients")
    cloud.rows("UPDATE clients SET time_zone = %s RETURNING 1", zone_by_day())
    yield
    for each in zones:
        cloud.rows("UPDATE clients SET time_zone = %s WHERE id = %s RETURNING 1", each["time_zone"], str(each["id"]))


def window(starts_at: str) -> dict[str, str]:
    start = datetime.fromisoformat(starts_at)
    return {"starts_at": start.isoformat(), "ends_at": (start + timedelta(minutes=50)).isoformat()}


def join(cloud: Cloud, wanted: Body, user: str, **more: Any) -> str:
    key = f"wait-{uuid.uuid4()}"
    body = {"service_id": wanted["service_id"], "therapist_id": wanted["therapist_id"], **more}
    joined = cloud.call(
        user, "POST", "/v1/waitlist", {"windows": [window(wanted["starts_at"])], **body}, Idempotency_Key=key
    )
    assert (joined.status, joined.body["status"]) == (201, "waiting"), joined.body
    assert joined.location == f"{cloud.stack['api_url']}/v1/waitlist/{key}"
    return key


def offer_to(cloud: Cloud, key: str, user: str) -> str:
    """The offer, when one is made; a cancellation that has ended makes the sweep look, without the schedule."""
    deadline = time.monotonic() + END_SECONDS
    while time.monotonic() < deadline:
        entry = cloud.call(user, "GET", f"/v1/waitlist/{key}").body
        if entry["offers"]:
            return str(entry["offers"][0]["booking_id"])
        time.sleep(0.1)
    raise AssertionError(f"no offer was made: {entry}")


def test_cancelled_time_is_offered_to_who_waits_and_booked_when_they_accept(
    cloud: Cloud, request_body: Body, free_starts: Iterator[str]
) -> None:
    cloud.post("waited-for", request_body)
    cloud.wait("waited-for")
    key = join(cloud, request_body, "other_client")
    assert [each["entry_id"] for each in cloud.call("other_client", "GET", "/v1/waitlist").body["entries"]] == [key]
    change(cloud, "cancellation", "waited-for", {})

    offer = offer_to(cloud, key, "other_client")
    shown = cloud.call("other_client", "GET", f"/v1/offers/{offer}")
    assert (shown.status, shown.body["outcome"], shown.body["answer"]) == (200, None, None)
    assert cloud.get(offer, "other_client").body["status"] == "held"
    again = cloud.post("too-late", request_body)
    assert again.status == 202
    assert cloud.wait("too-late")["reasons"][0]["code"] == "slot_taken"

    answered = cloud.call("other_client", "POST", f"/v1/offers/{offer}/answer", {"answer": "accept"})
    assert (answered.status, answered.body["answer"]) == (202, "accept")
    booked = cloud.wait(offer, "other_client", lambda each: each["status"] == "confirmed")
    assert booked["starts_at"] == request_body["starts_at"]
    cloud.wait(offer, "other_client")
    subjects = [mail["Subject"] for mail in watch.emails(cloud.stack["aws_endpoint_url"])]
    assert any(subject.startswith("A session is free: answer by") for subject in subjects)
    assert cloud.call("other_client", "GET", f"/v1/waitlist/{key}").body["status"] == "booked"
    path = bookingctl(cloud, "show", offer).stdout
    assert "AwaitAnswer" in path
    assert "SettleOffer" in path


def test_who_declines_stays_on_the_list_and_who_leaves_does_not(cloud: Cloud, request_body: Body) -> None:
    key = join(cloud, request_body, "client")
    sweep(cloud)
    offer = offer_to(cloud, key, "client")
    assert cloud.call("client", "POST", f"/v1/offers/{offer}/answer", {"answer": "decline"}).status == 202
    over = cloud.wait(offer, "client", lambda each: each["status"] == "cancelled")
    assert [reason["code"] for reason in over["reasons"]] == ["offer_declined"]
    assert cloud.call("client", "GET", f"/v1/waitlist/{key}").body["status"] == "waiting"
    left = cloud.call("client", "DELETE", f"/v1/waitlist/{key}")
    assert (left.status, left.body["status"]) == (200, "left")
    late = cloud.call("client", "POST", f"/v1/offers/{offer}/answer", {"answer": "accept"})
    assert (late.status, late.body["type"].rsplit(":", 1)[1]) == (409, "offer-answered")


def sweep(cloud: Cloud) -> None:
    now = datetime.now().astimezone().isoformat()
    payload = f'{{"time": "{now}"}}'
    cloud.client("lambda").invoke(FunctionName=cloud.stack["functions"]["OfferSlots"], Payload=payload)


def test_what_is_wrong_is_named(cloud: Cloud, request_body: Body) -> None:
    good = {"service_id": request_body["service_id"], "windows": [window(request_body["starts_at"])]}
    day = "2035-03-05T"
    for body, status, named in (
        ({**good, "windows": []}, 400, "windows"),
        ({**good, "windows": [{"starts_at": "2035-03-05T10:00:00Z"}]}, 400, "windows.0.ends_at: is missing"),
        (
            {**good, "windows": [{"starts_at": f"{day}10:00:00Z", "ends_at": f"{day}09:00:00Z"}]},
            422,
            "windows.0",
        ),
        ({**good, "windows": [{"starts_at": "2020-03-05T10:00:00Z", "ends_at": "2020-03-05T11:00:00Z"}]}, 422, "past"),
        ({**good, "therapist_id": request_body["service_id"]}, 422, "therapist_id names no therapist"),
        ({**good, "when": "soon"}, 400, "when: there is no such field"),
    ):
        refused = cloud.call("client", "POST", "/v1/waitlist", body, Idempotency_Key=f"wait-{uuid.uuid4()}")
        assert refused.status == status, (body, refused.body)
        assert named in refused.body["detail"]
    keyless = cloud.call("client", "POST", "/v1/waitlist", good)
    assert (keyless.status, keyless.body["type"].rsplit(":", 1)[1]) == (400, "invalid-idempotency-key")
    assert cloud.call("client", "POST", "/v1/offers/none/answer", {"answer": "accept"}).status == 404
