"""The life of a booking over HTTP: moved, cancelled, and what everyone hears of it."""

import uuid
from typing import Any

from local import watch
from tests.e2e.conftest import Cloud

Body = dict[str, str]


def change(cloud: Cloud, kind: str, booking_id: str, body: Any, user: str = "client") -> dict[str, Any]:
    key = f"change-{uuid.uuid4()}"
    accepted = cloud.call(user, "POST", f"/v1/bookings/{booking_id}/{kind}", body, Idempotency_Key=key)
    assert (accepted.status, accepted.body) == (202, {"change_id": key, "status": "pending"})
    place = f"/v1/changes/{key}?kind={kind}"
    assert accepted.location == f"{cloud.stack['api_url']}{place}"
    assert cloud.call(user, "GET", place).status == 200  # at once, decided or not
    return cloud.change(key, user)


def test_a_booking_is_moved_and_cancelled_and_each_time_everyone_is_told(
    cloud: Cloud, request_body: Body, free_starts: Any
) -> None:
    cloud.post("life-1", request_body)
    cloud.wait("life-1")
    before = len(watch.emails(cloud.stack["aws_endpoint_url"]))
    there = next(free_starts)
    moved = change(cloud, "rescheduling", "life-1", {"starts_at": there})
    assert (moved["outcome"], moved["booking_ids"]) == ("moved", ["life-1"])
    booking = cloud.get("life-1").body
    assert (booking["status"], booking["starts_at"]) == ("confirmed", there)

    cancelled = change(cloud, "cancellation", "life-1", {})
    assert cancelled["outcome"] == "cancelled"
    assert cloud.get("life-1").body["status"] == "cancelled"
    subjects = {mail["Subject"] for mail in watch.emails(cloud.stack["aws_endpoint_url"])[before:]}
    assert subjects == {
        *("Your session has a new time", "Session moved"),
        *("Your session is cancelled", "Session cancelled"),
    }
    assert change(cloud, "cancellation", "life-1", {})["outcome"] == "cancelled"
    again = cloud.post("life-2", {**request_body, "starts_at": there}, "other_client")
    assert again.status == 202
    assert cloud.wait("life-2", "other_client")["status"] == "confirmed", "the slot is free"


def test_a_refused_change_says_why_and_a_stranger_finds_none(cloud: Cloud, request_body: Body) -> None:
    cloud.post("life-3", request_body)
    cloud.wait("life-3")
    refused = change(cloud, "rescheduling", "life-3", {"starts_at": request_body["starts_at"]})
    assert (refused["outcome"], [each["code"] for each in refused["reasons"]]) == ("refused", ["nothing_to_move"])
    theirs = change(cloud, "cancellation", "life-3", {}, "other_client")
    assert [each["code"] for each in theirs["reasons"]] == ["booking_unknown"]
    assert cloud.call("client", "GET", "/v1/changes/there-is-none").status == 404


def test_a_key_of_a_move_cancels_nothing_and_whoever_used_it_reads_so(
    cloud: Cloud, request_body: Body, free_starts: Any
) -> None:
    cloud.post("life-4", request_body)
    cloud.wait("life-4")
    key = f"change-{uuid.uuid4()}"
    path = "/v1/bookings/life-4/"
    assert cloud.call("client", "POST", f"{path}rescheduling", {"starts_at": next(free_starts)}, Idempotency_Key=key)
    assert cloud.change(key)["outcome"] == "moved"
    for user in ("client", "other_client"):
        accepted = cloud.call(user, "POST", f"{path}cancellation", {}, Idempotency_Key=key)
        if accepted.status == 409:  # the second one: the machine has seen the key
            continue
        refused = cloud.change(accepted.location.rpartition("/v1/changes/")[2], user)
        assert (refused["kind"], refused["outcome"]) == ("cancellation", "refused")
        assert [each["code"] for each in refused["reasons"]] == ["key_conflict"]
    assert cloud.get("life-4").body["status"] == "confirmed"
    assert cloud.change(key)["outcome"] == "moved"


def test_a_bad_change_is_named(cloud: Cloud) -> None:
    for kind, body, named in (
        ("cancellation", {"scope": "some"}, "scope"),
        ("cancellation", {"reason": "ill"}, "reason"),
        ("rescheduling", {}, "starts_at"),
        ("rescheduling", {"starts_at": "tomorrow"}, "starts_at"),
    ):
        path = f"/v1/bookings/any/{kind}"
        answer = cloud.call("client", "POST", path, body, Idempotency_Key=f"bad-{uuid.uuid4()}")
        assert answer.status == 400
        assert named in answer.body["detail"]
    assert cloud.call("client", "POST", "/v1/bookings/any/cancellation", {}).status == 400, "a key is needed"


def test_what_the_providers_report_is_seen_by_staff(cloud: Cloud, request_body: Body) -> None:
    cloud.post("life-4", request_body)

    def arrived(booking: dict[str, Any]) -> bool:
        return {each.get("delivery") for each in booking["notifications"]} == {"delivered"}

    seen = cloud.wait("life-4", "operator", arrived)
    assert {each["channel"] for each in seen["notifications"]} == {"email", "sms"}
    assert not arrived(cloud.get("life-4").body), "clients see that it was sent"


def test_an_address_that_bounces_is_not_written_to_again(cloud: Cloud, request_body: Body, free_starts: Any) -> None:
    """SES's own simulator of bounces, through the rules of the template: they leave the address out."""
    client = {
        "name": "Bounce",
        "time_zone": "UTC",
        "contacts": [{"channel": "email", "address": "bounce@simulator.amazonses.com", "consented": True}],
    }
    made = cloud.call("therapist", "POST", "/v1/clients", client)
    assert made.status == 201, made.body
    theirs = {**request_body, "client_id": made.body["id"]}
    cloud.post("life-5", theirs, "therapist")

    def bounced(booking: dict[str, Any]) -> bool:
        return "bounced" in {each.get("delivery") for each in booking["notifications"]}

    cloud.wait("life-5", "therapist", bounced)
    read = cloud.call("therapist", "GET", f"/v1/clients/{made.body['id']}").body
    assert [each["undeliverable"] for each in read["contacts"]] == ["bounced"]
    cloud.post("life-6", {**theirs, "starts_at": next(free_starts)}, "therapist")
    again = cloud.wait("life-6", "therapist")
    assert ("client", "undeliverable") in {(each["recipient"], each["status"]) for each in again["notifications"]}
