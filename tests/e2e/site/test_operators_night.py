"""An operator's night without a terminal: what failed is found, understood, restarted together, and seen to its end."""

import json
import re
import uuid
from collections import Counter
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Route, expect

from tests.e2e.conftest import Cloud
from tests.e2e.site import people
from tests.e2e.site.conftest import Opens
from tests.e2e.site.people import Client, Therapist, book, hour_of
from tests.e2e.site.visit import Visit
from tests.e2e.test_bookingctl import dead_letter
from tests.e2e.test_operator_stories import restarts

WIDE = {"viewport": {"width": 1280, "height": 900}}
PHONE = {"viewport": {"width": 320, "height": 640}, "has_touch": True}


@pytest.fixture
def faults(visits: Opens, mended: None) -> Visit:
    """The switches by which everything breaks, in a window of their own."""
    visit = visits(**WIDE)
    visit.open("/laptop/faults")
    visit.sees("E-mail provider")
    return visit


@pytest.fixture
def operator(cloud: Cloud, visits: Opens) -> Visit:
    """Somebody on call, before the list of what needs a person."""
    visit = visits(**WIDE)
    visit.sign_in(people.staff(cloud, "operator"), "/operate")
    visit.sees("What needs a person")
    return visit


PLACE = "(row) => row.getBoundingClientRect().top + scrollY"


def asked_for(cloud: Cloud, client: Client, therapist: Therapist, starts_at: str) -> str:
    """The id of a booking that is under way, and may come to nothing."""
    key = f"night-{uuid.uuid4().hex}"
    body = {"therapist_id": therapist.id, "service_id": cloud.stack["demo"]["service_id"], "starts_at": starts_at}
    assert cloud.post(key, {**body, "client_id": client.id}, "operator").status == 202
    return key


def look_until(visit: Visit, *names: str) -> None:
    """Presses until what needs a person has all of these: news of an end take a moment."""
    for name in names:
        link = visit.page.get_by_role("link", name=name, exact=True)
        while not link.first.is_visible():
            with visit.page.expect_response("**/v1/attention*"):
                visit.press("Look again")


def choose_only(visit: Visit, *names: str) -> None:
    """Other stories have left matters of their own."""
    for each in visit.page.locator("li .choose input").all():
        each.set_checked((each.get_attribute("aria-label") or "").removeprefix("Choose ") in names)


def told(visit: Visit, client: Client, booking_id: str) -> int:
    """How many mails tell this client of this booking."""
    return sum(booking_id in each["BodyText"] for each in visit.mails(client.address))


def give_reason(visit: Visit, words: str, code: str, press: str | re.Pattern[str]) -> None:
    visit.page.get_by_label("Main reason").select_option(label=code)
    visit.page.get_by_label("Why, in your own words").fill(words)
    visit.press(press)


def restarted_by_a_colleague(cloud: Cloud, booking_id: str) -> None:
    body = {"reason": "I have seen this one", "code": "provider_is_back"}
    path = f"/v1/executions/booking/{booking_id}/redrive"
    assert cloud.call("operator", "POST", path, body, Idempotency_Key=uuid.uuid4().hex).status == 202


def test_five_bookings_fail_and_are_restarted_together(
    therapist: Therapist, operator: Visit, faults: Visit, visits: Opens, cloud: Cloud
) -> None:
    clients = [people.invited(cloud) for _ in range(7)]
    faults.page.get_by_label("not at all").check()
    faults.press("Break e-mail")
    expect(faults.page.get_by_role("status")).to_have_text("Done: “E-mail provider” is broken now.")
    keys = [asked_for(cloud, each, therapist, hour_of(6, 9 + n)) for n, each in enumerate(clients)]
    for key in keys:
        assert cloud.wait_for_execution(key)["status"] == "FAILED"
    *five, taken, alone = keys

    look_until(operator, *keys)
    operator.check()
    row = operator.page.get_by_role("listitem").filter(has_text=five[1])
    begins = datetime.fromisoformat(hour_of(6, 10)).astimezone(ZoneInfo("Europe/London"))
    expect(row).to_contain_text(f"{begins:%H:%M}")
    expect(row).to_contain_text(f"with {therapist.name}")
    assert "Ida" not in operator.page.locator("main").inner_text(), "sessions are told apart without a name"
    place = row.evaluate(PLACE)
    row.get_by_role("checkbox").check()
    expect(operator.page.get_by_text("1 chosen")).to_be_visible()
    assert row.evaluate(PLACE) == place, "nothing moves under the hand that chooses"
    row.get_by_role("checkbox").uncheck()
    operator.press(five[0])
    operator.sees(re.compile(f"{five[0]}$"))
    operator.press("Events")
    expect(operator.page.get_by_text("ProviderUnavailable").first).to_be_visible()
    operator.check()
    operator.page.go_back()
    operator.page.go_back()
    operator.is_led_to("What needs a person")

    faults.press("Mend e-mail")
    expect(faults.page.get_by_role("status")).to_have_text("Done: “E-mail provider” is mended.")
    look_until(operator, *keys)
    operator.page.get_by_label("Choose all with ProviderUnavailable").check()
    choose_only(operator, *five, taken)
    operator.check()
    operator.press("Restart 6…")
    operator.is_led_to("Restart 6 together")
    operator.press("Restart 6 now")
    expect(operator.page.get_by_text("Please say why")).to_be_visible()
    operator.check()
    restarted_by_a_colleague(cloud, taken)
    held = list[Route]()
    operator.page.route("**/v1/executions/booking/*/redrive", lambda route: held.append(route), times=1)
    with operator.page.expect_request("**/redrive"):
        give_reason(operator, "The mail goes out again", "The provider is back", "Restart 6 now")
    operator.is_led_to("Restarting 6")
    operator.press("Stop")
    expect(operator.page.get_by_text("It stops as soon as the one")).to_be_visible()
    assert held[0].fetch().status in (202, 409)
    held[0].fulfill(status=503, json={})  # the answer is lost on the way: the same key asks again
    expect(operator.page.get_by_text("Stopped: 5 left.")).to_be_visible()
    operator.check()
    operator.press("Go on with 5")
    expect(operator.page.get_by_text("All are done: 5 succeeded, 1 refused.")).to_be_visible()
    expect(operator.page.get_by_text("6 of 6 have ended.")).to_be_visible()
    became = operator.page.locator(".batch .became").all_inner_texts()
    assert Counter(became) == {"✓ succeeded": 5, "✗ refused": 1}
    refused = operator.page.locator(".batch li").filter(has_text=taken)
    expect(refused).to_contain_text("It can't be restarted where it stopped")
    assert {restarts(cloud, cloud.execution_arn(key)) for key in (*five, taken)} == {1}
    assert "mail goes" not in operator.stored(), "words are kept in the history alone"
    operator.check()
    operator.press("Close")
    operator.is_led_to("What needs a person")
    expect(operator.page.get_by_role("link", name=five[0])).to_have_count(0)
    inbox = visits(**WIDE)
    inbox.open("/laptop/inbox")
    for client, key in zip(clients, (*five, taken), strict=False):
        letters = inbox.page.get_by_role("listitem").filter(has_text=client.address)
        expect(letters.filter(has_text="A session is booked for you")).to_have_count(1)
        assert told(operator, client, key) == 1

    operator.go(f"/operate/bookings/{five[0]}?view=timeline")
    notifying = operator.page.locator(".lane", has_text="NotifyParties")
    expect(notifying.locator(".bar")).to_have_count(2)
    expect(notifying.locator(".bar").first).to_have_accessible_name(re.compile("NotifyParties, attempt 1 of 2, failed"))
    expect(notifying.locator(".bar").last).to_have_accessible_name(re.compile("NotifyParties, attempt 2 of 2, done"))
    operator.press("Events")
    expect(operator.page.get_by_text("Booking confirmed, to the client by e-mail, item 0").first).to_be_visible()
    operator.go("/operate")

    operator.press(alone)
    operator.press("Run the booking again")
    operator.is_led_to("Run the booking again?")
    operator.check()
    give_reason(operator, "Nobody waits for the old one", "The cause is mended", "Run it again")
    expect(operator.page.get_by_role("heading", name=re.compile("succeeded|has ended well", re.I))).to_be_visible()
    operator.check()
    assert told(operator, clients[-1], alone) == 1


def test_a_mail_bounced_and_a_message_was_left_lying(
    therapist: Therapist, client: Client, operator: Visit, faults: Visit, cloud: Cloud
) -> None:
    """The address is mended, and the mail sent again; what nobody could handle is put back on its queue."""
    faults.press("Let the next e-mail bounce")
    expect(faults.page.get_by_role("status")).to_have_text("Done: “A bounce” is on now.")
    booking_id = book(cloud, client, therapist, hour_of(7))
    [row] = cloud.rows("SELECT id FROM notifications WHERE booking_id = %s AND recipient = 'client'", booking_id)
    task = {"booking_id": booking_id, "notification_id": str(row["id"]), "task_token": "gone"}
    *_, unreadable = [dead_letter(cloud, body) for body in (json.dumps(task), json.dumps(task), "{}")]

    look_until(operator, booking_id)
    operator.press(re.compile("Not reached$"))
    operator.page.wait_for_url("**/operate?kind=unreached")
    operator.is_led_to("What needs a person")
    look_until(operator, booking_id)
    operator.check()
    operator.press(booking_id)
    expect(operator.page.get_by_text("Sent now, it would be undeliverable: the address is marked")).to_be_visible()
    expect(operator.page.get_by_text(f"PUT /v1/clients/{client.id}")).to_be_visible()
    operator.check()
    operator.press(re.compile("^Send it again: "))
    give_reason(operator, "Perhaps it works now", "Something else", "Send it again")
    operator.sees("Nothing was sent")
    expect(operator.page.get_by_text("It is undeliverable: the address is marked")).to_be_visible()
    expect(operator.page.get_by_text("1 message undeliverable").first).to_be_visible()
    expect(operator.page.locator(".way-moments")).to_contain_text("Undeliverable: the address is marked")
    operator.check()
    address = f"new.{uuid.uuid4().hex}@example.com"
    reached_at(cloud, client, address)
    operator.press(re.compile("^Send it again: "))
    expect(operator.page.get_by_text("Sent now, it would be undeliverable")).to_have_count(0)
    operator.check()
    give_reason(operator, "They gave a new address", "How they are reached is put right", "Send it again")
    operator.sees("It was sent")
    operator.check()
    moved = Client(client.id, address)
    assert (told(operator, client, booking_id), told(operator, moved, booking_id)) == (1, 1)

    operator.press("Dead letters")
    operator.sees("Dead letters")
    operator.page.get_by_label("Choose all").check()
    choose_only(operator, booking_id)
    expect(operator.page.get_by_text("No booking named")).to_be_visible()
    operator.check()
    operator.press("Put back 2…")
    give_reason(operator, "It can be read now", "The cause is mended", "Put back 2 now")
    expect(operator.page.get_by_text("All are done: 2 put back.")).to_be_visible()
    operator.check()
    operator.press("Close")
    expect(operator.page.get_by_role("link", name=booking_id)).to_have_count(0)
    expect(operator.page.get_by_text(unreadable)).to_be_visible()
    assert told(operator, moved, booking_id) == 1, "it was told already"
    cloud.client("sqs").purge_queue(QueueUrl=cloud.stack["notification_dead_letter_queue_url"])


def reached_at(cloud: Cloud, client: Client, address: str) -> None:
    known = cloud.call("operator", "GET", f"/v1/clients/{client.id}")
    contact = {"channel": "email", "address": address, "consented": True}
    body = {**{name: known.body[name] for name in ("name", "time_zone")}, "language": "en", "contacts": [contact]}
    changed = cloud.call("operator", "PUT", f"/v1/clients/{client.id}", body, If_Match=known.headers["etag"])
    assert changed.status == 200, changed.body


def test_a_booking_is_found_though_postgresql_goes_meanwhile(
    therapist: Therapist, client: Client, visits: Opens, faults: Visit, cloud: Cloud
) -> None:
    """On a phone, by name and day, which are in no address. What is known is shown, and what is missing is said."""
    booking_id = book(cloud, client, therapist, hour_of(8))
    visit = visits(**PHONE, color_scheme="dark")
    visit.sign_in(people.staff(cloud, "operator"), "/operate/find")
    visit.sees("By its client and day")
    find = visit.page.get_by_role("button", name="Find", exact=True)
    find.click()
    expect(visit.page.get_by_text("Please type a name")).to_be_visible()
    visit.check()
    visit.page.get_by_label(re.compile("^The client's name")).fill("ida iv")
    visit.page.get_by_label(re.compile("^The day of the session")).fill(hour_of(8)[:10])
    find.click()
    visit.is_led_to("Found")
    visit.check()
    assert visit.path == "/operate/find"
    assert not any("ida" in url.casefold() for url in visit.requests)
    assert "ida" not in visit.stored().casefold()
    visit.press(booking_id)
    visit.sees(re.compile(f"{booking_id}$"))
    visit.page.go_back()
    expect(visit.page.get_by_role("link", name=booking_id)).to_be_visible()

    colleague = visits(**WIDE)
    colleague.sign_in(people.staff(cloud, "operator"), f"/operate/bookings/{booking_id}?view=history")
    expect(colleague.page.get_by_text("Booked by ")).to_be_visible()
    expect(colleague.page.get_by_text(re.compile(r"^As of \d"))).to_be_visible()
    visit.press("What needs a person")
    visit.sees("Under way")
    faults.press("Stop PostgreSQL")
    expect(faults.page.get_by_role("status")).to_have_text("Done: “PostgreSQL” is broken now.")
    colleague.press("Look again")
    colleague.sees("The database can't be reached")
    expect(colleague.page.get_by_text("Booked by ")).to_be_visible()
    colleague.check()
    visit.press("Look again")
    visit.sees("The database can't be reached")
    visit.sees("Under way")
    expect(visit.page.get_by_role("link", name=re.compile("Failed as far as is known$"))).to_be_visible()
    visit.check()
    visit.press("Executions")
    visit.sees("The database can't be reached")
    wished = visit.page.get_by_role("listitem").filter(has_text=booking_id)
    expect(wished).to_contain_text("Asked for:")
    visit.check()
    visit.press("Find")
    find.click()
    visit.sees("The database can't be reached")
    expect(visit.page.get_by_text("bookings are found by their id alone")).to_be_visible()
    visit.check()
    visit.page.get_by_label("The booking's id").fill(booking_id)
    visit.press("Show its trace")
    visit.sees(re.compile(f"{booking_id}$"))
    visit.sees("The database can't be reached")
    expect(visit.page.get_by_text(re.compile("^Messages, history and"))).to_be_visible()
    expect(visit.page.get_by_role("link", name="Graph")).to_be_visible()
    visit.check()
    visit.page.reload()
    expect(visit.page.get_by_role("banner").get_by_role("link", name="Practice Adler")).to_be_visible()
    faults.press("Start PostgreSQL")
    expect(faults.page.get_by_role("status")).to_have_text("Done: “PostgreSQL” is mended.")
    visit.press("What needs a person")
    visit.sees("Under way")
    expect(visit.page.get_by_text("The database can't be reached")).to_have_count(0)


def test_executions_are_listed_by_what_is_in_the_address(
    operator: Visit, cloud: Cloud, therapist: Therapist, client: Client
) -> None:
    book(cloud, client, therapist, hour_of(9))
    operator.press("Executions")
    operator.sees("Executions")
    operator.page.get_by_label("Status").select_option(label="Succeeded")
    operator.page.get_by_label("Machine").select_option(label="Booking")
    operator.press("Show")
    operator.page.wait_for_url("**/operate/executions?status=SUCCEEDED&machine=booking")
    operator.is_led_to("Executions")
    operator.page.locator(".matter").first.wait_for()
    assert set(operator.page.locator(".matter .became").all_inner_texts()) == {"✓ done"}
    operator.check()
    operator.page.get_by_label("Started before").fill("2020-01-01T00:00")
    operator.press("Show")
    expect(operator.page.get_by_text("There are no such executions.")).to_be_visible()
    assert "to=20" in operator.path
    operator.check()
    operator.page.go_back()
    operator.page.locator(".matter").first.wait_for()
    expect(operator.page.get_by_label("Started before")).to_have_value("")
    operator.press("Deutsch")
    operator.sees("Ausführungen")
    operator.check()


def test_an_operator_begins_with_what_needs_a_person(visits: Opens, cloud: Cloud) -> None:
    """Who has no other role books nothing; whoever came from a page of their own is led back there."""
    visit = visits()
    visit.open("/")
    visit.press("Sign in")
    visit.at_the_login(people.staff(cloud, "operator"))
    visit.is_led_to("What needs a person")
    assert visit.path == "/operate"
    operations = visit.page.get_by_role("banner").get_by_role("link", name="Operations")
    expect(operations).to_have_attribute("aria-current", "page")
    visit.press("Executions")
    visit.is_led_to("Executions")
    expect(operations).to_have_attribute("aria-current", "true")
    visit.check()


PAGES = (
    *("/operate", "/operate?kind=failed", "/operate/executions", "/operate/find", "/operate/dead-letters"),
    *("/operate/bookings/some-booking?view=events", "/operate/executions/booking/some-booking"),
)


@pytest.mark.parametrize("who", ["client", "therapist"])
def test_nobody_but_operators_is_shown_anything(visits: Opens, cloud: Cloud, client: Client, who: str) -> None:
    visit = visits()
    visit.sign_in(client.address if who == "client" else people.staff(cloud, who))
    visit.sees("My sessions")
    expect(visit.page.get_by_role("link", name="Operations")).to_have_count(0)
    visit.page.wait_for_load_state("networkidle")  # it has asked for all that is theirs
    before = len(visit.requests)
    for path in PAGES:
        visit.go(path)
        visit.is_led_to("There is no such page")
        assert visit.page.locator("main").inner_text() == "There is no such page", path
    visit.check()
    assert [url for url in visit.requests[before:] if "/v1/" in url and "/v1/catalogue" not in url] == []
