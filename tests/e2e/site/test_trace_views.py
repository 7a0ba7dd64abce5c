"""An operator reads what became of a booking: on its timeline, in its events, by its messages, in its history."""

import json
import re
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.calling import call
from tests.e2e.conftest import Cloud
from tests.e2e.site import people
from tests.e2e.site.conftest import Opens
from tests.e2e.site.made_up_year import LONG, YEAR, event
from tests.e2e.test_bookingctl import BROKEN, MENDED, fail

Body = dict[str, str]


@pytest.fixture
def mended(cloud: Cloud) -> Iterator[None]:
    """Other stories find the database well, however this one ends."""
    yield
    cloud.rows(MENDED)


def test_an_operator_reads_what_became_of_a_booking_and_sends_again_what_bounced(
    visits: Opens, cloud: Cloud, request_body: Body, free_starts: Iterator[str], mended: None
) -> None:
    booking_id = f"views-{uuid.uuid4().hex}"
    cancellation = _life_of(cloud, booking_id, request_body, next(free_starts))

    visit = visits(permissions=["clipboard-read", "clipboard-write"])
    page = visit.page
    visit.sign_in(people.staff(cloud, "operator"), f"/operate/bookings/{booking_id}?view=timeline")
    bars = page.locator("[data-bar]")
    expect(page.locator(".group")).to_have_count(3)
    visit.check()

    # By the keyboard from bar to bar: the attempt that failed is chosen, and stays so in every view.
    bars.first.focus()
    failed = page.get_by_role("button", name="ReserveSlot", exact=False).and_(page.locator(".bar-failed"))
    for _ in range(20):
        if failed.evaluate("(bar) => bar === document.activeElement"):
            break
        page.keyboard.press("ArrowRight")
    expect(failed).to_be_focused()
    expect(failed).to_have_accessible_name(_containing("attempt 1 of 2, failed, StatementRefused"))
    page.keyboard.press("Enter")
    expect(failed).to_have_attribute("aria-pressed", "true")
    expect(failed).to_be_focused()
    assert "state=ReserveSlot" in visit.path
    visit.press("As a table")
    row = page.get_by_role("row").filter(has_text="StatementRefused")
    expect(row).to_contain_text("attempt 1 of 2")
    expect(page.get_by_role("row").filter(has_text="Moved by")).to_have_count(1)
    visit.check()

    visit.press("Events")
    expect(page.get_by_label("State", exact=True)).to_have_value("ReserveSlot")
    page.get_by_label("only errors").check()
    wrong = page.locator(".event")
    expect(wrong).to_have_count(1)
    page.get_by_label("Type").select_option("TaskFailed")
    expect(wrong).to_have_count(1)
    assert visit.path.endswith("&state=ReserveSlot&type=TaskFailed&errors=only"), "a colleague sees the same"
    page.get_by_label("Type").select_option(label="all types")
    expect(wrong).to_contain_text("StatementRefused")
    wrong.get_by_text("Cause").click()
    wrong.get_by_role("button", name="Copy: Cause of event").click()
    expect(wrong.get_by_role("status")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert json.loads(copied)["errorType"] == "StatementRefused"
    visit.check()
    page.get_by_label("only errors").uncheck()
    page.get_by_label("State", exact=True).select_option("")
    expect(page.locator(".event").first).to_contain_text("ExecutionStarted")
    assert "state=" not in visit.path

    # The message that bounced goes out again, and its way says so.
    visit.go(visit.path.replace("view=events", "view=messages") + "&state=DeliverNotification")
    expect(page.get_by_text("The chosen state: DeliverNotification")).to_be_visible()
    expect(page.locator(".way.is-chosen")).not_to_have_count(0)
    expect(page.locator(".way:not(.is-chosen)")).not_to_have_count(0)
    visit.press("Choose none")
    expect(page.locator(".is-chosen")).to_have_count(0)
    bounced = page.locator(".way").filter(has_text="Booking cancelled, to the client by e-mail")
    expect(bounced).to_contain_text("The provider reports: bounced")
    visit.check()
    bounced.get_by_role("button", name="Send it again").click()
    bounced.get_by_label("Why, in your own words").fill("They emptied their mailbox")
    bounced.get_by_role("button", name="Send it again", exact=True).click()
    expect(bounced.get_by_text("Please choose the reason that comes closest")).to_be_visible()
    expect(bounced.get_by_label("Main reason")).to_be_focused()
    visit.check()
    bounced.get_by_label("Main reason").select_option("asked_for")
    bounced.get_by_role("button", name="Send it again", exact=True).click()
    visit.sees("Nothing was sent")
    expect(bounced).to_contain_text("Put back to be sent again; before, it was: bounced")
    expect(bounced.get_by_role("listitem").filter(has_text="Attempt 1: sent")).to_have_count(1)
    expect(bounced.get_by_role("listitem").filter(has_text="Attempt 1: undeliverable")).to_have_count(1)
    visit.check()

    visit.press("History")
    entries = page.locator(".entry")
    expect(entries.filter(has_text="Execution restarted where it stopped")).to_contain_text("The trigger is gone")
    resent = entries.filter(has_text="Messages sent again")
    expect(resent).to_contain_text("They emptied their mailbox")
    expect(resent).to_contain_text("1 message went back to be sent")
    expect(resent).to_contain_text("Messages sent again by you")
    redriven = entries.filter(has_text="Execution restarted where it stopped")
    expect(redriven).to_contain_text(re.compile("by operator [0-9a-f]{8}…"))
    redriven.get_by_role("button", name="Copy").click()
    expect(redriven.get_by_role("status")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == cloud.stack["users"]["operator"]["sub"]
    expect(entries.filter(has_text="Moved")).to_contain_text("Moved by the client")
    expect(entries.filter(has_text="Moved")).to_have_count(1)
    cancelled = entries.filter(has_text="Cancelled")
    cancelled.get_by_role("button").click()
    assert f"execution=cancellation/{cancellation}&state=CancelBooking" in visit.path
    expect(page.locator(".entry.is-chosen")).to_have_count(1)
    expect(cancelled).to_have_class(re.compile("is-chosen"))
    visit.check()

    # In German, in the dark, on a phone.
    visit.press("Deutsch")
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 320, "height": 640})
    for view, seen in [("Verlauf", "Ausführung fortgesetzt"), ("Nachrichten", "zurückgekommen"),
                       ("Ereignisse", "ExecutionStarted"), ("Zeitachse", "CancelBooking")]:  # fmt: skip
        visit.press(view)
        expect(page.locator(".view")).to_contain_text(seen)
        visit.check()
    page.go_back()
    expect(page.get_by_role("link", name="Ereignisse")).to_have_attribute("aria-current", "page")
    assert "example.com" not in page.locator("main").inner_text(), "no address"


def _life_of(cloud: Cloud, booking_id: str, body: Body, moved_to: str) -> str:
    """Fails, is redriven, moved and cancelled; a message of that bounces. Answers the cancellation's name."""
    client = people.invited(cloud)
    token = people.token_of(cloud, client)
    cloud.rows(BROKEN)
    fail(cloud, booking_id, body, token=token)
    cloud.rows(MENDED)
    why = {"reason": "The trigger is gone", "code": "cause_is_mended"}
    path = f"/v1/executions/booking/{booking_id}/redrive"
    assert cloud.call("operator", "POST", path, why, Idempotency_Key=f"{booking_id}-redrive").status == 202
    assert cloud.wait(booking_id, "operator")["status"] == "confirmed"
    own, moved, cancelled = f"{cloud.stack['api_url']}/v1/bookings/{booking_id}", f"{booking_id}-m", f"{booking_id}-c"
    call("POST", f"{own}/rescheduling", token=token, headers={"Idempotency-Key": moved}, body={"starts_at": moved_to})
    assert cloud.change(moved, "operator")["outcome"] == "moved"
    call("POST", f"{own}/cancellation", token=token, headers={"Idempotency-Key": cancelled}, body={})
    assert cloud.change(cancelled, "operator")["outcome"] == "cancelled"
    query = """
        SELECT id FROM notifications
        WHERE booking_id = %s AND event = 'booking_cancelled' AND recipient = 'client' AND channel = 'email'
    """
    [message] = cloud.rows(query, booking_id)
    at = (datetime.now(UTC) + timedelta(minutes=1)).isoformat()
    news = {"notification_id": str(message["id"]), "delivery": "bounced", "at": at}
    cloud.client("sqs").send_message(QueueUrl=cloud.stack["delivery_queue_url"], MessageBody=json.dumps(news))
    cloud.wait(
        booking_id, "operator", lambda seen: any(each["delivery"] == "bounced" for each in seen["notifications"])
    )
    return cancelled


def test_a_year_of_sessions_is_one_timeline_that_can_be_read(visits: Opens, cloud: Cloud) -> None:
    """Made up, for a year is long: 52 sessions with two reminders each; one failed, one waits for a retry."""
    visit = visits()
    page = visit.page
    answer(page, "**/v1/bookings/made-up/trace", YEAR)
    answer(
        page, "**/v1/executions/booking/made-up/events?*", {"events": [event(LONG[:16_384], ["input"])], "next": None}
    )
    answer(page, "**/v1/executions/booking/made-up/events/1", event(LONG, []))
    answer(page, "**/v1/executions/reminder/reminder-51-1", YEAR["executions"][-1])
    visit.sign_in(people.staff(cloud, "operator"), "/operate/bookings/made-up?view=timeline&execution=booking/made-up")
    expect(page.locator(".chapter")).to_have_count(53)
    expect(page.get_by_text(re.compile("Nothing happened for 6 days")).first).to_be_visible()
    expect(page.get_by_text("Something happened 53 times.")).to_be_visible()
    expect(page.get_by_text("retry 3 of 12, at ")).to_be_visible()
    assert page.evaluate("document.querySelectorAll('.view *').length") < 7_000, "what is done is one bar"
    visit.check()

    failed = page.locator(".group").filter(has_text="reminder-7-1")
    expect(failed.locator(".bar-failed")).to_have_count(3)
    done = page.locator(".group").filter(has_text="reminder-8-0")
    expect(done.locator("[data-bar]")).to_have_count(1)
    done.get_by_role("button", name="1 state of reminder/reminder-8-0").click()
    expect(done.locator("[data-bar]")).to_have_accessible_name(_containing("DeliverNotification"))

    visit.press("Events")
    page.get_by_text("Input").click()
    expect(page.get_by_text("the first 16384 characters")).to_be_visible()
    visit.check()
    visit.press("Show all of it")
    expect(page.locator("pre")).to_be_focused()
    expect(page.locator("pre")).to_contain_text('"last": "the end"')

    # PostgreSQL is away: what is known is shown, what is missing is said.
    answer(page, "**/v1/bookings/away/trace", {**YEAR, "booking_id": "away", "missing": ["database"], "file": None})
    visit.go("/operate/bookings/away?view=messages")
    expect(page.get_by_text("The ledger can't be asked just now")).to_be_visible()
    expect(page.locator(".way")).to_have_count(104)
    visit.check()
    visit.press("History")
    expect(page.get_by_text("The history is in PostgreSQL")).to_be_visible()
    visit.check()


def answer(page: Page, url: str, body: Any) -> None:
    """The API answers so, in this story."""

    def answered(route: Route) -> None:
        route.fulfill(json=body)

    page.route(url, answered)


def _containing(text: str) -> re.Pattern[str]:
    return re.compile(re.escape(text))
