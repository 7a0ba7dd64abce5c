"""A booking over HTTP, through the deployed template."""

import json
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest

from local import demo, watch
from tests.e2e.conftest import Cloud

Body = dict[str, str]


def test_a_session_is_booked_and_everyone_is_told_in_their_own_time(cloud: Cloud, request_body: Body) -> None:
    before = len(watch.emails(cloud.stack["aws_endpoint_url"]))
    accepted = cloud.post("e2e-1", request_body)
    assert accepted.status == 202
    assert accepted.body == {"booking_id": "e2e-1", "status": "pending"}
    assert accepted.location == f"{cloud.stack['api_url']}/v1/bookings/e2e-1"

    at_once = cloud.get("e2e-1")
    assert at_once.status == 200  # pending or, if we were slow, decided: never "not found"

    booking = cloud.wait("e2e-1")
    assert booking["status"] == "confirmed"
    assert booking["starts_at"] == request_body["starts_at"]
    assert booking["local"]["time_zone"] == "Europe/Berlin"
    assert datetime.fromisoformat(booking["local"]["starts_at"]) == datetime.fromisoformat(booking["starts_at"])
    assert [(each["recipient"], each["channel"], each["status"]) for each in booking["notifications"]] == [
        ("client", "email", "sent"),
        ("client", "sms", "sent"),
        ("therapist", "email", "sent"),
    ]
    mails = watch.emails(cloud.stack["aws_endpoint_url"])[before:]
    assert {mail["To"][0] for mail in mails} == {"jonas.weber@example.com", "miriam.adler@example.com"}
    for mail in mails:
        zone = "Europe/London" if "jonas" in mail["To"][0] else "Europe/Berlin"
        assert zone in mail["BodyText"]
        assert mail["BodyHtml"].startswith("<!doctype html>")
    execution = cloud.wait_for_execution("e2e-1")
    assert execution["status"] == "SUCCEEDED"


def test_no_retry_is_on_the_good_path(cloud: Cloud, request_body: Body) -> None:
    """A warm booking takes about half a second: nothing in it waits for a time-out or a second attempt."""
    cloud.post("e2e-smooth", request_body)
    booking = cloud.wait("e2e-smooth")
    cloud.wait_for_execution("e2e-smooth")
    kinds = Counter(event["type"] for event in cloud.history("e2e-smooth"))
    assert kinds["TaskFailed"] == 0
    assert kinds["TaskScheduled"] == kinds["TaskSucceeded"] == 2 + len(booking["notifications"])
    assert {each["attempts"] for each in booking["notifications"]} == {1}


def test_fifty_at_once_for_one_slot_make_one_booking(cloud: Cloud, request_body: Body) -> None:
    keys = [f"e2e-race-{n}" for n in range(50)]
    users = ["client", "other_client"]

    def post(n: int) -> int:
        return cloud.post(keys[n], request_body, users[n % 2]).status

    with ThreadPoolExecutor(50) as pool:
        assert set(pool.map(post, range(50))) == {202}
    ended = [cloud.wait(key, "operator") for key in keys]

    assert Counter(each["status"] for each in ended) == {"confirmed": 1, "rejected": 49}
    reasons = {reason["code"] for each in ended for reason in each["reasons"]}
    assert reasons == {"slot_taken"}
    assert Counter(cloud.wait_for_execution(key)["status"] for key in keys) == {"SUCCEEDED": 50}


def test_the_same_request_twice_at_once_and_later_is_one_booking(cloud: Cloud, request_body: Body) -> None:
    mails = len(watch.emails(cloud.stack["aws_endpoint_url"]))
    with ThreadPoolExecutor(8) as pool:
        at_once = list(pool.map(lambda _: cloud.post("e2e-twice", request_body), range(8)))
    assert {answer.status for answer in at_once} <= {202, 409}
    assert at_once[0].status == 202 or any(answer.status == 202 for answer in at_once)
    booking = cloud.wait("e2e-twice")
    assert booking["status"] == "confirmed"

    later = cloud.post("e2e-twice", request_body)
    assert later.status == 409
    assert later.location == f"{cloud.stack['api_url']}/v1/bookings/e2e-twice"
    assert later.body["type"] == "urn:therapist-booking:problem:idempotency-key-used"
    assert cloud.rows("SELECT count(*) FROM bookings WHERE id = 'e2e-twice'") == [{"count": 1}]
    assert len(watch.emails(cloud.stack["aws_endpoint_url"])) == mails + 2


def test_a_key_used_for_another_body_is_refused(cloud: Cloud, request_body: Body, free_starts: Any) -> None:
    cloud.post("e2e-key", request_body)
    other = cloud.post("e2e-key", {**request_body, "starts_at": next(free_starts)})
    assert other.status == 409
    assert other.headers["content-type"] == "application/problem+json"
    assert cloud.wait("e2e-key")["starts_at"] == request_body["starts_at"]


def test_while_postgresql_is_stopped_bookings_are_accepted_and_made_when_it_is_back(
    cloud: Cloud, request_body: Body
) -> None:
    stopped, again = (cloud.make("local.postgres", "stop") for _ in range(2))
    assert (stopped.returncode, again.returncode) == (0, 0)
    assert "is stopped, its data stays" in stopped.stdout
    assert "was stopped already" in again.stdout
    try:
        accepted = cloud.post("e2e-outage", request_body)
        assert accepted.status == 202
        unavailable = cloud.get("e2e-outage")
        assert (unavailable.status, unavailable.body["type"]) == (503, "urn:therapist-booking:problem:unavailable")
        time.sleep(3)  # long enough for the workflow to have tried in vain
    finally:
        started = cloud.make("local.postgres", "start")
        assert started.returncode == 0, started.stderr
        assert "is back" in started.stdout
        assert "was running already" in cloud.make("local.postgres", "start").stdout
    assert cloud.wait("e2e-outage")["status"] == "confirmed"
    assert cloud.wait_for_execution("e2e-outage")["status"] == "SUCCEEDED"
    assert cloud.process.poll() is None


def test_nothing_personal_is_in_executions_queues_or_logs(cloud: Cloud, request_body: Body) -> None:
    said = {"text": "Quince and\nquarrel <b>sleepless</b>"}
    for user, path in (("client", "bookings/e2e-private/note"), ("client", "changes/e2e-private-c/reason")):
        assert cloud.call(user, "PUT", f"/v1/{path}", said).body["text"] == said["text"]
    cloud.post("e2e-private", request_body)
    cloud.post("e2e-private-2", {**request_body, "client_id": str(demo.OTHER_CLIENT_ID)}, "operator")
    cloud.wait("e2e-private")
    cloud.wait("e2e-private-2", "operator")
    assert cloud.get("e2e-private").body["note"] == said["text"]
    assert cloud.call("operator", "PUT", "/v1/bookings/e2e-private/staff-note", said).status == 200
    assert cloud.call("client", "PUT", "/v1/bookings/e2e-private/note", {"text": "x" * 501}).status == 400
    own = cloud.call("client", "GET", "/v1/me").body["record"]
    assert cloud.call("operator", "POST", "/v1/clients/search", {"text": own["name"]}).body["clients"]
    assert cloud.call("client", "PUT", "/v1/me", own, If_Match='"another"').status == 200, "it is there already"
    states = cloud.client("stepfunctions")
    seen: list[Any] = []
    for execution in states.list_executions(stateMachineArn=cloud.stack["state_machine_arn"])["executions"]:
        arn = execution["executionArn"]
        seen += [states.describe_execution(executionArn=arn), states.get_execution_history(executionArn=arn)]
    lines = cloud.logged()
    seen += lines

    assert any("e2e-private" in line for line in lines), "the logs are there"
    text = json.dumps(seen, default=str)
    assert [each for each in (*demo.PERSONAL_DATA, "Quince", "sleepless") if each in text] == []


@pytest.mark.parametrize("user", ["therapist", "operator"])
def test_staff_see_the_booking_and_strangers_see_none(cloud: Cloud, request_body: Body, user: str) -> None:
    cloud.post(f"e2e-see-{user}", request_body)
    cloud.wait(f"e2e-see-{user}")
    assert cloud.get(f"e2e-see-{user}", user).status == 200
    theirs, none = cloud.get(f"e2e-see-{user}", "other_client"), cloud.get("e2e-no-such-booking", "other_client")
    assert theirs.status == none.status == 404
    assert theirs.body == none.body


def test_an_operator_books_for_someone(cloud: Cloud, request_body: Body) -> None:
    body = {**request_body, "client_id": cloud.stack["users"]["other_client"]["client_id"]}
    assert cloud.post("e2e-staff", {**body, "override": ["day_full"]}, "operator").status == 202
    assert cloud.wait("e2e-staff", "other_client")["status"] == "confirmed"


def test_a_client_who_is_busy_elsewhere_is_rejected_quietly(cloud: Cloud, request_body: Body) -> None:
    [other] = cloud.rows("INSERT INTO therapists (name, time_zone) VALUES ('Another', 'Europe/Berlin') RETURNING id")
    hours = "INSERT INTO availability (therapist_id, weekday, opens, closes) SELECT %s, n, 0, 1440 "
    cloud.rows(hours + "FROM generate_series(1, 7) n RETURNING 1", other["id"])
    cloud.rows("INSERT INTO therapist_services VALUES (%s, %s) RETURNING 1", other["id"], request_body["service_id"])
    cloud.post("e2e-busy-1", request_body)
    assert cloud.wait("e2e-busy-1")["status"] == "confirmed"
    cloud.post("e2e-busy-2", {**request_body, "therapist_id": str(other["id"])})
    booking = cloud.wait("e2e-busy-2")
    assert [reason["code"] for reason in booking["reasons"]] == ["client_busy"]
    assert booking["notifications"] == []


def test_a_message_that_can_never_arrive_is_an_outcome(cloud: Cloud, request_body: Body) -> None:
    """The reservation is made with consent to e-mail; it is withdrawn before the message leaves."""
    withdraw = """
        CREATE FUNCTION withdraw() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            UPDATE client_contacts SET consented_at = NULL WHERE client_id = (SELECT id FROM clients WHERE id = %s);
            RETURN NULL;
        END $$;
        CREATE TRIGGER withdraw AFTER INSERT ON bookings FOR EACH ROW EXECUTE FUNCTION withdraw();
        SELECT 1
    """
    client_id = cloud.stack["users"]["other_client"]["client_id"]
    cloud.rows(withdraw, client_id)
    try:
        cloud.post("e2e-withdrawn", request_body, "other_client")
        booking = cloud.wait("e2e-withdrawn", "other_client")
    finally:
        cloud.rows("DROP TRIGGER withdraw ON bookings; DROP FUNCTION withdraw; SELECT 1")
        restore = "UPDATE client_contacts SET consented_at = now() WHERE client_id = %s AND channel = 'email'"
        cloud.rows(f"{restore} RETURNING 1", client_id)
    assert booking["status"] == "confirmed"
    told = {(each["recipient"], each["channel"]): each["status"] for each in booking["notifications"]}
    assert told == {("client", "email"): "undeliverable", ("therapist", "email"): "sent"}
    assert cloud.wait_for_execution("e2e-withdrawn")["status"] == "SUCCEEDED"
