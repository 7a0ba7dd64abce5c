"""What has changed while a page was open, or since it was: what is shown is what is so now. The API's answers are made
up, but for those that say what was booked."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.conftest import Cloud
from tests.e2e.site import made_up_payments as made_up
from tests.e2e.site.conftest import Opens
from tests.e2e.site.made_up_payments import FEE, ID, PRICE, booking, iso, payment, with_page
from tests.e2e.site.people import Client, Therapist
from tests.e2e.site.test_payment_pages import answered, made
from tests.e2e.site.visit import Visit, choose_a_time

HELD = {"hold": with_page(), "payment": payment("due")}


@pytest.fixture
def visit(visits: Opens, client: Client) -> Visit:
    """Signed in, on a page of their own."""
    visit = visits()
    visit.sign_in(client.address)
    visit.sees("My sessions")
    return visit


def cancellation_ends(page: Page, *booking_ids: str, outcome: str = "cancelled", left: Any = ()) -> None:
    """Whatever cancellation is asked for."""
    change = {"outcome": outcome, "reasons": [], "booking_ids": list(booking_ids), "sessions_left": list(left)}
    answered(page, "**/v1/bookings/*/cancellation", {}, 202)
    answered(page, "**/v1/changes/*", change)


def was_asked_for_here(visit: Visit) -> None:
    """And its page was left before the end."""
    visit.page.evaluate(f'sessionStorage.setItem("key:booking", JSON.stringify({{key: "{ID}", asked: {{}}}}))')


# -- Cancelling --------------------------------------------------------------------------------------------------------


def test_what_was_decided_is_said_of_the_money_and_not_what_was_thought(visit: Visit, cloud: Cloud) -> None:
    """The press was in time by the page, and late when it was heard."""
    made(visit.page, booking(cloud, "confirmed", payment=made_up.paid(), changes=made_up.changes("free", 0, PRICE)))
    cancellation_ends(visit.page, ID, outcome="late_cancelled")
    visit.go(f"/bookings/{ID}/cancel")
    expect(visit.page.get_by_text("You get €90.00 back.")).to_be_visible()

    def decided(route: Route) -> None:
        late = made_up.paid(fee=FEE)
        made(visit.page, booking(cloud, "late_cancelled", payment=late))
        route.fulfill(status=202, json={})

    visit.page.route("**/v1/bookings/*/cancellation", decided)
    visit.press("Cancel the session")
    visit.sees("Your session is cancelled")
    said = visit.page.locator("main")
    expect(said).to_contain_text("€45.00 goes back to your card")
    expect(said).to_contain_text("The late fee is €45.00.")
    visit.check()


def test_nobody_cancels_for_another_price_than_the_one_they_saw(visit: Visit, cloud: Cloud) -> None:
    """It was held when the page was opened, and is paid for and late when the press comes."""
    made(visit.page, booking(cloud, "held", **HELD, changes=made_up.changes("free", 0, 0)))
    cancellation_ends(visit.page, ID)
    posts: list[str] = []
    visit.page.on("request", lambda each: posts.append(each.url) if each.method == "POST" else None)
    visit.go(f"/bookings/{ID}/cancel")
    expect(visit.page.get_by_text("Giving the time back costs nothing.")).to_be_visible()
    made(visit.page, booking(cloud, "confirmed", payment=made_up.paid(), changes=made_up.changes("late", FEE, FEE)))
    visit.press("Give the time back")
    visit.sees("This has changed meanwhile")
    expect(visit.page.get_by_text("You get €45.00 back")).to_be_visible()
    assert posts == []
    visit.check()
    visit.press("Cancel the session")
    visit.sees("Your session is cancelled")
    assert len(posts) == 1


def test_what_was_chosen_and_typed_stays_when_the_price_changes(visit: Visit, cloud: Cloud) -> None:
    standing = {"series_id": ID, "payment": made_up.paid()}
    for key in (ID, f"{ID}-1"):
        free = made_up.changes("free", 0, PRICE)
        made(visit.page, booking(cloud, "confirmed", booking_id=key, changes=free, **standing))
    answered(visit.page, f"**/v1/series/{ID}", series_of(cloud, "confirmed", count=2))
    cancellation_ends(visit.page, ID, f"{ID}-1")
    visit.go(f"/bookings/{ID}/cancel")
    visit.page.get_by_label("All that are still to come (2)").or_(
        visit.page.get_by_label("This one and all after it (2 sessions)")
    ).check()
    visit.page.get_by_label(re.compile("^Why")).fill("I am moving away")
    button = visit.control("Cancel 2 sessions")
    button.wait_for()
    made(visit.page, booking(cloud, "confirmed", changes=made_up.changes("late", FEE, FEE), **standing))
    button.click()
    visit.sees("This has changed meanwhile")
    expect(visit.page.get_by_label(re.compile("^Why"))).to_have_value("I am moving away")
    button.click()
    visit.sees("2 sessions are cancelled")


def test_a_request_that_was_held_meanwhile_is_cancelled_on_its_page(visit: Visit, cloud: Cloud) -> None:
    """It was undecided when the page was opened, and had no price yet."""
    made(visit.page, booking(cloud, "pending", payment=None))
    visit.go(f"/bookings/{ID}/cancel")
    visit.control("Take the request back").wait_for()

    def decided(route: Route) -> None:
        made(visit.page, booking(cloud, "cancelled", payment=payment("none")))
        route.fulfill(status=202, json={})

    cancellation_ends(visit.page, ID)
    visit.page.route("**/v1/bookings/*/cancellation", decided)
    visit.press("Take the request back")
    visit.sees("Your session is cancelled")
    expect(visit.page.get_by_text("It costs you nothing.")).to_be_visible()
    visit.check()


# -- Series, offers ----------------------------------------------------------------------------------------------------


def series_of(cloud: Cloud, status: str, count: int = 4, **more: Any) -> dict[str, Any]:
    start = datetime.now(UTC).replace(hour=10, minute=0) + timedelta(days=6)
    weeks = [(start + timedelta(weeks=n), ID if n == 0 else f"{ID}-{n}") for n in range(count)]
    times = [(iso(at), iso(at + timedelta(minutes=50)), key) for at, key in weeks]
    zone = {"time_zone": "Europe/Berlin"}
    return {
        "series_id": ID,
        "service_id": cloud.stack["demo"]["service_id"],
        "hold": None,
        "reasons": [],
        "therapist_id": cloud.stack["demo"]["therapist_id"],
        "occurrences": [
            {
                "booking_id": key,
                "status": status,
                "starts_at": starts,
                "ends_at": ends,
                "alternatives": [],
                "local": {"starts_at": starts, "ends_at": ends, **zone},
                "reasons": more.get("reasons", []),
            }
            for starts, ends, key in times
        ],
        **more,
    }


def test_a_series_whose_hold_ended_is_not_booked(visit: Visit, cloud: Cloud) -> None:
    was_asked_for_here(visit)
    why = made_up.reason("payment_missing")
    made(visit.page, booking(cloud, "cancelled", series_id=ID, reasons=why))
    answered(visit.page, f"**/v1/series/{ID}", series_of(cloud, "cancelled", reasons=why))
    visit.go(f"/bookings/{ID}")
    visit.sees("It could not be booked")
    expect(visit.page.get_by_role("alert")).to_contain_text("It was not paid in time")
    expect(visit.page.get_by_text("are booked")).to_have_count(0)
    visit.check()


def test_each_session_of_a_held_series_says_what_all_of_it_costs(visit: Visit, cloud: Cloud) -> None:
    third = f"{ID}-2"
    made(visit.page, booking(cloud, "held", booking_id=third, series_id=ID, **HELD))
    answered(visit.page, f"**/v1/series/{ID}", series_of(cloud, "held", hold=HELD["hold"]))
    visit.go(f"/bookings/{third}")
    visit.sees("Pay to book it")
    expect(visit.page.locator("main")).to_contain_text("€360.00")
    visit.check()


def test_an_offer_that_was_accepted_leads_to_what_became_of_it(visit: Visit, cloud: Cloud) -> None:
    known = booking(cloud, "cancelled", reasons=made_up.reason("payment_missing"))
    offer = {key: known[key] for key in ("booking_id", "service_id", "therapist_id", "starts_at", "ends_at", "local")}
    offer |= {"expires_at": known["starts_at"], "answer": "accept", "outcome": "accepted"}
    answered(visit.page, f"**/v1/offers/{ID}", offer)
    made(visit.page, known)
    visit.go(f"/offers/{ID}")
    visit.sees("It could not be booked")
    assert visit.path == f"/bookings/{ID}"
    visit.check()


# -- Asking again ------------------------------------------------------------------------------------------------------


def test_what_was_given_back_elsewhere_is_asked_for_anew(
    visits: Opens, cloud: Cloud, therapist: Therapist, client: Client
) -> None:
    """The key of the first press names what is over: the second is another booking."""
    visit = visits()
    choose_a_time(visit, therapist)
    chosen = visit.page.evaluate("sessionStorage.getItem('choice')")
    visit.press("I have been here before")
    visit.at_the_login(client.address)
    visit.press("Book this session")
    visit.sees("It is booked")
    first = visit.path.removeprefix("/bookings/")
    asked = {"service_id": cloud.stack["demo"]["service_id"], "therapist_id": therapist.id}
    keeps = """([key, asked, chosen]) => {
        const { starts_at } = JSON.parse(chosen);
        const { service_id, therapist_id } = asked;
        sessionStorage.setItem("key:booking", JSON.stringify({ key, asked: { service_id, starts_at, therapist_id } }));
        sessionStorage.setItem("choice", chosen);
    }"""
    visit.page.evaluate(keeps, [first, asked, chosen])  # as it is while it waits for a payment
    assert (
        cloud.call("operator", "POST", f"/v1/bookings/{first}/cancellation", {}, Idempotency_Key=f"{first}-c").status
        == 202
    )
    cloud.wait(first, "operator", lambda each: each["status"] == "cancelled")
    visit.go("/review")
    visit.press("Book this session")
    visit.sees("It is booked")
    second = visit.path.removeprefix("/bookings/")
    assert second != first
    assert cloud.get(second, "operator").body["status"] == "confirmed"


def test_a_note_goes_with_the_session_that_it_was_typed_for(
    visits: Opens, cloud: Cloud, therapist: Therapist, client: Client
) -> None:
    """One waits for its therapist's yes; while another is chosen, somebody looks what became of the first."""
    visit = visits()
    choose_a_time(visit, therapist)
    visit.press("I have been here before")
    visit.at_the_login(client.address)
    visit.page.get_by_label(re.compile("^Anything we should know")).wait_for()
    was_asked_for_here(visit)
    waits = made_up.hold("approval", 600)
    made(visit.page, booking(cloud, "held", hold=waits))
    visit.go("/nowhere")
    visit.go("/review")
    notes: list[str] = []
    visit.page.on("request", lambda each: notes.append(each.url) if each.url.endswith("/note") else None)
    visit.page.get_by_label(re.compile("^Anything we should know")).fill("This one is for the second")
    visit.press(re.compile("See what became of it"))
    visit.sees(re.compile("^Your request is with"))
    visit.page.wait_for_load_state("networkidle")
    assert notes == []
    visit.go("/review")
    expect(visit.page.get_by_label(re.compile("^Anything we should know"))).to_have_value("This one is for the second")


# -- A page that is left and found again -------------------------------------------------------------------------------


def test_a_fee_that_came_due_later_is_paid_at_the_address_one_came_back_to(visit: Visit, cloud: Cloud) -> None:
    made(visit.page, booking(cloud, "confirmed", payment=payment("card_kept", "card_on_file")))
    visit.go("/nowhere")
    visit.go(f"/bookings/{ID}?checkout=done")
    visit.sees("Your session")
    expect(visit.page.get_by_text("Your card is kept")).to_be_visible()
    visit.page.wait_for_url(f"**/bookings/{ID}")
    fee = payment("fee_due", "card_on_file", fee=FEE, checkout_url=made_up.CHECKOUT)
    made(visit.page, booking(cloud, "late_cancelled", payment=fee))
    visit.page.go_back()
    visit.page.go_forward()
    expect(visit.page.get_by_role("link", name="Pay €45.00 now")).to_be_visible()


def test_the_language_that_was_pressed_last_is_spoken_on_every_page(visit: Visit) -> None:
    """Its words come slowly; meanwhile somebody goes on to a page that needs more of them."""
    slow: list[Route] = []
    is_slow = [True]
    visit.page.route("**/words/de*.js", lambda route: slow.append(route) if is_slow else route.continue_())
    visit.press("Deutsch")
    visit.go("/me")
    visit.page.wait_for_timeout(200)
    is_slow.clear()
    for route in slow:
        route.continue_()
    visit.sees("Meine Daten")
    assert [each for each in visit.page.get_by_role("button").all_inner_texts() if not each.strip()] == []
    visit.check()


def test_what_is_chosen_while_it_is_saved_stays(visit: Visit) -> None:
    visit.go("/me")
    visit.sees("My data")
    language = visit.page.get_by_label("Language of messages")
    language.select_option("de")
    held = visit.hold_the_first("**/v1/me", "PUT")
    visit.press("Save")
    while not held:
        visit.page.wait_for_timeout(20)
    language.select_option("en")
    held[0].continue_()
    visit.sees("Saved")
    expect(language).to_have_value("en")
