"""Calendars over HTTP: what is shown can be booked, hours and time off are kept, and a series is one thing."""

import json
import random
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local import demo, watch
from tests.calling import call
from tests.e2e.conftest import Cloud
from tests.e2e.test_bookingctl import bookingctl

TOKYO, NEW_YORK, BERLIN = demo.OTHER_THERAPIST_ID, demo.THIRD_THERAPIST_ID, demo.THERAPIST_ID
SAMPLE = 6


def request_for(therapist_id: Any, starts_at: str, **more: str) -> dict[str, str]:
    return {
        "therapist_id": str(therapist_id),
        "service_id": str(demo.SERVICE_ID),
        "starts_at": starts_at,
        **more,
    }


def new_client(cloud: Cloud) -> str:
    """Someone whose own time nobody else's test takes."""
    body = {"name": "New", "time_zone": "Europe/Berlin"}
    return str(cloud.call("operator", "POST", "/v1/clients", body).body["id"])


def new_key() -> str:
    return f"cal-{uuid.uuid4()}"


@pytest.mark.parametrize("therapist_id", [TOKYO, NEW_YORK], ids=["Tokyo", "New York"])
def test_every_slot_of_a_month_can_be_booked_and_is_then_gone(cloud: Cloud, therapist_id: Any) -> None:
    now = datetime.now(UTC)
    month = (now, now + timedelta(days=31))
    shown = [slot["starts_at"] for slot in cloud.slots(therapist_id, *month)]
    assert len(shown) > 100
    spaced, client_id = random.sample(shown[::8], SAMPLE), new_client(cloud)
    for starts_at in spaced:
        key = new_key()
        request = request_for(therapist_id, starts_at, client_id=client_id)
        assert cloud.post(key, request, "operator").status == 202
        booking = cloud.wait(key, "operator")
        assert booking["status"] == "confirmed", (starts_at, booking["reasons"])
    left = {slot["starts_at"] for slot in cloud.slots(therapist_id, *month)}
    assert left & set(spaced) == set()
    assert left < set(shown)


def test_what_is_not_shown_cannot_be_booked(cloud: Cloud) -> None:
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    first = now + timedelta(days=8)
    free = cloud.slots(NEW_YORK, first, first + timedelta(days=2))
    shown = {f"{datetime.fromisoformat(slot['starts_at']).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" for slot in free}
    hidden = [
        text
        for n in range(0, 48 * 4, 17)
        if (text := f"{first + n * timedelta(minutes=15):%Y-%m-%dT%H:%M:%SZ}") not in shown
    ]
    keys = {new_key(): starts_at for starts_at in hidden[:SAMPLE]}
    for key, starts_at in keys.items():
        cloud.post(key, request_for(NEW_YORK, starts_at))
    assert {cloud.wait(key)["status"] for key in keys} == {"rejected"}


def test_a_weekly_series_over_a_clock_change_keeps_its_local_time_and_is_one_message(cloud: Cloud) -> None:
    later = datetime.now(UTC) + timedelta(days=20)  # than all that other tests book
    starts_at = demo.series_over_a_clock_change(later) - timedelta(hours=1)  # `make examples` has 19:00
    key = new_key()
    body = request_for(BERLIN, starts_at.isoformat(), recurrence="FREQ=WEEKLY;COUNT=4")
    assert cloud.post(key, body).status == 202

    series = cloud.series(key)
    assert series["status"] == "confirmed"
    assert [each["status"] for each in series["occurrences"]] == ["confirmed"] * 4
    local = [each["local"]["starts_at"] for each in series["occurrences"]]
    assert {text[11:19] for text in local} == {"18:00:00"}
    assert len({text[19:] for text in local}) == 2, "two offsets from UTC: the clocks changed in between"
    assert series["occurrences"][0]["booking_id"] == key
    for each in series["occurrences"]:
        assert cloud.get(each["booking_id"]).body["series_id"] == key
    told = {each["status"] for each in cloud.get(key).body["notifications"]}
    assert told == {"sent"}, cloud.rows(
        "SELECT recipient, channel, reason FROM notifications WHERE booking_id = %s", key
    )
    written = [mail for mail in watch.emails(cloud.stack["aws_endpoint_url"]) if f"/{key}" in mail["BodyText"]]
    assert sorted(mail["To"][0] for mail in written) == ["jonas.weber@example.com", "miriam.adler@example.com"]
    assert all(mail["BodyText"].count("18:00 (Europe/Berlin") == 5 for mail in written if "miriam" in mail["To"][0])
    assert cloud.call("other_client", "GET", f"/v1/series/{key}").status == 404


@pytest.mark.parametrize("on_conflict", ["reject", "skip"])
def test_two_series_at_once_that_meet_in_one_session(cloud: Cloud, on_conflict: str) -> None:
    """The one is weekly; the other, twice a week, meets it on Mondays."""
    now = datetime.now(UTC)
    hour = "08" if on_conflict == "reject" else "10"
    free = cloud.slots(BERLIN, now + timedelta(days=30), now + timedelta(days=55))
    mondays = [
        datetime.fromisoformat(slot["starts_at"])
        for slot in free
        if slot["starts_at"][11:16] == f"{hour}:00" and datetime.fromisoformat(slot["starts_at"]).isoweekday() == 1
    ]
    first = mondays[1]
    weekly = request_for(BERLIN, first.isoformat(), recurrence="FREQ=WEEKLY;COUNT=3", on_conflict=on_conflict)
    crossing = request_for(
        BERLIN,
        (first - timedelta(days=4)).isoformat(),  # Thursday
        recurrence="FREQ=WEEKLY;BYDAY=TH,MO;COUNT=4",
        on_conflict=on_conflict,
    )
    asked = {new_key(): ("client", weekly), new_key(): ("other_client", crossing)}
    with ThreadPoolExecutor(2) as pool:
        statuses = pool.map(lambda item: cloud.post(item[0], item[1][1], item[1][0]).status, asked.items())
    assert set(statuses) == {202}
    ended = {key: cloud.series(key, user) for key, (user, _) in asked.items()}

    reserved = [
        [each["starts_at"] for each in series["occurrences"] if each["status"] == "confirmed"]
        for series in ended.values()
    ]
    assert not set(reserved[0]) & set(reserved[1]), "nobody shares a session"
    refused = [each for series in ended.values() for each in series["occurrences"] if each["status"] == "rejected"]
    if on_conflict == "reject":
        assert sorted(series["status"] for series in ended.values()) == ["confirmed", "rejected"]
        assert sorted(map(len, reserved)) in ([0, 3], [0, 4]), "one whole, the other nothing"
        codes = [reason["code"] for each in refused for reason in each["reasons"]]
        assert set(codes) == {"slot_taken", "series_rejected"}
    else:
        assert {series["status"] for series in ended.values()} == {"confirmed"}
        assert len({*reserved[0], *reserved[1]}) == 5, "every time that was wanted has exactly one owner"
        assert [reason["code"] for each in refused for reason in each["reasons"]] == ["slot_taken"] * 2
    for each in refused:
        assert each["alternatives"], "the nearest free slots are offered"


def test_new_hours_and_time_off_change_the_slots_and_no_booking(cloud: Cloud) -> None:
    now = datetime.now(UTC)
    later = (now + timedelta(days=14), now + timedelta(days=28))
    slot = cloud.slots(NEW_YORK, *later)[20]
    key = new_key()
    cloud.post(key, request_for(NEW_YORK, slot["starts_at"], client_id=new_client(cloud)), "operator")
    assert cloud.wait(key, "operator")["status"] == "confirmed"

    hours = f"/v1/therapists/{NEW_YORK}/availability"
    before = cloud.call("operator", "GET", hours)
    version = {"If_Match": before.headers["etag"]}
    none = cloud.call("operator", "PUT", hours, {"weekly": []}, **version)
    assert none.status == 200
    assert cloud.slots(NEW_YORK, *later) == []
    assert cloud.get(key, "operator").body["status"] == "confirmed"
    assert cloud.call("operator", "PUT", hours, before.body, **version).status == 412, "someone has changed it since"
    assert cloud.call("operator", "PUT", hours, before.body, If_Match=none.headers["etag"]).status == 200

    off = f"/v1/therapists/{NEW_YORK}/time-off"
    period = {"starts_at": f"{later[0]:%Y-%m-%dT%H:%M:00Z}", "ends_at": f"{later[1]:%Y-%m-%dT%H:%M:00Z}"}
    named = {"Idempotency-Key": new_key()}
    refused = cloud.call("operator", "POST", off, period, **named)
    assert refused.status == 409
    assert key in {each["booking_id"] for each in refused.body["bookings"]}
    done = cloud.call("operator", "POST", off, {**period, "label": "Easter", "proceed": True}, **named)
    assert done.status == 201
    assert key in {each["booking_id"] for each in done.body["bookings_left"]}
    assert done.location == f"{cloud.stack['api_url']}{off}/{done.body['time_off_id']}"
    assert cloud.get(key, "operator").body["status"] == "confirmed"
    assert cloud.slots(NEW_YORK, *later) == []
    late = new_key()
    cloud.post(late, request_for(NEW_YORK, slot["starts_at"], client_id=new_client(cloud)), "operator")
    assert [each["code"] for each in cloud.wait(late, "operator")["reasons"]] == ["therapist_away"]

    ill = {**period, "cancel_bookings": True, "reason": "I am ill"}
    accepted = cloud.call("operator", "POST", off, ill, **{"Idempotency-Key": new_key()})
    assert accepted.status == 202, "the holiday is no obstacle"
    followed = accepted.location.rpartition("/v1/changes/")[2]
    change = cloud.change(followed, "operator")
    assert (change["kind"], change["outcome"], change["reason"]["text"]) == ("absence", "cancelled", "I am ill")
    assert key in {each["booking_id"] for each in change["absence"]["cancellations"] if each["outcome"] == "cancelled"}
    assert cloud.get(key, "operator").body["status"] == "cancelled"
    listed = cloud.call("operator", "GET", off).body["time_off"]
    assert {each["label"] for each in listed} == {"Easter", None}
    for each in listed:
        assert cloud.call("operator", "DELETE", f"{off}/{each['time_off_id']}").status == 200
    assert cloud.call("operator", "DELETE", f"{off}/{listed[0]['time_off_id']}").status == 404


BAD_BODIES: list[tuple[str, Any, int, str]] = [
    ("availability", {"weekly": [{"weekday": 1, "opens": "17:00", "closes": "09:00"}]}, 422, "closes must be after"),
    ("availability", {"weekly": [{"weekday": 8, "opens": "09:00", "closes": "17:00"}]}, 400, "weekly.0.weekday"),
    ("availability", {"weekly": [{"weekday": 1, "opens": "9", "closes": "17:00"}]}, 400, "weekly.0.opens"),
    ("availability", {"weekly": [], "holidays": []}, 400, "holidays: there is no such field"),
    ("availability", {}, 400, "weekly: is missing"),
    ("availability", "nonsense", 400, "Input should be"),
    (
        "availability",
        {
            "weekly": [
                {"weekday": 7, "opens": "22:00", "closes": "26:00"},
                {"weekday": 1, "opens": "01:00", "closes": "03:00"},
            ]
        },
        422,
        "weekly: spans must not overlap: 0 and 1 do",
    ),
    (
        "time-off",
        {"starts_at": "2027-03-02T00:00:00Z", "ends_at": "2027-03-01T00:00:00Z"},
        422,
        "ends_at must be after starts_at",
    ),
    ("time-off", {"starts_at": "2027-03-02", "ends_at": "2027-03-01"}, 400, "starts_at"),
    (
        "time-off",
        {
            "starts_at": "2027-03-01T00:00:00Z",
            "ends_at": "2027-03-02T00:00:00Z",
            "proceed": True,
            "cancel_bookings": True,
        },
        422,
        "send one of the two",
    ),
]


@pytest.mark.parametrize(("what", "body", "status", "named"), BAD_BODIES)
def test_a_bad_body_is_named_and_nothing_is_written(
    cloud: Cloud, what: str, body: Any, status: int, named: str
) -> None:
    path = f"/v1/therapists/{NEW_YORK}/{what}"
    before = cloud.call("operator", "GET", path)
    answer = (
        cloud.call("operator", "POST", path, body, **{"Idempotency-Key": new_key()})
        if what == "time-off"
        else cloud.call("operator", "PUT", path, body, If_Match=before.headers["etag"])
    )
    assert (answer.status, answer.headers["content-type"]) == (status, "application/problem+json")
    assert named in answer.body["detail"]
    assert cloud.call("operator", "GET", path).body == before.body


SERVICE = f"service_id={demo.SERVICE_ID}"
BAD_QUERIES = [
    (f"{SERVICE}&from=2027-03-01T00:00:00Z&to=2027-04-01T00:00:01Z", 422, "to must be at most 31 days after from"),
    (f"{SERVICE}&from=2027-03-02T00:00:00Z&to=2027-03-01T00:00:00Z", 422, "to must be after from"),
    (f"{SERVICE}&from=2027-03-01T00:00:00&to=2027-03-02T00:00:00Z", 400, "from"),
    (f"{SERVICE}&from=2027-03-01T00:00:00Z&to=2027-03-02T00:00:00Z&time_zone=Mars/Phobos", 422, "time_zone"),
    (f"{SERVICE}&from=2027-03-01T00:00:00Z&to=2027-03-02T00:00:00Z&limit=0", 400, "limit"),
    (f"{SERVICE}&from=2027-03-01T00:00:00Z&to=2027-03-02T00:00:00Z&cursor=x", 400, "cursor"),
    (f"{SERVICE}&from=2027-03-01T00:00:00Z&to=2027-03-02T00:00:00Z&page=2", 400, "page: there is no such field"),
    (f"{SERVICE}&{SERVICE}&from=2027-03-01T00:00:00Z&to=2027-03-02T00:00:00Z", 400, "service_id: must be given once"),
    ("from=2027-03-01T00:00:00Z&to=2027-03-02T00:00:00Z", 400, "service_id: is missing"),
    (f"service_id={uuid.UUID(int=0)}&from=2027-03-01T00:00:00Z&to=2027-03-02T00:00:00Z", 422, "service_id"),
]


@pytest.mark.parametrize(("query", "status", "named"), BAD_QUERIES)
def test_a_bad_query_is_named(cloud: Cloud, query: str, status: int, named: str) -> None:
    answer = cloud.call("client", "GET", f"/v1/therapists/{BERLIN}/slots?{query}")
    assert answer.status == status
    assert named in answer.body["detail"]


def test_an_offset_in_a_query_may_be_written_as_it_is(cloud: Cloud) -> None:
    def slots(bounds: str) -> Any:
        return cloud.call("client", "GET", f"/v1/therapists/{TOKYO}/slots?{SERVICE}&{bounds}").body["days"]

    now = datetime.now(UTC)
    utc = slots(f"from={now:%Y-%m-%d}T00:00:00Z&to={now + timedelta(days=7):%Y-%m-%d}T00:00:00Z")
    plus = slots(f"from={now:%Y-%m-%d}T01:00:00+01:00&to={now + timedelta(days=7):%Y-%m-%d}T05:30:00%2B05:30")
    assert utc == plus
    assert any(day["free"] for day in utc)


SERIES = [
    ("FREQ=WEEKLY", "400"),
    ("FREQ=WEEKLY;COUNT=53", "400"),
    ("FREQ=WEEKLY;UNTIL=20991231", "recurrence_too_long"),
    ("FREQ=WEEKLY;UNTIL=20200101", "recurrence_never_matches"),
    ("FREQ=MONTHLY;BYDAY=MO;COUNT=2", "recurrence_invalid"),
]


@pytest.mark.parametrize(("rule", "answer"), SERIES)
def test_a_bad_recurrence_is_refused_with_the_reason(cloud: Cloud, rule: str, answer: str) -> None:
    key, start = new_key(), demo.series_over_a_clock_change(datetime.now(UTC)) - timedelta(days=1)
    accepted = cloud.post(key, request_for(BERLIN, start.isoformat(), recurrence=rule))
    if accepted.status == 202:
        series = cloud.series(key)
        assert (series["status"], [each["code"] for each in series["reasons"]]) == ("rejected", [answer])
        assert series["occurrences"] == []
    else:
        assert str(accepted.status) == answer
        assert "recurrence" in accepted.body["detail"]


def test_lists_come_in_pages_that_join_up(cloud: Cloud) -> None:
    whole = cloud.call("operator", "GET", "/v1/bookings?limit=200").body["bookings"]
    assert len(whole) > 3
    paged: list[Any] = []
    cursor = ""
    while True:
        page = cloud.call("operator", "GET", f"/v1/bookings?limit=3{cursor}").body
        paged += page["bookings"]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert paged[: len(whole)] == whole
    assert [each["starts_at"] for each in whole] == sorted(each["starts_at"] for each in whole)


def test_an_applications_key_works_is_limited_rotates_and_is_revoked(cloud: Cloud) -> None:
    def services(key: str) -> int:
        url = f"{cloud.stack['api_url']}/v1/catalogue/services"
        answer = call("GET", url, headers={"x-api-key": key})
        if answer.status == 429:
            assert answer.headers["retry-after"] == "1"
            assert answer.body["type"] == "urn:therapist-booking:problem:throttled"
        return answer.status

    def ctl(*words: str) -> Any:
        done = bookingctl(cloud, "keys", *words, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    first = ctl("create", "site")["value"]
    assert services(first) == 200
    assert bookingctl(cloud, "keys", "create", "site").returncode == 1, "one key an application"
    with ThreadPoolExecutor(40) as pool:
        assert set(pool.map(services, [first] * 80)) == {200, 429}
    second = ctl("rotate", "site", "--keep-old", "--yes")["value"]
    assert {services(second), _in_time(services, first)} == {200}
    third = ctl("rotate", "site", "--yes")["value"]
    assert [services(key) for key in (first, second, third)] == [403, 403, 200]
    assert [key["name"] for key in ctl("list")].count("site") == 1
    assert first not in bookingctl(cloud, "keys", "list").stdout
    assert bookingctl(cloud, "keys", "revoke", "site", "--dry-run").returncode == 0
    ctl("revoke", "site", "--yes")
    assert services(third) == 403
    assert bookingctl(cloud, "keys", "rotate", "site").returncode == 4


def _in_time(services: Any, key: str) -> int:
    """The first answer that is not "too many requests"."""
    while (status := services(key)) == 429:
        time.sleep(0.2)
    return int(status)
