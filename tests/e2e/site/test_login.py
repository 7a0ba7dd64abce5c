"""The login's pages in a browser: in the reader's language, on the way to the site and back."""

import re
import uuid

from playwright.sync_api import expect

from tests.e2e.conftest import Cloud
from tests.e2e.site.conftest import Opens
from tests.e2e.site.people import Client
from tests.e2e.site.visit import Visit

PHONE = {"viewport": {"width": 320, "height": 640}}


def begins(visit: Visit) -> None:
    visit.open("/sessions")
    visit.page.locator("main").get_by_role("button", name="Anmelden").click()
    visit.sees("Anmelden")


def test_who_reads_german_signs_up_in_german_and_goes_back_and_forth(visits: Opens, cloud: Cloud) -> None:
    visit, address = visits(**PHONE, locale="de-DE"), f"jana.{uuid.uuid4()}@example.com"
    begins(visit)
    assert visit.page.evaluate("document.documentElement.lang") == "de"
    expect(visit.page.get_by_role("img", name="Practice Adler")).to_be_visible()
    visit.check()
    visit.press("Ich habe noch keinen Zugang: registrieren")
    visit.page.get_by_label("E-Mail-Adresse").fill(address)
    visit.page.get_by_label("Passwort").fill("kurz")
    visit.press("Registrieren")
    expect(visit.page.get_by_role("alert")).to_contain_text("Mindestens 12 Zeichen.")
    visit.check()
    visit.page.get_by_label("Passwort").fill("lang genug ist es jetzt")
    visit.press("Registrieren")
    expect(visit.page.get_by_text("j****@e****")).to_be_visible()
    visit.check()
    visit.page.reload()
    visit.press("Weiteren Code senden")
    expect(visit.page.get_by_role("status")).to_have_text(
        "Wir haben einen weiteren Code gesendet. Nur der neueste gilt."
    )
    visit.check()
    visit.page.go_back()
    visit.page.reload()
    visit.sees("Geben Sie den Code ein, den wir Ihnen gesendet haben")
    assert len(visit.mails(address)) == 2, "neither Back nor a reload has one sent"
    assert all("um sich zu registrieren" in each["BodyText"] for each in visit.mails(address))
    assert address not in visit.page.url
    visit.type_the_code(address)
    visit.page.wait_for_url(f"{cloud.stack['site_url']}/sessions")


def test_who_mistypes_their_address_types_it_anew_and_is_helped_after_wrong_codes(
    visits: Opens, cloud: Cloud, client: Client
) -> None:
    visit = visits(locale="de-DE", color_scheme="dark")
    begins(visit)
    visit.page.get_by_label("E-Mail-Adresse").fill("wrong@example.com")
    visit.press("Code senden")
    visit.press("Falsche Adresse? Eine andere eingeben")
    expect(visit.page.get_by_label("E-Mail-Adresse")).to_have_value("wrong@example.com")
    visit.page.get_by_label("E-Mail-Adresse").fill(client.address)
    visit.press("Code senden")
    over = visit.page.get_by_role("alert").filter(has_text="gilt nicht mehr")
    alert = visit.page.get_by_role("alert")
    for _ in range(6):
        visit.page.get_by_label("Code").fill("wrong")
        with visit.page.expect_navigation():
            visit.press("Weiter")
        expect(alert).to_be_visible()
    expect(over).to_be_visible()
    visit.check()
    visit.press("Weiteren Code senden")
    expect(visit.page.get_by_role("status")).to_contain_text(re.compile("weiteren Code gesendet"))
    visit.type_the_code(client.address)
    visit.page.wait_for_url(f"{cloud.stack['site_url']}/sessions")
