"""Somebody tries the product on their laptop: breaks and mends it in the browser, and reads what was sent."""

import re
import uuid

from playwright.sync_api import expect

from local import faults
from local.api import call
from tests.e2e.conftest import Cloud
from tests.e2e.site.conftest import Opens
from tests.e2e.site.people import Client, Therapist, book, hour_of
from tests.e2e.site.visit import Visit
from tests.e2e.test_foreign_pages import page, seen, site
from tests.e2e.test_operator_stories import until

PHONE = {"viewport": {"width": 320, "height": 640}, "color_scheme": "dark"}


def test_somebody_breaks_mail_sees_a_booking_fail_mends_it_and_reads_the_message(
    visits: Opens, cloud: Cloud, therapist: Therapist, client: Client, mended: None
) -> None:
    there = visits()
    there.open("/laptop/faults")
    there.sees("E-mail provider")
    there.check()
    there.page.get_by_label("not at all").check()
    expect(there.page.get_by_role("status")).to_have_text("Workflows wait not at all.")
    there.press("Break e-mail")
    expect(there.page.get_by_role("status")).to_have_text("Done: “E-mail provider” is broken now.")
    there.check()

    booking_id = f"laptop-{uuid.uuid4().hex}"
    cloud.post(
        booking_id,
        {
            "therapist_id": therapist.id,
            "service_id": cloud.stack["demo"]["service_id"],
            "client_id": client.id,
            "starts_at": hour_of(4),
        },
        "operator",
    )
    assert cloud.wait_for_execution(booking_id)["status"] == "FAILED", "after all its attempts, without a wait"
    assert cloud.get(booking_id, "operator").body["status"] == "confirmed", "it stands all the same"

    inbox = visits(permissions=["clipboard-write"])  # which browsers with a window give by themselves
    inbox.open("/laptop/inbox")
    letter = inbox.page.get_by_role("listitem").filter(has_text=client.address)
    assert not [each for each in letter.all_inner_texts() if "booked" in each]
    there.press("Mend everything")
    expect(there.page.get_by_role("status")).to_have_text("Everything is mended.")
    there.check()
    path = f"/v1/executions/booking/{booking_id}/redrive"
    why = {"reason": "the provider is back", "code": "cause_is_mended"}
    assert cloud.call("operator", "POST", path, why, Idempotency_Key=f"{booking_id}-again").status == 202

    booked = letter.filter(has_text="A session is booked for you").get_by_role("link")
    expect(booked).to_be_visible()  # by itself
    expect(inbox.page.get_by_role("status").first).to_contain_text("New: “")
    inbox.check()
    booked.click()
    inbox.is_led_to("A session is booked for you")
    mail = inbox.page.frame_locator("iframe.mail")
    expect(mail.get_by_text("Hello Ida Iversen")).to_be_visible()
    inbox.check()
    with inbox.page.expect_download() as saved:
        inbox.press("Save session.ics")
    assert "BEGIN:VEVENT" in saved.value.path().read_text()
    inbox.press("As plain text")
    expect(inbox.page.get_by_role("link", name=f"{cloud.stack['site_url']}/bookings/{booking_id}")).to_be_visible()
    inbox.check()
    inbox.page.go_back()
    with inbox.page.expect_popup() as opened:
        mail.get_by_role("link", name="See the session").click()
    reader = Visit(opened.value, cloud)
    _signs_in_by_the_inbox(reader, inbox, client)
    assert reader.path == f"/bookings/{booking_id}"
    reader.page.reload()
    reader.sees("Your session")  # without a code: the login knows the browser for an hour


def _signs_in_by_the_inbox(reader: Visit, inbox: Visit, client: Client) -> None:
    """As a newcomer does, who is asked for a code: the login's page says where it is."""
    reader.sees("Please sign in")
    reader.press("Sign in")
    reader.page.get_by_label("E-mail address").fill(client.address)
    reader.press("Send me a code")
    reader.page.get_by_label("Code").wait_for()
    way = reader.page.get_by_role("link", name="the inbox")
    assert way.get_attribute("href") == f"{inbox.cloud.stack['site_url']}/laptop/inbox"
    with reader.page.expect_popup() as opened:
        way.click()
    found = Visit(opened.value, inbox.cloud)
    newest = found.page.get_by_role("listitem").filter(has_text=client.address).first
    code = newest.locator("code").inner_text()
    newest.get_by_role("button", name=re.compile("^Copy the code")).click()
    expect(newest.get_by_role("status")).to_have_text("Copied")
    found.check()
    reader.page.get_by_label("Code").fill(code)
    reader.press("Go on")
    reader.sees("Your session")


def test_who_presses_two_switches_at_once_has_both_turned(visits: Opens, mended: None) -> None:
    there = visits()
    sent = there.hold_the_first("**/laptop/state/faults", "PUT")
    there.open("/laptop/faults")
    there.press("Break e-mail")
    expect(there.page.get_by_role("status")).to_have_text("One moment…")
    there.press("Break texts")
    there.control("Break e-mail").press("Enter")
    assert len(sent) == 1, "one after the other"
    sent[0].continue_()
    expect(there.page.get_by_role("status")).to_have_text("Done: “Provider of texts” is broken now.")
    expect(there.control("Mend e-mail")).to_be_visible()
    assert len(sent) == 2, "one press, one request"
    there.check()


def test_what_a_terminal_turns_is_shown_and_the_database_comes_back_with_a_press(
    visits: Opens, cloud: Cloud, therapist: Therapist, client: Client, mended: None
) -> None:
    visit = visits(**PHONE, locale="de-DE")
    visit.open("/laptop/faults")
    visit.sees("SMS-Anbieter")
    visit.check()
    assert cloud.make("local.faults", "break", "sms").returncode == 0
    expect(visit.page.get_by_role("button", name="SMS beheben")).to_be_visible()
    visit.press("PostgreSQL anhalten")
    expect(visit.page.get_by_role("status")).to_have_text("Erledigt: „PostgreSQL“ ist jetzt gestört.")
    expect(visit.page.get_by_text("2 Störungen sind an.")).to_be_visible()
    visit.check()
    health = f"{cloud.stack['api_url']}/v1/health"
    assert call("GET", health).status == 503
    visit.press("Alles beheben")
    expect(visit.page.get_by_role("status")).to_have_text("Alle Störungen sind behoben.")
    expect(visit.page.get_by_text("Alles funktioniert.")).to_be_visible()
    assert call("GET", health).status == 200
    assert call("GET", f"{cloud.stack['aws_endpoint_url']}{faults.PATH}").body["sms"] == 0
    before = _bounced(cloud)
    visit.press("Nächste E-Mail zurückkommen lassen")
    expect(visit.page.get_by_text("Die nächste E-Mail kommt zurück")).to_be_visible()
    book(cloud, client, therapist, hour_of(5))
    until(lambda: _bounced(cloud), lambda count: count == before + 1)  # whoever's the next e-mail was
    expect(visit.page.get_by_text("Alles funktioniert.")).to_be_visible()  # by itself: it was that one
    visit.press("Posteingang")
    visit.sees("Posteingang")
    number = visit.page.locator("option").filter(has_text="+44").first.get_attribute("value")
    visit.page.get_by_label("An").select_option(value=number)
    visit.page.get_by_role("listitem").filter(has_text="SMS · +44").get_by_role("link").first.click()
    expect(visit.page.get_by_text(re.compile(r"\d+ Zeichen, gesendet als \d+ Segment"))).to_be_visible()
    visit.check()
    visit.press("Zurück zu allen Nachrichten")
    expect(visit.page.locator(".letter a:focus")).to_contain_text("+44")


def _bounced(cloud: Cloud) -> int:
    return len(cloud.rows("SELECT 1 FROM notifications WHERE delivery = 'bounced'"))


def test_a_laptop_cloud_that_says_nothing_and_an_inbox_without_a_message(visits: Opens) -> None:
    visit = visits(**PHONE)
    empty = {"messages": [], "more": 0, "recipients": []}
    visit.page.route("**/laptop/state/messages", lambda route: route.fulfill(json=empty))
    visit.open("/laptop/inbox")
    visit.sees("Nothing was sent yet")
    visit.check()
    visit.page.unroute("**/laptop/state/messages")
    visit.open("/laptop/inbox?message=of-the-last-run")
    visit.is_led_to("This message is not here any more")
    visit.check()
    visit.press("Faults")
    visit.sees("PostgreSQL")
    visit.page.get_by_role("button", name="Stop PostgreSQL").focus()
    visit.page.route("**/laptop/state/faults", lambda route: route.abort())
    visit.sees("The laptop cloud does not answer")
    expect(visit.page.get_by_role("button", name="Stop PostgreSQL")).to_be_focused()
    assert visit.found_by_axe() == []
    visit.page.unroute("**/laptop/state/faults")
    expect(visit.page.get_by_role("alert")).to_have_count(0)  # by itself
    visit.complaints.clear()  # the browser's own, of what was not answered
    refused = {"message": "PostgreSQL did not start: no space left"}
    visit.page.route(
        "**/laptop/state/faults",
        lambda route: route.fulfill(status=503, json=refused) if route.request.method == "PUT" else route.fallback(),
    )
    visit.press("Stop PostgreSQL")
    expect(visit.page.get_by_role("alert")).to_contain_text("no space left")
    visit.check()


def test_a_page_from_elsewhere_turns_nothing_and_reads_nothing(visits: Opens, cloud: Cloud) -> None:
    at = f"{cloud.stack['site_url']}/laptop"
    script = f"""
    const turned = {{method: "PUT", headers: {{"Content-Type": "application/json"}}, body: '{{"email": 1}}'}};
    await tried("a switch", "{at}/state/faults", turned);
    await tried("blind", "{at}/state/faults", {{method: "POST", mode: "no-cors", body: '{{"email": 1}}'}});
    await tried("the inbox", "{at}/state/messages", {{}});
    """
    visit = visits()
    with site({"/": page(script)}) as port:
        visit.page.goto(f"http://127.0.0.1:{port}/")
        expect(visit.page.locator("#seen")).not_to_have_text("nothing")
        result = seen(visit.page.content())
    assert result["a switch"][0] == result["the inbox"][0] == "error"
    assert call("GET", f"{cloud.stack['aws_endpoint_url']}{faults.PATH}").body["email"] == 0
