"""A session is paid for, from the choice of a time to the receipt: with the laptop's double of Stripe."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.daytime import zone_by_day
from tests.e2e.conftest import END_SECONDS, Cloud
from tests.e2e.site import people
from tests.e2e.site.conftest import Opens
from tests.e2e.site.people import Client, Therapist
from tests.e2e.site.visit import Visit

PHONE = {"viewport": {"width": 320, "height": 640}, "has_touch": True}


@dataclass(frozen=True)
class Offered:
    """A service of a story's own, and who gives it."""

    service_id: str
    therapist: Therapist

    @property
    def path(self) -> str:
        return f"/?service={self.service_id}&with={self.therapist.id}"


@contextmanager
def offered(cloud: Cloud, zone: str = "Europe/Berlin", **terms: Any) -> Iterator[Offered]:
    """A session of 90.00 EUR on these terms, for as long as a story lasts, by somebody in this zone."""
    fees = {"late_cancellation_fee": {"kind": "percent", "value": 50}, "no_show_fee": {"kind": "percent", "value": 100}}
    body = {"name": "Paid session", "duration_minutes": 50, "price_cents": 9000, "currency": "EUR", **fees, **terms}
    made = cloud.call("operator", "POST", "/v1/services", body)
    assert made.status == 201, made.body
    try:
        with people.therapist(cloud, zone, "Dora Lind") as therapist:
            yield Offered(made.body["id"], therapist)
    finally:
        cloud.rows("UPDATE services SET active = false WHERE id = %s RETURNING 1", made.body["id"])


@pytest.fixture
def prepaid(cloud: Cloud) -> Iterator[Offered]:
    with offered(cloud, payment="prepay", payment_minutes=30) as each:
        yield each


def asked_for(visit: Visit, of: Offered, client: Client, *, last: bool = False) -> str:
    """A time is chosen and asked for, up to the page that says what comes next: the booking's id."""
    visit.open(of.path)
    if last:  # of these days: it is far enough to be cancelled for nothing
        visit.page.locator("button.day").last.click()
    visit.page.locator("button.time").first.click()
    visit.sees("Before it is booked")
    visit.check()
    visit.press("I have been here before")
    visit.at_the_login(client.address)
    visit.press("Book this session")
    visit.page.wait_for_url("**/bookings/*")
    return visit.path.rpartition("/")[2]


def to_the_payment(visit: Visit) -> None:
    visit.sees("Pay to book it")
    visit.page.get_by_role("link", name="Pay now").wait_for()
    visit.check()
    visit.press("Pay now")
    visit.sees("Pay €90.00")


def ledger(cloud: Cloud, booking_id: str) -> list[tuple[str, int]]:
    """What happened to money."""
    found = cloud.rows(
        "SELECT entry, amount FROM payments WHERE booking_id = %s AND entry <> 'intended' ORDER BY id", booking_id
    )
    return [(each["entry"], each["amount"]) for each in found]


def is_paid(visit: Visit, cloud: Cloud, booking_id: str) -> None:
    """Back on the site, where it is said without another press."""
    visit.sees("It is booked")
    expect(visit.page.get_by_text("It is paid.")).to_be_visible()
    expect(visit.page.get_by_role("link", name=re.compile("^Receipt"))).to_be_visible()
    visit.check()
    assert ledger(cloud, booking_id) == [("captured", 9000)]


def test_a_session_is_paid_for(visits: Opens, cloud: Cloud, prepaid: Offered, client: Client) -> None:
    visit = visits(**PHONE)
    booking_id = asked_for(visit, prepaid, client)
    to_the_payment(visit)
    assert ledger(cloud, booking_id) == [], "nothing is charged by looking"
    visit.press("Pay €90.00")
    is_paid(visit, cloud, booking_id)


def test_who_is_declined_pays_with_another_card(visits: Opens, cloud: Cloud, prepaid: Offered, client: Client) -> None:
    visit = visits(**PHONE, color_scheme="dark")
    booking_id = asked_for(visit, prepaid, client)
    to_the_payment(visit)
    visit.press("Pay with a card that is declined")
    expect(visit.page.get_by_role("alert")).to_contain_text("declined")
    visit.press("Pay €90.00")
    is_paid(visit, cloud, booking_id)


def test_who_closes_the_window_can_go_on_until_the_hold_ends(
    visits: Opens, cloud: Cloud, prepaid: Offered, client: Client
) -> None:
    visit = visits(**PHONE)
    booking_id = asked_for(visit, prepaid, client)
    to_the_payment(visit)
    visit.press("Close the window")
    expect(visit.page.get_by_text("You have not paid, and nothing was charged.")).to_be_visible()
    visit.check()
    visit.press("Go on paying")
    visit.sees("Pay €90.00")
    visit.press("Close the window")
    visit.page.get_by_role("link", name="Go on paying").wait_for()
    end_the_hold(cloud, booking_id)
    seen_again(visit)
    visit.sees("It could not be booked")
    expect(visit.page.get_by_role("alert")).to_contain_text("It was not paid in time")
    visit.page.locator("button.time").first.wait_for()
    visit.check()
    assert ledger(cloud, booking_id) == []
    assert cloud.wait(booking_id, "operator")["status"] == "cancelled"


def test_a_session_that_is_cancelled_in_time_is_paid_back(
    visits: Opens, cloud: Cloud, prepaid: Offered, client: Client
) -> None:
    visit = visits(**PHONE)
    booking_id = asked_for(visit, prepaid, client, last=True)
    to_the_payment(visit)
    visit.press("Pay €90.00")
    is_paid(visit, cloud, booking_id)
    visit.press("Cancel")
    visit.sees("Cancel this session?")
    expect(visit.page.get_by_text("You get €90.00 back.")).to_be_visible()
    visit.check()
    visit.press("Cancel the session")
    visit.sees("Your session is cancelled")
    expect(visit.page.get_by_text("€90.00 goes back to your card.")).to_be_visible()
    visit.check()
    visit.go(f"/bookings/{booking_id}")
    expect(visit.page.get_by_text("All of it went back to your card.")).to_be_visible()
    visit.check()
    assert ledger(cloud, booking_id) == [("captured", 9000), ("refunded", 9000)]


def test_a_held_time_is_given_back(visits: Opens, cloud: Cloud, prepaid: Offered, client: Client) -> None:
    visit = visits(**PHONE)
    booking_id = asked_for(visit, prepaid, client)
    visit.sees("Pay to book it")
    visit.press("Give the time back")
    visit.sees("Give the time back")
    expect(visit.page.get_by_text("It is not booked yet. Giving the time back costs nothing.")).to_be_visible()
    visit.check()
    visit.press("Give the time back")
    visit.sees("Your session is cancelled")
    cloud.wait(booking_id, "operator", lambda each: each["status"] == "cancelled")
    assert ledger(cloud, booking_id) == []


def test_a_therapist_says_yes_and_then_it_is_paid_for(visits: Opens, cloud: Cloud, client: Client) -> None:
    with offered(cloud, approval="therapist", payment="prepay") as asked:
        visit, practice = visits(**PHONE), visits()
        booking_id = asked_for(visit, asked, client)
        visit.sees("Your request is with Dora Lind")
        visit.check()
        answers(practice, cloud, asked.therapist)
        practice.press("Say yes")
        practice.check()
        practice.press("Yes, take it")
        expect(practice.page.get_by_text("You said yes.")).to_be_visible()
        cloud.wait(booking_id, "operator", lambda each: each["hold"] and each["hold"]["awaits"] == "payment")
        seen_again(visit)
        to_the_payment(visit)
        visit.press("Pay €90.00")
        is_paid(visit, cloud, booking_id)


def test_a_therapist_says_no_and_why(visits: Opens, cloud: Cloud, client: Client) -> None:
    with offered(cloud, approval="therapist") as asked:
        visit, practice = visits(**PHONE), visits()
        booking_id = asked_for(visit, asked, client)
        visit.sees("Your request is with Dora Lind")
        answers(practice, cloud, asked.therapist)
        practice.press("Say no")
        practice.page.get_by_label("Why?").fill("I am <b>away</b> then.")
        practice.press("No, decline it")
        expect(practice.page.get_by_text("You said no. The time is free again.")).to_be_visible()
        cloud.wait(booking_id, "operator", lambda each: each["status"] == "cancelled")
        seen_again(visit)
        visit.sees("It could not be booked")
        expect(visit.page.get_by_role("alert")).to_contain_text("I am <b>away</b> then.")
        visit.check()


def test_a_therapist_says_yes_and_it_is_booked(visits: Opens, cloud: Cloud, client: Client) -> None:
    with offered(cloud, approval="therapist") as asked:
        visit, practice = visits(**PHONE), visits()
        booking_id = asked_for(visit, asked, client)
        visit.sees("Your request is with Dora Lind")
        answers(practice, cloud, asked.therapist)
        practice.press("Say yes")
        practice.press("Yes, take it")
        cloud.wait(booking_id, "operator", lambda each: each["status"] == "confirmed")
        seen_again(visit)
        visit.sees("It is booked")
        visit.check()


def answers(visit: Visit, cloud: Cloud, therapist: Therapist) -> None:
    """The therapist, by a login of their own, before the page of what waits."""
    address = people.staff(cloud, "therapist")
    known = cloud.client("cognito-idp").admin_get_user(UserPoolId=cloud.stack["user_pool_id"], Username=address)
    sub = next(each["Value"] for each in known["UserAttributes"] if each["Name"] == "sub")
    cloud.rows("UPDATE therapists SET user_sub = %s WHERE id = %s RETURNING 1", sub, therapist.id)
    visit.sign_in(address, "/held")
    visit.sees("Bookings on hold")
    expect(visit.page.get_by_text("Ida Iversen")).to_be_visible()
    visit.check()


def seen_again(visit: Visit) -> None:
    """The person looks at the page again, which asks at once then."""
    visit.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def end_the_hold(cloud: Cloud, booking_id: str) -> None:
    """Half an hour goes by: the workflow waits no longer."""
    deadline = time.monotonic() + END_SECONDS
    token = None
    while token is None and time.monotonic() < deadline:
        [hold] = cloud.rows(
            "UPDATE holds SET until = now() WHERE booking_id = %s AND awaits = 'payment' RETURNING task_token",
            booking_id,
        )
        token = hold["task_token"]
    cloud.client("stepfunctions").send_task_success(taskToken=token, output="{}")


def test_a_card_is_left_and_the_late_fee_is_taken_from_it(visits: Opens, cloud: Cloud, client: Client) -> None:
    with offered(cloud, zone_by_day(), payment="card_on_file") as kept:  # their next free time is on a late notice
        visit = visits(**PHONE, locale="de-DE", timezone_id="Europe/Berlin")
        visit.open(kept.path)
        visit.page.locator("button.time").first.click()
        visit.sees("Bevor gebucht ist")
        expect(visit.page.get_by_text(re.compile("45,00\\s€, wenn Sie spät absagen"))).to_be_visible()
        visit.check()
        visit.press("Ich war schon einmal hier")
        visit.at_the_login(client.address)
        visit.press("Diesen Termin buchen")
        visit.sees("Eine Karte hinterlegen, um zu buchen")
        visit.page.get_by_role("link", name="Karte hinterlegen").wait_for()
        visit.check()
        booking_id = visit.path.rpartition("/")[2]
        visit.press("Karte hinterlegen")
        visit.page.get_by_role("button").first.click()
        visit.sees("Ihr Termin ist gebucht")
        expect(visit.page.get_by_text("Ihre Karte ist bei unserem Zahlungsdienst hinterlegt.")).to_be_visible()
        visit.check()
        visit.press("Absagen")
        visit.sees("Diesen Termin absagen?")
        expect(visit.page.get_by_text(re.compile("45,00\\s€ werden von Ihrer Karte abgebucht"))).to_be_visible()
        visit.check()
        visit.press("Termin absagen")
        visit.sees("Ihr Termin ist abgesagt")
        visit.go(f"/bookings/{booking_id}")
        expect(visit.page.get_by_text("Eine Gebühr wurde abgebucht, wie vereinbart.")).to_be_visible()
        visit.check()
        assert ledger(cloud, booking_id) == [("authorised", 0), ("captured", 4500)]


def test_who_keeps_the_calendar_asks_for_no_payment_and_an_operator_sees_it(
    visits: Opens, cloud: Cloud, prepaid: Offered, client: Client
) -> None:
    visit, practice = visits(**PHONE), visits()
    booking_id = asked_for(visit, prepaid, client)
    visit.sees("Pay to book it")
    answers(practice, cloud, prepaid.therapist)
    practice.press("Ask for no payment")
    practice.page.get_by_label("Why?").fill("A gift")
    practice.press("Book it without payment")
    expect(practice.page.get_by_text("It is booked without payment.")).to_be_visible()
    cloud.wait(booking_id, "operator", lambda each: each["status"] == "confirmed")
    seen_again(visit)
    visit.sees("It is booked")
    expect(visit.page.get_by_text("The practice asks for no payment.")).to_be_visible()
    visit.check()
    assert ledger(cloud, booking_id) == []


def test_an_operator_sees_payments_beside_messages(
    visits: Opens, cloud: Cloud, prepaid: Offered, client: Client
) -> None:
    visit, operator = visits(**PHONE), visits()
    booking_id = asked_for(visit, prepaid, client)
    to_the_payment(visit)
    visit.press("Pay €90.00")
    is_paid(visit, cloud, booking_id)
    operator.sign_in(people.staff(cloud, "operator"), f"/operate/bookings/{booking_id}")
    operator.press("Messages and payments")
    operator.sees("Payments")
    made = operator.page.locator("li.entry")
    expect(made).to_have_count(2)
    expect(made.nth(0)).to_contain_text("Price: €90.00 ✓ intended")
    expect(made.nth(1)).to_contain_text("Price: €90.00 ✓ taken")
    operator.check()
    made.nth(1).get_by_role("button").click()
    expect(operator.page.get_by_role("link", name=re.compile("^.*Payment")).first).to_be_visible()
    operator.check()
