"""Checkout's page of Stripe's double in a browser: paid, declined then paid, 3-D Secure, window closed, too late."""

from typing import Any

import pytest
import stripe
from playwright.sync_api import expect

from tests.e2e.conftest import Cloud
from tests.e2e.site.conftest import Opens
from tests.e2e.site.visit import Visit

NARROW = {"width": 320, "height": 640}


class Shop:
    """Who opens sessions at the double."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.url = cloud.stack["stripe_url"]
        address: Any = {"api": self.url}
        self._stripe = stripe.StripeClient(cloud.stack["stripe_api_key"], base_addresses=address).v1

    def opened(self, **other: Any) -> Any:
        site = self.cloud.stack["site_url"]
        price = {"currency": "eur", "unit_amount": 8000, "product_data": {"name": "Session of 50 minutes"}}
        asked: Any = {
            "mode": "payment",
            "allowed_payment_method_types": ["card"],
            "line_items": [{"price_data": price, "quantity": 1}],
            "success_url": f"{site}/?paid={{CHECKOUT_SESSION_ID}}",
            "cancel_url": f"{site}/",
            **other,
        }
        return self._stripe.checkout.sessions.create(asked)

    def status(self, session: Any) -> str:
        return str(self._stripe.checkout.sessions.retrieve(session.id).status)

    def expire(self, session: Any) -> None:
        self._stripe.checkout.sessions.expire(session.id)


@pytest.fixture
def shop(cloud: Cloud) -> Shop:
    return Shop(cloud)


def come(visits: Opens, url: str, heading: str, **options: Any) -> Visit:
    """From the practice's site, as somebody is led there."""
    visit = visits(viewport=NARROW, **options)
    visit.open("/")
    visit.page.evaluate("(url) => location.assign(url)", url)
    visit.sees(heading)
    visit.check()
    return visit


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_who_is_declined_pays_and_comes_back(visits: Opens, shop: Shop, scheme: str) -> None:
    session = shop.opened()
    visit = come(visits, session.url, "Pay €80.00", color_scheme=scheme)
    visit.press("Pay with a card that is declined")
    expect(visit.page.get_by_role("alert")).to_contain_text("declined")
    visit.check()
    visit.press("Pay €80.00")
    visit.page.wait_for_url(f"{shop.cloud.stack['site_url']}/?paid={session.id}")
    assert shop.status(session) == "complete"
    visit.page.goto(session.url)
    visit.sees("This is done")
    visit.check()


def test_a_german_proves_who_they_are(visits: Opens, shop: Shop) -> None:
    session = shop.opened(locale="de", payment_intent_data={"setup_future_usage": "off_session"})
    visit = come(visits, session.url, "80,00 € bezahlen")
    visit.press("Mit einer Karte zahlen, die 3-D Secure verlangt")
    visit.sees("Sind Sie es?")
    visit.check()
    visit.press("Nein, ich bin es nicht")
    expect(visit.page.get_by_role("alert")).to_contain_text("nicht erkannt")
    visit.press("Mit einer Karte zahlen, die 3-D Secure verlangt")
    visit.press("Ja, ich bin es")
    visit.page.wait_for_url("**/?paid=*")
    assert shop.status(session) == "complete"


def test_who_closes_the_window_comes_back_too_late(visits: Opens, shop: Shop) -> None:
    session = shop.opened()
    visit = come(visits, session.url, "Pay €80.00")
    visit.press("Close the window")
    visit.page.wait_for_url(f"{shop.cloud.stack['site_url']}/")
    assert shop.status(session) == "open"
    visit.page.goto(session.url)
    shop.expire(session)
    visit.press("Pay €80.00")
    visit.sees("This page is over")
    visit.check()


def test_without_javascript_it_is_the_same(visits: Opens, shop: Shop) -> None:
    session = shop.opened()
    visit = visits(java_script_enabled=False)
    visit.page.goto(session.url)
    visit.press("Pay €80.00")
    visit.page.wait_for_url("**/?paid=*")
    assert shop.status(session) == "complete"
