"""Checkout's pages as a person has them: what they read, what a press comes to, and that looking changes nothing."""

import re
from html import unescape
from typing import Any

import pytest

from local.stripe import checkout
from local.stripe.checkout import PATH
from tests.stripe_double import CANCEL, Practice


class Person(Practice):
    """With a browser, on the page of a session."""

    def __init__(self, **other: Any) -> None:
        super().__init__()
        self.id = self.opened(**other).id
        self.place = f"{PATH}{self.id}"

    def sees(self, place: str = "", accepted: str = "en-GB,en;q=0.9") -> str:
        status, _, content = checkout.answer(self.account, "GET", place or self.place, "", accepted)
        assert status == 200, content
        return unescape(content.decode())

    def presses(self, press: str, more: str = "") -> None:
        status, headers, _ = checkout.answer(self.account, "POST", self.place, f"press={press}{more}", "")
        assert status == 303
        self.place = headers["Location"]


def heading(page: str) -> str:
    [found] = re.findall(r"<h1>(.*?)</h1>", page)
    return str(found)


def test_who_pays_is_led_to_the_practice_with_the_session() -> None:
    person = Person()
    assert heading(person.sees()) == "Pay €80.00"
    assert "Session of 50 minutes" in person.sees()
    assert "open until 10:00 UTC" in person.sees()
    session = person.place
    person.presses("pay")
    assert person.place == f"http://127.0.0.1:8000/paid?session={person.id}"
    assert heading(person.sees(session)) == "This is done"


def test_who_is_declined_reads_so_and_may_try_again() -> None:
    person = Person()
    assert 'role="alert"' not in person.sees()
    person.presses("decline")
    assert "The card was declined" in person.sees()
    person.presses("pay")
    assert person.session(person.id).status == "complete"


@pytest.mark.parametrize(("press", "status"), [("approve", "complete"), ("fail", "open")])
def test_three_d_secure_is_a_second_page(press: str, status: str) -> None:
    person = Person()
    person.presses("authenticate")
    assert heading(person.sees()) == "Is it you?"
    check = person.place
    person.presses(press)
    assert person.session(person.id).status == status
    if status == "open":
        assert "did not recognise you" in person.sees()
    answered, headers, _ = checkout.answer(person.account, "GET", check, "", "")
    assert (answered, headers["Location"]) == (303, f"{PATH}{person.id}"), "there is nothing to approve any more"


def test_who_closes_the_window_can_go_on_later() -> None:
    person = Person()
    assert f'href="{CANCEL}"' in person.sees()
    assert person.session(person.id).status == "open"
    person.wait(minutes=50)
    person.presses("pay")
    assert person.session(person.id).payment_status == "paid"


def test_a_page_that_is_over_says_so_and_a_press_that_comes_too_late_does_nothing() -> None:
    person = Person()
    person.wait(hours=1)
    person.presses("pay")
    page = person.sees()
    assert heading(page) == "This page is over"
    assert "Nothing was charged" in page
    assert f'href="{CANCEL}"' in page
    assert "<form" not in page
    assert person.account.all("charge") == []


def test_a_card_that_is_kept_can_be_one_that_fails_later() -> None:
    person = Person(payment_intent_data={"setup_future_usage": "off_session"})
    assert "when you are away" in person.sees()
    person.presses("pay", "&card=0341")
    method = person.session(person.id, "payment_intent.payment_method").payment_intent.payment_method
    assert method.card.last4 == "0341"
    assert "when you are away" not in Person().sees()


@pytest.mark.parametrize(
    ("locale", "accepted", "title"),
    [
        ("de", "en", "80,00\N{NO-BREAK SPACE}€ bezahlen"),
        ("auto", "de-AT,de;q=0.9,en;q=0.5", "80,00\N{NO-BREAK SPACE}€ bezahlen"),
        ("auto", "ja,en;q=0.5", "Pay €80.00"),
        ("fr", "de", "Pay €80.00"),
    ],
)
def test_it_speaks_the_sessions_language_or_the_browsers(locale: str, accepted: str, title: str) -> None:
    assert heading(Person(locale=locale).sees(accepted=accepted)) == title


@pytest.mark.parametrize(
    ("amount", "currency", "title"),
    [(6000, "jpy", "Pay ¥6,000"), (20_500, "kwd", "Pay 20.500\N{NO-BREAK SPACE}KWD")],
)
def test_amounts_have_their_currencies_decimals(amount: int, currency: str, title: str) -> None:
    assert heading(Person(**Practice().payment(amount, currency)).sees()) == title


def test_what_a_practice_calls_its_service_is_text() -> None:
    asked = Practice().payment()
    asked["line_items"][0]["price_data"]["product_data"]["name"] = "<script>alert(1)</script>"
    status, headers, content = checkout.answer((there := Person(**asked)).account, "GET", there.place, "", "")
    assert status == 200
    assert b"<script" not in content
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'sha256-")


@pytest.mark.parametrize("place", [f"{PATH}cs_test_nobody", "{}/elsewhere"])
def test_there_is_no_other_page(place: str) -> None:
    person = Person()
    assert checkout.answer(person.account, "GET", place.format(person.place), "", "")[0] == 404
