"""From a need to a session that is booked, as people do it in a browser."""

import re
import uuid
from datetime import UTC, datetime
from typing import Any

from playwright.sync_api import Route, expect

from tests.e2e.conftest import Cloud
from tests.e2e.site.conftest import Opens
from tests.e2e.site.people import Client, Therapist, book, invited, later
from tests.e2e.site.visit import Visit, choose_a_time

SCRIPT = "<script>window.stolen = true</script><img src=x onerror='window.stolen = true'>"
NOTE = re.compile("^Anything we should know")


def begins(starts_at: str) -> str:
    """The line of a calendar's entry."""
    return f"{datetime.fromisoformat(starts_at).astimezone(UTC):DTSTART:%Y%m%dT%H%M%SZ}"


def shown_booking(visit: Visit, cloud: Cloud) -> dict[str, Any]:
    return dict(cloud.get(visit.path.rpartition("/")[2], "operator").body)


def test_somebody_new_signs_up_by_a_code_and_books(visits: Opens, cloud: Cloud, therapist: Therapist) -> None:
    visit = visits()
    address = f"nora.{uuid.uuid4().hex}@example.com"
    visit.open()
    visit.sees("Book a session")
    visit.check()
    starts_at = choose_a_time(visit, therapist)
    visit.check()
    visit.press("I am new here")
    visit.at_the_sign_up(address)
    visit.sees("Is this right?")
    assert visit.path == "/review"
    visit.page.get_by_label("Your name").fill(f"Nora {SCRIPT}")
    visit.page.get_by_label(re.compile("^Write to me at")).check()
    visit.page.get_by_label(re.compile("^I have read")).check()
    visit.page.get_by_label(NOTE).fill(f"Stairs are hard. {SCRIPT}")
    visit.check()
    visit.page.get_by_role("button", name="Book this session").dblclick()
    visit.sees("It is booked")
    visit.check()
    card = visit.page.locator(".card")
    expect(card).to_contain_text(therapist.name)
    expect(card).to_contain_text(SCRIPT)
    with visit.page.expect_download() as saved:
        visit.page.get_by_role("button", name=re.compile("calendar")).click()
    entry = saved.value.path().read_text()
    assert begins(starts_at) in entry
    assert not visit.page.evaluate("Boolean(window.stolen)"), "what somebody typed is text"
    assert [url for url in visit.requests if "nora" in url.lower() or "stairs" in url.lower()] == []
    assert "Nora" not in visit.page.title()
    kept = visit.stored()
    assert [each for each in ("Stairs", "Nora", "nora", "eyJ") if each in kept] == [], "no words, no name, no token"
    cloud.wait(visit.path.rpartition("/")[2], "operator")
    assert any(therapist.name in each["BodyText"] for each in visit.mails(address)), "the message came, too"
    visit.press("Sessions")
    visit.sees("Upcoming")
    expect(visit.page.locator("main")).to_contain_text(therapist.name)
    visit.check()


def test_what_was_asked_for_is_booked_when_the_database_is_back(
    visits: Opens, cloud: Cloud, therapist: Therapist, client: Client
) -> None:
    visit = visits()
    choose_a_time(visit, therapist)
    visit.press("I have been here before")
    visit.at_the_login(client.address)
    asked = visit.page.get_by_role("button", name="Book this session")
    expect(asked).to_be_enabled()
    stopped = cloud.make("local.postgres", "stop")
    assert stopped.returncode == 0, stopped.stderr
    try:
        asked.click()
        visit.sees("We have your request")
        expect(visit.page.get_by_text(re.compile("keep trying. Your request is not lost"))).to_be_visible()
        visit.check()
    finally:
        assert cloud.make("local.postgres", "start").returncode == 0
    visit.sees("It is booked")
    assert shown_booking(visit, cloud)["status"] == "confirmed"


def test_a_time_that_another_took_keeps_what_was_typed_and_offers_the_nearest(
    visits: Opens, cloud: Cloud, therapist: Therapist, client: Client
) -> None:
    visit = visits()
    starts_at = choose_a_time(visit, therapist)
    visit.press("I have been here before")
    visit.at_the_login(client.address)
    visit.page.get_by_label(NOTE).fill("By the lift, please")
    book(cloud, invited(cloud), therapist, starts_at)
    visit.press("Book this session")
    visit.sees("It could not be booked")
    expect(visit.page.get_by_text("This time is no longer free.")).to_be_visible()
    visit.page.locator("button.time").first.wait_for()
    visit.check()
    visit.page.locator("button.time").first.click()
    visit.sees("Is this right?")
    expect(visit.page.get_by_label(NOTE)).to_have_value("By the lift, please")
    visit.press("Book this session")
    visit.sees("It is booked")
    booked = shown_booking(visit, cloud)
    assert booked["starts_at"] != starts_at
    assert booked["note"] == "By the lift, please"


def test_a_series_says_of_each_session_whether_it_is_booked(
    visits: Opens, cloud: Cloud, therapist: Therapist, client: Client
) -> None:
    visit = visits()
    starts_at = choose_a_time(visit, therapist)
    book(cloud, invited(cloud), therapist, later(starts_at, weeks=1))
    visit.press("I have been here before")
    visit.at_the_login(client.address)
    visit.page.get_by_label("Every week at this time").check()
    visit.check()
    visit.press("Book 4 sessions")
    sessions = visit.page.locator(".occurrence")
    expect(sessions).to_have_count(4)
    expect(sessions.nth(1)).to_contain_text("This time is no longer free.")
    assert [("no longer free" in each) for each in sessions.all_inner_texts()] == [False, True, False, False]
    visit.check()
    with visit.page.expect_download() as saved:
        visit.press("Put all of them into my calendar")
    entries = saved.value.path().read_text()
    booked = [begins(later(starts_at, weeks=week)) in entries for week in range(4)]
    assert booked == [True, False, True, True], "what is booked, in one file"


def test_a_lost_answer_is_found_again(visits: Opens, therapist: Therapist, client: Client) -> None:
    """The press was heard, its answer was not: there is one booking, and who made it sees it. By the first page; and
    another time by a reload in the middle of it, and the same press again."""
    visit = visits()
    choose_a_time(visit, therapist)
    visit.press("I have been here before")
    visit.at_the_login(client.address)
    sent: list[str] = []

    def lose(route: Route) -> None:
        sent.append(route.request.headers["idempotency-key"])
        route.fetch()
        route.abort()

    visit.page.route("**/v1/bookings", lose)
    visit.press("Book this session")
    visit.sees("The practice can't be reached just now")
    visit.page.unroute("**/v1/bookings")
    visit.open()
    visit.press(re.compile("See what became of it"))
    visit.sees("It is booked")
    assert {visit.path} == {f"/bookings/{key}" for key in sent}, "each try is under one key"
    before = len(sent)
    choose_a_time(visit, therapist, 1)
    visit.page.route("**/v1/bookings", lose)
    with visit.page.expect_event("requestfailed", lambda request: request.url.endswith("/v1/bookings")):
        visit.press("Book this session")
    visit.page.unroute("**/v1/bookings")
    visit.page.reload()  # signed in again without a word: the login knows this browser
    visit.press("Book this session")
    visit.sees("It is booked")
    assert {visit.path} == {f"/bookings/{key}" for key in sent[before:]}
    visit.complaints.clear()  # the browser's own, of the answers that were lost
    visit.check()
