"""A booking's trace in a browser: where it stopped and why, restarted and followed to its end; what runs, moving."""

import re
import uuid
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect

from local.faults import set_faults
from tests.e2e.conftest import Cloud
from tests.e2e.site import made_up, people
from tests.e2e.site.conftest import Opens
from tests.e2e.site.people import Client, Therapist, hour_of
from tests.e2e.site.visit import Visit
from tests.e2e.test_bookingctl import BROKEN, MENDED

WHY = "Why, in your own words"


@pytest.fixture
def mended(cloud: Cloud) -> Iterator[None]:
    """Whatever a story has broken."""
    yield
    set_faults(cloud.stack["aws_endpoint_url"])
    cloud.rows(MENDED)


def asked_for(cloud: Cloud, client: Client, therapist: Therapist) -> str:
    """The id of a booking that nobody waits for."""
    key = f"trace-{uuid.uuid4().hex}"
    body = {"therapist_id": therapist.id, "service_id": cloud.stack["demo"]["service_id"], "client_id": client.id}
    assert cloud.post(key, {**body, "starts_at": hour_of(4)}, "operator").status == 202
    return key


def state(visit: Visit, name: str) -> Locator:
    """A state of the graph; what it is called says what became of it."""
    return visit.page.locator(".graph").get_by_role("button", name=re.compile(f"^{re.escape(name)} "))


def marked(visit: Visit, words: str) -> list[str]:
    marked = visit.page.locator(".graph .state", has_text=words).all()
    return [str(each.locator(".state-name").text_content()).strip() for each in marked]


def test_an_operator_sees_where_it_stopped_restarts_it_and_follows_it_by_the_keyboard(
    visits: Opens, cloud: Cloud, therapist: Therapist, client: Client, mended: None
) -> None:
    cloud.rows(BROKEN)
    key = asked_for(cloud, client, therapist)
    assert cloud.wait_for_execution(key)["status"] == "FAILED"
    operator = people.staff(cloud, "operator")
    visit = visits()
    visit.sign_in(operator, f"/operate/bookings/{key}")
    visit.sees(f"Booking {key}")
    expect(state(visit, "ReserveSlot")).to_have_accessible_name("ReserveSlot failed, Task")
    expect(state(visit, "ValidateRequest")).to_have_accessible_name("ValidateRequest done, Task")
    expect(state(visit, "RejectBooking")).to_have_accessible_name("RejectBooking not entered, Task")
    visit.check()

    keyboard = visit.page.keyboard
    state(visit, "ValidateRequest").focus()
    for name in ("RequestIsValid?", "ReserveSlot", "SlotIsReserved?"):
        keyboard.press("ArrowDown")
        expect(state(visit, name)).to_be_focused()
    keyboard.press("ArrowUp")
    keyboard.press("Enter")
    details = visit.page.get_by_role("region", name="The chosen state: ReserveSlot")
    expect(details).to_contain_text("StatementRefused")
    expect(details).to_be_in_viewport()
    expect(state(visit, "ReserveSlot")).to_be_focused()
    expect(state(visit, "ReserveSlot")).to_have_attribute("aria-pressed", "true")
    assert visit.path.endswith(f"?view=graph&execution=booking/{key}&state=ReserveSlot"), (
        "it can be sent to a colleague"
    )
    width = visit.page.locator(".graph svg").bounding_box()["width"]  # type: ignore[index]  # it is shown
    keyboard.press("+")
    expect(visit.page.locator(".graph svg")).not_to_have_attribute("width", str(width))
    keyboard.press("0")
    visit.check()

    colleague = visits()
    colleague.sign_in(operator, visit.path)
    expect(state(colleague, "ReserveSlot")).to_have_attribute("aria-pressed", "true")

    visit.page.get_by_role("table").get_by_role("button", name="DeliverNotification").press("Enter")
    low = visit.page.get_by_role("region", name="The chosen state: DeliverNotification")
    expect(low).to_be_focused()
    expect(low).to_be_in_viewport()
    low.get_by_role("button", name="Close, and back to the graph").click()
    expect(state(visit, "DeliverNotification")).to_be_focused()
    expect(low).to_have_count(0)
    assert "state=" not in visit.path

    visit.press("Restart where it stopped")
    visit.is_led_to("Restart it where it stopped?")
    expect(visit.page.locator(".graph .again-mark")).to_have_count(18)
    surely, perhaps = marked(visit, "will run"), marked(visit, "may run")
    assert surely == ["ReserveSlot", "SlotIsReserved?", "NotifyParties"]
    assert {"RejectBooking", "OpenCheckout", "DeliverNotification"} <= set(perhaps)
    said = [str(each.text_content()) for each in visit.page.locator(".runs code").all()]
    assert sorted(said) == sorted([*surely, *perhaps]), "and in words"
    visit.press("Restart it")
    expect(visit.page.get_by_text("Please say why: it is kept in the history")).to_be_visible()
    expect(visit.page.get_by_label(WHY)).to_be_focused()
    visit.check()
    keyboard.type("It may be <b>mended</b>")
    visit.press("Restart it")
    visit.sees("It has failed again")
    visit.check()

    cloud.rows(MENDED)
    visit.press("Restart where it stopped")
    visit.page.get_by_label("Main reason").select_option("cause_is_mended")
    visit.page.get_by_label(WHY).fill("The trigger\nis gone")
    visit.press("Restart it")
    visit.sees("It has ended well")
    expect(state(visit, "NotifyParties")).to_have_accessible_name("NotifyParties done, Map")
    expect(state(visit, "ReserveSlot")).to_have_accessible_name("ReserveSlot done, Task, 3 attempts")
    expect(visit.page.get_by_text("Confirmed", exact=True)).to_be_visible()
    visit.check()
    assert cloud.wait(key, "operator")["status"] == "confirmed"
    assert reasons(cloud, key) == [("redriven", "It may be <b>mended</b>"), ("redriven", "The trigger is gone")]

    colleague.press("Restart where it stopped")  # which somebody else has done meanwhile
    colleague.page.get_by_label(WHY).fill("I did not look")
    colleague.press("Restart it")
    colleague.sees("It can't be restarted where it stopped")
    expect(colleague.page.get_by_text("run the booking again: nothing is doubled")).to_be_visible()
    colleague.check()

    mails = len(visit.mails(client.address))
    visit.press("Run the booking again")
    visit.is_led_to("Run the booking again?")
    expect(visit.page.locator(".graph .again-mark")).to_have_count(20)
    expect(visit.page.get_by_label("Main reason")).to_have_value("")
    visit.page.get_by_label("Main reason").select_option("other")
    visit.page.get_by_label(WHY).fill("To see that nothing is doubled")
    visit.press("Run it again")
    visit.page.wait_for_url(re.compile("execution=booking/rerun-"))
    visit.sees("It has ended well")
    expect(state(visit, "ValidateRequest")).to_have_accessible_name("ValidateRequest done, Task")
    visit.check()
    assert len(visit.mails(client.address)) == mails, "what was sent is not sent again"

    visit.open(f"/operate/executions/booking/{key}")
    visit.page.wait_for_url(f"**/operate/bookings/{key}?view=graph&execution=booking/{key}")
    visit.sees(f"Booking {key}")


def reasons(cloud: Cloud, booking_id: str) -> list[tuple[str, str]]:
    query = """
        SELECT event, detail ->> 'reason' AS reason FROM booking_events
        WHERE booking_id = %s AND act_id IS NOT NULL ORDER BY id
    """
    return [(each["event"], each["reason"]) for each in cloud.rows(query, booking_id)]


def test_what_runs_moves_before_ones_eyes_on_a_dark_narrow_german_phone(
    visits: Opens, cloud: Cloud, therapist: Therapist, client: Client, mended: None
) -> None:
    phone = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "color_scheme": "dark"}
    visit = visits(**phone, locale="de-AT", timezone_id="Europe/Vienna")
    visit.sign_in(people.staff(cloud, "operator"), "/me")
    visit.page.get_by_role("link", name="Betrieb").first.wait_for()
    set_faults(cloud.stack["aws_endpoint_url"], email=1.0)
    key = asked_for(cloud, client, therapist)
    cloud.wait(key, "operator", lambda seen: bool(seen["status"] == "confirmed"))
    visit.open(f"/operate/bookings/{key}")
    expect(state(visit, "DeliverNotification")).to_have_accessible_name(re.compile("wartet auf Wiederholung"))
    state(visit, "DeliverNotification").press("Enter")
    details = visit.page.get_by_role("region", name="Der gewählte Zustand: DeliverNotification")
    expect(details).to_contain_text("ProviderUnavailable")
    expect(details).to_contain_text(re.compile(r"Versuch \d+ von \d+, spätestens"))
    expect(details.get_by_role("heading")).to_be_in_viewport()
    visit.check()
    place = visit.page.locator(".state-chosen")
    place.evaluate("(each) => each.scrollIntoView({ block: 'center' })")
    top = place.evaluate("(each) => each.getBoundingClientRect().top")

    set_faults(cloud.stack["aws_endpoint_url"])
    expect(state(visit, "DeliverNotification")).to_have_accessible_name(re.compile("erledigt, Task"))
    expect(state(visit, "DeliverNotification")).to_be_focused()
    expect(state(visit, "DeliverNotification")).to_have_attribute("aria-pressed", "true")
    expect(details).to_contain_text("erledigt")
    moved = place.evaluate("(each) => each.getBoundingClientRect().top") - top
    assert abs(moved) < 5, "nobody loses their place, whatever grows or goes above it"
    visit.check()


def test_fifty_two_sessions_and_a_hundred_messages_are_drawn_without_stutter(visits: Opens, cloud: Cloud) -> None:
    visit = visits()
    trace, graph = made_up.trace(), made_up.graph()
    failing = trace["executions"][0]
    visit.page.route(re.compile(r"/v1/bookings/[^/]+/trace$"), lambda route: route.fulfill(json=trace))
    visit.page.route(re.compile(r"/v1/executions/[^/]+/[^/]+/graph$"), lambda route: route.fulfill(json=graph))
    visit.sign_in(people.staff(cloud, "operator"), f"/operate/bookings/{made_up.SERIES}")
    expect(state(visit, "DeliverNotification")).to_have_accessible_name(re.compile("2 failed, 102 done, Task"))
    visit.page.get_by_role("link", name=re.compile("Reminder")).nth(made_up.SESSIONS - 1).wait_for()
    visit.check()
    assert visit.page.evaluate("document.querySelectorAll('main *').length") < 1_200, "what a browser draws at once"

    state(visit, "DeliverNotification").click()
    items = visit.page.get_by_label(re.compile("^104 items: 2 failed, 102 done$"))
    items.select_option(str(2 * made_up.SESSIONS - 1))
    expect(state(visit, "DeliverNotification")).to_have_accessible_name("DeliverNotification failed, Task")
    expect(visit.page.get_by_text("SES: 503")).to_be_visible()
    assert visit.path.endswith("&state=DeliverNotification&item=103")
    visit.check()
    visit.press("Restart where it stopped")
    expect(visit.page.locator(".again-mark", has_text="2 items")).to_have_count(1)
    visit.press("Leave it as it is")

    longest = visit.page.evaluate(STUTTER, [f"booking/{failing['name']}", "reminder/reminder-7"])
    assert longest < 500, "milliseconds that a frame took, on a machine that does other things too"


STUTTER = """
    async (executions) => {
        const frame = () => new Promise((drawn) => requestAnimationFrame(drawn));
        let longest = 0;
        for (const wanted of [...executions, ...executions]) {
            document.querySelector(`.execution-choice a[href*="${wanted}"]`).click();
            for (let n = 0; n < 10; n += 1) {
                const before = performance.now();
                await frame();
                longest = Math.max(longest, performance.now() - before);
            }
        }
        return longest;
    }
"""
"""Chooses one execution after the other, and measures the longest frame."""
