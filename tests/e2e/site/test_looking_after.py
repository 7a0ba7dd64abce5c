"""A session that is booked is looked after: on a phone, by the keyboard, in German, on the other side of the world."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from booking.working_time import constant_offsets
from tests.daytime import zone_by_day
from tests.e2e.conftest import Cloud
from tests.e2e.site import people
from tests.e2e.site.conftest import Opens
from tests.e2e.site.people import Client, Therapist, book, hour_of, later
from tests.e2e.site.visit import Visit
from tests.e2e.test_waitlist import offer_to

PHONE = {"viewport": {"width": 320, "height": 640}, "has_touch": True}


def test_a_session_is_moved_on_a_phone(visits: Opens, cloud: Cloud, therapist: Therapist, client: Client) -> None:
    booking_id = book(cloud, client, therapist, hour_of(4))
    visit = visits(**PHONE, color_scheme="dark")
    visit.sign_in(client.address, f"/bookings/{booking_id}")
    visit.sees("Your session")
    visit.check()
    visit.press("Move")
    visit.sees("Move this session")
    far = datetime.now(UTC).date() + timedelta(days=40)
    visit.page.get_by_label("Days from").fill(f"{far}")
    chosen = visit.page.locator("button.day[aria-pressed=true]")
    expect(chosen).to_contain_text(re.compile(rf"{far:%A},? {far.day} {far:%B}"))
    visit.page.locator("button.day").last.click()
    visit.page.locator("button.time").first.wait_for()
    visit.check()
    visit.page.locator("button.time").first.click()
    visit.sees("Move it to this time?")
    visit.check()
    visit.press("Move the session")
    visit.sees("Your session is moved")
    visit.check()
    assert cloud.wait(booking_id, "operator")["starts_at"] != hour_of(4)


HELD_BACK = """
    const ask = window.fetch;
    const answered = new Promise((tell) => { window.tell = tell; });
    let held;
    window.held = new Promise((tell) => { held = tell; });
    window.fetch = async (...asked) => {
        const answer = await ask(...asked);
        if (!/[/]slots[?]/.test(asked[0]?.url ?? asked[0])) return answer;
        const {status, headers} = answer;
        const text = await answer.text();
        held();
        await answered;
        return new Response(text, {status, headers});
    };"""
"""Answers about free times wait until they are told to come."""
CHOOSES_A_DAY_AS_THE_ANSWER_COMES = """async (day) => {
    await window.held;
    const field = document.querySelector(".from-date input");
    field.value = day;
    field.dispatchEvent(new Event("change", {bubbles: true}));
    window.tell();
}"""


def test_a_day_that_is_chosen_while_the_page_still_loads_stays_chosen(
    visits: Opens, cloud: Cloud, therapist: Therapist
) -> None:
    """The answer about today comes after the press, and before the page is drawn anew."""
    visit = visits(**PHONE)
    visit.page.context.add_init_script(HELD_BACK)
    visit.open(f"/?service={cloud.stack['demo']['service_id']}&with={therapist.id}")
    far = datetime.now(UTC).date() + timedelta(days=40)
    visit.page.evaluate(CHOOSES_A_DAY_AS_THE_ANSWER_COMES, f"{far}")
    chosen = visit.page.locator("button.day[aria-pressed=true]")
    expect(chosen).to_contain_text(re.compile(rf"{far:%A},? {far.day} {far:%B}"), timeout=20_000)


@pytest.fixture
def soon_free(cloud: Cloud) -> Iterator[Therapist]:
    """One whose tomorrow begins in twelve hours: their next free time is on a notice that is late already."""
    with people.therapist(cloud, zone_by_day(), "Dora Lind") as own:
        yield own


def test_who_cancels_late_is_told_what_it_costs_before(
    visits: Opens, cloud: Cloud, soon_free: Therapist, client: Client
) -> None:
    soon = cloud.call("client", "GET", _slots(soon_free, cloud)).body["next_free"]
    booking_id = book(cloud, client, soon_free, datetime.fromisoformat(soon).astimezone(ZoneInfo("UTC")).isoformat())
    visit = visits(**PHONE)
    visit.sign_in(client.address, f"/bookings/{booking_id}/cancel")
    visit.sees("Cancel this session?")
    expect(visit.page.get_by_text("It is late: the practice may charge €95.00 for this session.")).to_be_visible()
    visit.check()
    assert cloud.get(booking_id, "operator").body["status"] == "confirmed", "a page that is looked at does nothing"
    visit.page.get_by_label(re.compile("^Why")).fill("Fever <b>since</b> Monday")
    visit.press("Cancel the session")
    visit.sees("Your session is cancelled")
    visit.check()
    assert cloud.wait(booking_id, "operator")["status"] == "late_cancelled"


def _slots(therapist: Therapist, cloud: Cloud) -> str:
    bounds = f"from={hour_of(0, 0)}&to={hour_of(2, 0)}"
    return f"/v1/therapists/{therapist.id}/slots?service_id={cloud.stack['demo']['service_id']}&{bounds}"


def test_an_offer_is_accepted_by_way_of_the_messages_link(visits: Opens, cloud: Cloud, therapist: Therapist) -> None:
    """Signed out, as whoever reads their mail is: the code, and the same page."""
    waiting = people.invited(cloud, time_zone=zone_by_day())
    starts_at = hour_of(3)
    booked = book(cloud, people.invited(cloud), therapist, starts_at)
    window = {"starts_at": starts_at, "ends_at": later(starts_at, minutes=50)}
    body = {"service_id": cloud.stack["demo"]["service_id"], "therapist_id": therapist.id, "windows": [window]}
    key = f"site-wait-{booked}"
    joined = cloud.call("operator", "POST", "/v1/waitlist", {**body, "client_id": waiting.id}, Idempotency_Key=key)
    assert joined.status == 201, joined.body
    cloud.call("operator", "POST", f"/v1/bookings/{booked}/cancellation", {}, Idempotency_Key=f"{key}-c")
    offer = offer_to(cloud, key, "operator")
    visit = visits(**PHONE)
    visit.open(f"/offers/{offer}")
    visit.sees("Please sign in")
    visit.check()
    visit.press("Sign in")
    visit.at_the_login(waiting.address)
    visit.sees("A time is free for you")
    assert visit.path == f"/offers/{offer}"
    visit.check()
    assert cloud.get(offer, "operator").body["status"] == "held", "a link that is followed accepts nothing"
    visit.press("Yes, book it")
    visit.sees("Your session is booked")
    visit.check()
    assert cloud.wait(offer, "operator", lambda each: each["status"] == "confirmed")["starts_at"] == starts_at


class Keyboard:
    """Somebody who has no mouse."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit

    def focused(self) -> str:
        return str(
            self.visit.page.evaluate(
                "(({innerText, labels}) => (innerText || labels?.[0]?.innerText || '').trim())(document.activeElement)"
            )
        )

    def to(self, name: str, key: str = "Enter") -> None:
        """Tabs until it is there, and presses."""
        for _ in range(60):
            self.visit.page.keyboard.press("Tab")
            if re.match(name, self.focused()):
                assert self.visit.page.evaluate("document.activeElement.matches(':focus-visible')"), "it is seen"
                self.visit.page.keyboard.press(key)
                return
        raise AssertionError(f"the keyboard does not reach {name}")


def test_a_session_is_booked_and_cancelled_by_the_keyboard_alone(
    visits: Opens, cloud: Cloud, therapist: Therapist, client: Client
) -> None:
    visit = visits()
    keyboard = Keyboard(visit)
    visit.open()
    visit.sees("What would you like?")
    keyboard.to("Skip to the content")
    keyboard.to("Individual session")
    visit.is_led_to("With whom?")
    keyboard.to(re.escape(therapist.name))
    visit.is_led_to("When?")
    visit.page.locator("button.time").first.wait_for()
    keyboard.to(r"\w+day,? \d+ \w+\s+\d+ times free", "Space")
    expect(visit.page.get_by_role("heading", name=re.compile("^Times on"))).to_be_focused()
    keyboard.to(r"\d\d:\d\d")
    visit.is_led_to("Is this right?")
    keyboard.to("I have been here before")
    visit.at_the_login(client.address)
    visit.page.get_by_role("button", name="Book this session").wait_for()
    keyboard.to("Book this session")
    visit.is_led_to("It is booked")
    booking_id = visit.path.rpartition("/")[2]
    keyboard.to("Cancel$")
    visit.is_led_to("Cancel this session?")
    keyboard.to("Cancel the session", "Space")
    visit.is_led_to("Your session is cancelled")
    assert "cancelled" in cloud.wait(booking_id, "operator")["status"]


def test_the_site_is_german_for_who_reads_german(visits: Opens, therapist: Therapist, client: Client) -> None:
    visit = visits(locale="de-AT", timezone_id="Europe/Berlin", **PHONE)
    visit.open()
    visit.sees("Termin buchen")
    assert visit.page.evaluate("document.documentElement.lang") == "de"
    visit.page.locator("a.option").first.click()
    visit.page.locator("a.option", has_text=therapist.name).click()
    expect(visit.page.locator("button.day").first).to_contain_text(re.compile(r"tag, \d+\. \w+"))
    visit.check()
    visit.page.locator("button.time").first.click()
    visit.sees("Stimmt das so?")
    visit.check()
    visit.sign_in(client.address, "/me")
    visit.sees("Meine Daten")
    visit.check()
    visit.press("English")
    visit.sees("My data")
    visit.check()


def test_a_client_in_auckland_and_a_therapist_in_new_york_mean_the_same_hour(visits: Opens, cloud: Cloud) -> None:
    """The first free day is found, however far: the one on which New York's clocks change, shown by Auckland's."""
    new_york, auckland = ZoneInfo("America/New_York"), ZoneInfo("Pacific/Auckland")
    client = people.invited(cloud, time_zone="Pacific/Auckland")
    change = clock_change(new_york)
    first = datetime.combine(change, time(8), new_york)
    with people.therapist(cloud, new_york.key, "Ada Okafor", since=f"{change}") as therapist:
        visit = visits(locale="en-NZ", timezone_id=auckland.key)
        visit.open(f"/?service={cloud.stack['demo']['service_id']}&with={therapist.id}")
        there = first.astimezone(auckland)
        shown = visit.page.locator("button.time").first
        expect(shown).to_contain_text(re.compile(r"\b0?8:00\s*(am)? in New York", re.IGNORECASE))
        expect(shown).to_contain_text(re.compile(rf"^\s*0?{there:%-H}:00|^\s*0?{there:%-I}:00", re.IGNORECASE))
        day = visit.page.locator("button.day[aria-pressed=true]")
        expect(day).to_contain_text(re.compile(rf"{there:%A},? {there.day} {there:%B}"))
        visit.check()
        shown.click()
        visit.sees("Is this right?")
        visit.press("I have been here before")
        visit.at_the_login(client.address)
        visit.press("Book this session")
        visit.sees("It is booked")
        visit.check()
        booked = cloud.wait(visit.path.rpartition("/")[2], "operator")
        assert datetime.fromisoformat(booked["starts_at"]) == first


def clock_change(zone: ZoneInfo) -> date:
    """The next day on which a zone's clocks change, a week from now or later."""
    soon = datetime.now(UTC) + timedelta(days=7)
    _, change, _ = next(constant_offsets(zone, soon, soon + timedelta(days=370)))
    return change.astimezone(zone).date()


def test_what_is_kept_is_given_out_when_the_practice_says_so_and_deletion_is_asked_for(
    visits: Opens, cloud: Cloud, client: Client
) -> None:
    visit = visits()
    visit.sign_in(client.address, "/me")
    visit.press("Ask for a copy")
    expect(visit.page.get_by_role("status").filter(has_text="asked")).to_be_focused()
    expect(visit.control("Download my data")).to_have_count(0)
    visit.check()
    waiting = cloud.call("operator", "GET", "/v1/client-requests").body["requests"]
    [request_id] = [each["request_id"] for each in waiting if each["client_id"] == client.id]
    granted = cloud.call("operator", "POST", f"/v1/client-requests/{request_id}/decision", {"decision": "granted"})
    assert granted.status == 200, granted.body
    visit.page.reload()
    with visit.page.expect_download() as saved:
        visit.press("Download my data")
    kept = saved.value.path().read_text()
    assert saved.value.suggested_filename == "my-data.json"
    assert client.address in kept
    visit.press(re.compile("^Ask for deletion"))
    visit.press("Yes, ask for deletion")
    expect(visit.page.get_by_role("status").filter(has_text="asked")).to_be_focused()
    visit.check()
