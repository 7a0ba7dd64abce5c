"""What people see of payments and of a therapist's yes, in every state: the API's answers are made up."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.conftest import Cloud
from tests.e2e.site import made_up_payments as made_up
from tests.e2e.site import people
from tests.e2e.site.conftest import Opens
from tests.e2e.site.made_up_payments import CHECKOUT, FEE, ID, PRICE, booking, hold, payment, with_page
from tests.e2e.site.people import Client
from tests.e2e.site.visit import Visit

PHONE = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "color_scheme": "dark"}
GERMAN = {"locale": "de-DE", "timezone_id": "Europe/Berlin"}


def answered(page: Page, path: str | re.Pattern[str], body: dict[str, Any], status: int = 200) -> None:
    """From now on the API answers so, whatever it knows."""
    page.route(path, lambda route: route.fulfill(status=status, content_type="application/json", body=json.dumps(body)))


def made(page: Page, known: dict[str, Any]) -> None:
    answered(page, f"**/v1/bookings/{known['booking_id']}", known)


def shown(visit: Visit, path: str, heading: str | re.Pattern[str]) -> None:
    """Goes there anew, and looks at it."""
    visit.go("/nowhere")
    visit.go(path)
    visit.sees(heading)
    visit.check()


def in_service(page: Page, **more: Any) -> None:
    """Every service of the catalogue has these terms."""

    def changed(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        body["services"] = [{**each, "price_cents": PRICE, "currency": "EUR", **more} for each in body["services"]]
        route.fulfill(response=answer, json=body)

    page.route("**/v1/catalogue/services*", changed)


AGREED = {
    "payment_minutes": 30,
    "approval_minutes": 2880,
    "late_cancellation_fee": {"kind": "percent", "value": 50},
    "no_show_fee": {"kind": "amount", "value": PRICE},
}


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({"payment": "prepay", "approval": "none"}, ["You pay €90.00 next, by card", "for 30 minutes"]),
        (
            {"payment": "prepay", "approval": "therapist"},
            ["has to say yes first, within 2 days", "After a yes you pay €90.00"],
        ),
        (
            {"payment": "card_on_file", "approval": "none"},
            ["You pay nothing now", "€45.00 if you cancel late", "€90.00 if you do not come"],
        ),
    ],
)
def test_who_books_is_told_before_what_comes_next(
    visits: Opens, cloud: Cloud, therapist: people.Therapist, terms: dict[str, Any], said: list[str]
) -> None:
    visit = visits(**PHONE)
    in_service(visit.page, **AGREED, **terms)
    visit.open(f"/?service={cloud.stack['demo']['service_id']}&with={therapist.id}")
    visit.page.locator("button.time").first.click()
    visit.sees("Before it is booked")
    for each in said:
        expect(visit.page.locator(".before-booked")).to_contain_text(each)
    visit.check()


def test_a_service_that_asks_for_nothing_says_nothing(visits: Opens, cloud: Cloud, therapist: people.Therapist) -> None:
    visit = visits()
    in_service(visit.page, **AGREED, payment="none", approval="none")
    visit.open(f"/?service={cloud.stack['demo']['service_id']}&with={therapist.id}")
    visit.page.locator("button.time").first.click()
    visit.sees("Is this right?")
    expect(visit.page.get_by_text("Before it is booked")).to_have_count(0)


def test_a_held_booking_says_what_it_waits_for(visits: Opens, cloud: Cloud, client: Client) -> None:
    visit = visits(**PHONE)
    page, here = visit.page, f"/bookings/{ID}"
    due = payment("due")
    visit.sign_in(client.address)
    visit.sees("My sessions")

    made(page, booking(cloud, "held", hold=hold("payment"), payment=due))
    shown(visit, here, "Pay to book it")
    expect(page.get_by_text("The payment page is being opened")).to_be_visible()

    made(page, booking(cloud, "held", hold=with_page(), payment=due))
    shown(visit, here, "Pay to book it")
    expect(page.get_by_text(re.compile(r"held for you until .*\d\d:\d\d \(London time\)"))).to_be_visible()
    expect(page.get_by_role("timer")).to_contain_text(re.compile(r"2[89]:\d\d minutes left"))
    assert page.get_by_role("timer").get_attribute("aria-live") is None, "it is not read out each second"
    expect(page.get_by_role("link", name="Pay now")).to_have_attribute("href", CHECKOUT)
    assert CHECKOUT not in visit.requests, "nothing acts on load"

    shown(visit, f"{here}?checkout=left", "Pay to book it")
    expect(page.get_by_text("You have not paid, and nothing was charged.")).to_be_visible()
    expect(page.get_by_role("link", name="Go on paying")).to_have_attribute("href", CHECKOUT)

    shown(visit, f"{here}?checkout=done", "We are waiting for the payment provider's word")
    made(page, booking(cloud, "confirmed", payment=made_up.paid(), changes=made_up.changes("free", 0, PRICE)))
    visit.sees("Your session")
    expect(page.get_by_text("It is paid.")).to_be_visible()
    expect(page.get_by_text("You get €90.00 back.")).to_be_visible()
    visit.check()

    made(page, booking(cloud, "held", hold=hold("payment", -1), payment=due))
    shown(visit, here, "The time for it is over")
    made(page, booking(cloud, "held", hold=hold("payment", answer="cancel"), payment=due))
    shown(visit, here, "The time is being given back")
    made(page, booking(cloud, "held", hold=hold("payment", answer="pay"), payment=due))
    shown(visit, here, "It is being booked")

    made(page, booking(cloud, "held", hold=with_page(), payment=payment("due", "card_on_file")))
    shown(visit, here, "Leave a card to book it")
    expect(page.get_by_text("€45.00 if you cancel late")).to_be_visible()

    made(page, booking(cloud, "held", hold=hold("approval", 2 * 24 * 60), payment=payment("none")))
    shown(visit, here, re.compile("^Your request is with"))
    expect(page.get_by_text("After a yes you are asked to pay €90.00 by card.")).to_be_visible()
    visit.press("Take the request back")
    visit.sees("Take the request back")
    expect(page.get_by_text("It is not booked yet. Giving the time back costs nothing.")).to_be_visible()
    visit.check()


ENDED = [
    ("payment_missing", "It was not paid in time"),
    ("approval_declined", "Your therapist could not say yes to this time."),
    ("approval_expired", "Nobody said yes in time"),
]


def test_a_hold_that_ended_says_why_and_leads_to_another_time(visits: Opens, cloud: Cloud, client: Client) -> None:
    visit = visits(**PHONE)
    visit.sign_in(client.address)
    visit.sees("My sessions")
    words = {"text": "I am away <b>then</b>.", "internal": False}
    for code, said in ENDED:
        made(visit.page, booking(cloud, "cancelled", reasons=made_up.reason(code), reason=words))
        shown(visit, f"/bookings/{ID}", "It could not be booked")
        expect(visit.page.get_by_role("alert")).to_contain_text(said)
        expect(visit.page.get_by_role("alert")).to_contain_text("I am away <b>then</b>.")
        expect(visit.page.get_by_role("link", name="Choose another time")).to_be_visible()


STANDINGS = [
    ("confirmed", made_up.paid(), ["It is paid.", "Paid €90.00", "Receipt"]),
    ("confirmed", payment("card_kept", "card_on_file"), ["Your card is kept", "€90.00 if you do not come"]),
    ("cancelled", made_up.paid("refunded", refunded=PRICE), ["All of it went back", "Given back €90.00"]),
    (
        "late_cancelled",
        made_up.paid("partly_refunded", refunded=FEE, fee=FEE),
        ["A part of it went back", "Fee €45.00"],
    ),
    ("late_cancelled", payment("fee_charged", "card_on_file", paid=FEE, fee=FEE), ["A fee was taken"]),
    ("confirmed", payment("waived"), ["The practice asks for no payment."]),
    ("confirmed", made_up.paid("disputed"), ["Your bank is looking into this payment."]),
    ("cancelled", made_up.paid("failed"), ["Something about this payment did not work."]),
]


def test_a_session_says_how_its_payment_stands(visits: Opens, cloud: Cloud, client: Client) -> None:
    visit = visits(**PHONE)
    visit.sign_in(client.address)
    visit.sees("My sessions")
    for status, standing, said in STANDINGS:
        made(visit.page, booking(cloud, status, payment=standing))
        shown(visit, f"/bookings/{ID}", "Payment")
        text = " ".join(visit.page.locator(".money").inner_text().split())
        assert [each for each in said if each not in text] == [], text


def test_a_fee_that_the_card_did_not_take_is_paid_by_two_presses(visits: Opens, cloud: Cloud, client: Client) -> None:
    visit = visits(**PHONE)
    page = visit.page
    posts: list[str] = []
    page.on("request", lambda each: posts.append(each.url) if each.method == "POST" and "/v1/" in each.url else None)
    visit.sign_in(client.address)
    visit.sees("My sessions")
    fee = payment("fee_due", "card_on_file", fee=FEE)
    made(page, booking(cloud, "late_cancelled", payment=fee))
    shown(visit, f"/bookings/{ID}", "Payment")
    expect(page.get_by_text("A fee of €45.00 is due.")).to_be_visible()
    answered(page, f"**/v1/bookings/{ID}/fee-payment", {}, 202)
    assert posts == []
    visit.press("Open the payment page")
    made(page, booking(cloud, "late_cancelled", payment={**fee, "checkout_url": CHECKOUT}))
    expect(page.get_by_role("link", name="Pay €45.00 now")).to_have_attribute("href", CHECKOUT)
    visit.check()
    assert len(posts) == 1
    shown(visit, f"/bookings/{ID}?checkout=done", "Payment")
    expect(page.get_by_text("We are waiting for the payment provider's word")).to_be_visible()
    paid = payment("fee_charged", "card_on_file", fee=FEE, paid=FEE)
    made(page, booking(cloud, "late_cancelled", payment=paid))
    expect(page.get_by_text("A fee was taken, as it was agreed.")).to_be_visible()


COSTS = [
    ("free", 0, PRICE, made_up.paid(), "You get €90.00 back."),
    ("late", FEE, FEE, made_up.paid(), "You get €45.00 back; €45.00 is the late fee."),
    ("late", PRICE, 0, made_up.paid(), "you get nothing back; the late fee is €90.00"),
    ("late", FEE, 0, payment("card_kept", "card_on_file"), "€45.00 is taken from your card"),
    ("free", 0, 0, payment("card_kept", "card_on_file"), "Cancelling costs you nothing."),
]


def test_what_cancelling_costs_is_said_before_it_is_pressed(visits: Opens, cloud: Cloud, client: Client) -> None:
    visit = visits(**PHONE)
    visit.sign_in(client.address)
    visit.sees("My sessions")
    for cost, fee, refund, standing, said in COSTS:
        made(visit.page, booking(cloud, "confirmed", payment=standing, changes=made_up.changes(cost, fee, refund)))
        shown(visit, f"/bookings/{ID}/cancel", "Cancel this session?")
        expect(visit.page.locator(".cost")).to_contain_text(said)


def test_my_sessions_say_which_of_them_wait(visits: Opens, cloud: Cloud, client: Client) -> None:
    visit = visits(**PHONE, **GERMAN)
    waiting = [
        booking(cloud, "held", booking_id="a", hold=with_page(), payment=payment("due")),
        booking(cloud, "held", booking_id="b", hold=with_page(), payment=payment("due", "card_on_file")),
        booking(cloud, "held", booking_id="c", hold=hold("approval"), payment=payment("none")),
        booking(cloud, "held", booking_id="d"),
    ]
    answered(visit.page, "**/v1/bookings?from=*", {"bookings": waiting, "next": None})
    visit.sign_in(client.address)
    visit.sees("Meine Termine")
    lines = visit.page.locator("a.session")
    for line, said in zip(
        range(4), ("bitte zahlen", "bitte Karte hinterlegen", "Wartet auf die Zusage", "bitte antworten"), strict=True
    ):
        expect(lines.nth(line)).to_contain_text(said)
    assert [each.get_attribute("href") for each in lines.all()] == [
        "/bookings/a",
        "/bookings/b",
        "/bookings/c",
        "/offers/d",
    ]
    visit.check()


def test_a_series_waits_as_one(visits: Opens, cloud: Cloud, client: Client) -> None:
    """The first of it was refused: what the others wait for, the series says."""
    visit = visits(**PHONE)
    first = booking(
        cloud, "rejected", series_id=ID, price_cents=None, currency=None, reasons=made_up.reason("slot_taken")
    )
    kept = ("booking_id", "status", "starts_at", "ends_at", "local", "reasons")
    held = [{**booking(cloud, "held", booking_id=f"{ID}-{each}"), "reasons": []} for each in (2, 3)]
    series = {
        **{name: first[name] for name in ("therapist_id", "service_id", "client_id")},
        "series_id": ID,
        "status": "held",
        "hold": with_page(),
        "reasons": [],
        "occurrences": [{**{name: each[name] for name in kept}, "alternatives": []} for each in (first, *held)],
    }
    in_service(visit.page, **AGREED, payment="prepay", approval="none")
    made(visit.page, first)
    answered(visit.page, f"**/v1/series/{ID}", series)
    visit.sign_in(client.address)
    visit.sees("My sessions")
    shown(visit, f"/bookings/{ID}", "Pay to book it")
    expect(visit.page.get_by_text("You pay €180.00 by card. It is for 2 sessions.")).to_be_visible()
    expect(visit.page.get_by_role("link", name="Pay now")).to_have_attribute("href", CHECKOUT)
    expect(visit.page.get_by_text("Held for you", exact=True)).to_have_count(2)


def test_an_offer_that_is_accepted_is_booked_once_it_is_paid_for(visits: Opens, cloud: Cloud, client: Client) -> None:
    visit = visits(**PHONE)
    held = booking(cloud, "held", hold=with_page(), payment=payment("due"))
    offer = {"answer": "accept", "outcome": "accepted", "expires_at": with_page()["until"]}
    answered(visit.page, f"**/v1/offers/{ID}", {**held, **offer})
    made(visit.page, held)
    visit.sign_in(client.address)
    visit.sees("My sessions")
    shown(visit, f"/offers/{ID}", "One step more")
    visit.press("See the session")
    visit.sees("Pay to book it")


# -- Staff -----------------------------------------------------------------------------------------------------------


def waiting_for(page: Page, cloud: Cloud, awaits: str, *bookings: dict[str, Any]) -> None:
    answered(page, re.compile(rf"/v1/bookings\?awaits={awaits}"), {"bookings": list(bookings), "next": None})
    for each in bookings:
        made(page, each)
        answered(page, f"**/v1/clients/{each['client_id']}", {"id": each["client_id"], "name": "Ida <b>Iversen</b>"})


@pytest.mark.parametrize("options", [PHONE, {**PHONE, **GERMAN}], ids=["english", "german"])
def test_nothing_waits(visits: Opens, cloud: Cloud, options: dict[str, Any]) -> None:
    visit = visits(**options)
    waiting_for(visit.page, cloud, "approval")
    waiting_for(visit.page, cloud, "payment")
    visit.sign_in(people.staff(cloud, "therapist"), "/held")
    visit.sees(re.compile("Bookings on hold|Vorgemerkte Buchungen"))
    expect(visit.page.get_by_text(re.compile("Nothing waits for a yes|Nichts wartet auf eine Zusage"))).to_be_visible()
    visit.check()


def test_who_keeps_the_calendar_answers_what_waits(visits: Opens, cloud: Cloud) -> None:
    visit = visits(**PHONE)
    page = visit.page
    sent: list[tuple[str, Any]] = []
    page.on(
        "request",
        lambda each: (
            sent.append((each.url.rpartition("/v1/")[2], each.post_data_json))
            if "/v1/" in each.url and each.method == "POST"
            else None
        ),
    )
    note = "It is about my <i>knee</i>."
    first = booking(cloud, "held", booking_id="a", hold=hold("approval", 60 * 24), note=note)
    second = booking(cloud, "held", booking_id="b", hold=hold("approval", 60 * 24))
    third = booking(cloud, "held", booking_id="c", hold=hold("payment", has_checkout=True), payment=payment("due"))
    waiting_for(page, cloud, "approval", first, second)
    waiting_for(page, cloud, "payment", third)
    for path in ("a/approval", "b/approval", "c/payment-waiver"):
        answered(page, f"**/v1/bookings/{path}", {})
    visit.sign_in(people.staff(cloud, "therapist"))
    visit.sees("My sessions")
    visit.press("Held")
    visit.sees("Bookings on hold")
    expect(page.get_by_text("Ida <b>Iversen</b>")).to_have_count(3)
    expect(page.get_by_text(note)).to_be_visible()
    visit.check()
    assert sent == [], "a page that is looked at does nothing"

    yes, no, pays = (page.locator("article").nth(each) for each in range(3))
    yes.get_by_role("button", name="Say yes").click()
    expect(yes.get_by_text("This can't be undone")).to_be_visible()
    visit.check()
    yes.get_by_role("button", name="Yes, take it").click()
    expect(yes.locator("p", has_text="You said yes.")).to_be_focused()

    no.get_by_role("button", name="Say no").click()
    no.get_by_label("Why?").fill("I am away")
    visit.check()
    no.get_by_role("button", name="No, decline it").click()
    expect(no.get_by_text("You said no.")).to_be_visible()

    pays.get_by_role("button", name="Ask for no payment").click()
    pays.get_by_role("button", name="Book it without payment").click()
    expect(pays.get_by_text("Please say why.")).to_be_visible()
    visit.check()
    pays.get_by_label("Why?").fill("A gift")
    pays.get_by_role("button", name="Book it without payment").click()
    expect(pays.get_by_text("It is booked without payment.")).to_be_visible()
    visit.check()
    assert sent == [
        ("bookings/a/approval", {"answer": "approve"}),
        ("bookings/b/approval", {"answer": "decline", "reason": "I am away"}),
        ("bookings/c/payment-waiver", {"reason": "A gift"}),
    ]


def test_what_was_answered_elsewhere_is_told(visits: Opens, cloud: Cloud) -> None:
    visit = visits(**PHONE)
    page = visit.page
    waiting_for(page, cloud, "approval", booking(cloud, "held", booking_id="a", hold=hold("approval", 60)))
    waiting_for(page, cloud, "payment")
    problem = {"type": "urn:booking:problem:hold-answered", "title": "Answered before", "detail": ""}
    answered(page, "**/v1/bookings/a/approval", problem, 409)
    visit.sign_in(people.staff(cloud, "operator"), "/held")
    visit.sees("Bookings on hold")
    visit.press("Say yes")
    visit.press("Yes, take it")
    expect(page.get_by_role("alert")).to_contain_text("This was answered before")
    visit.check()


def test_a_list_that_can_not_be_read_is_asked_for_again(visits: Opens, cloud: Cloud) -> None:
    visit = visits(**PHONE)
    page = visit.page
    waiting_for(page, cloud, "payment")
    problem = {"type": "urn:booking:problem:unavailable", "title": "Unavailable", "detail": ""}
    answered(page, re.compile(r"/v1/bookings\?awaits=approval"), problem, 503)
    visit.sign_in(people.staff(cloud, "therapist"), "/held")
    expect(page.get_by_role("alert")).to_contain_text("The practice can't be reached just now")
    visit.check()
    waiting_for(page, cloud, "approval")
    visit.press("Try again")
    expect(page.get_by_text("Nothing waits for a yes.")).to_be_visible()


def test_a_client_is_not_shown_the_practices_page(visits: Opens, cloud: Cloud, client: Client) -> None:
    visit = visits(**PHONE)
    visit.sign_in(client.address, "/held")
    visit.sees("This page is for the practice's staff")
    expect(visit.page.get_by_role("link", name="Held", exact=True)).to_have_count(0)
    visit.check()


def test_what_is_shown_until_when_is_as_the_clock_of_the_reader_says(
    visits: Opens, cloud: Cloud, client: Client
) -> None:
    """The countdown ends by itself, and the page says that it looks once more."""
    visit = visits(**PHONE)
    visit.sign_in(client.address)
    visit.sees("My sessions")
    held = {**with_page(), "until": iso_in(minutes=10)}
    made(visit.page, booking(cloud, "held", hold=held, payment=payment("due")))
    visit.page.clock.install()
    visit.go(f"/bookings/{ID}")
    visit.sees("Pay to book it")
    visit.page.clock.fast_forward("10:00")
    visit.sees("The time for it is over")
    expect(visit.page.get_by_role("link", name="Pay now")).to_have_count(0)


def iso_in(minutes: float) -> str:
    return made_up.iso(datetime.now(UTC) + timedelta(minutes=minutes))
