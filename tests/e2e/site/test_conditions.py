"""Other conditions than its makers': large text, paper, a slow line and none, a practice whose system fails."""

import re
from typing import Any

from playwright.sync_api import Route, expect

from tests.e2e.conftest import Cloud
from tests.e2e.site.conftest import Opens
from tests.e2e.site.people import Client, Therapist, hour_of
from tests.e2e.site.visit import Visit

NOTE = re.compile("^Anything we should know")
TWICE_AS_LARGE = "addEventListener('DOMContentLoaded', () => { document.documentElement.style.fontSize = '200%'; })"
NO_LINE = "net::ERR_INTERNET_DISCONNECTED"
CUT_OFF = """() => [...document.querySelectorAll("header, main, footer, header *, main *, footer *")]
    .filter((each) => each.checkVisibility() && !each.matches(".unseen, input, select, option, textarea"))
    .filter((each) => {
        const { left, right } = each.getBoundingClientRect();
        const isClipped = getComputedStyle(each).overflowX !== "visible" && each.scrollWidth > each.clientWidth + 1;
        return isClipped || left < -1 || right > innerWidth + 1;
    })
    .map((each) => each.outerHTML.slice(0, 120))"""
"""What of a page is not to be seen, though it is there."""


def test_what_is_booked_on_a_slow_line_and_a_broken_one_is_read_in_large_text_and_on_paper(
    visits: Opens, cloud: Cloud, therapist: Therapist, client: Client
) -> None:
    visit = visits(viewport={"width": 320, "height": 640}, color_scheme="dark")
    visit.page.context.add_init_script(TWICE_AS_LARGE)
    visit.open()
    for heading in ("What would you like?", "With whom?"):
        visit.sees(heading)
        is_read_in_large_text(visit)
        visit.page.locator("a.option", has_text=therapist.name if "whom" in heading else "individual").click()
    visit.page.locator("button.time").first.wait_for()
    is_read_in_large_text(visit)
    visit.page.locator("button.time").first.click()
    visit.press("I have been here before")
    visit.at_the_login(client.address)
    visit.page.get_by_label(NOTE).fill("By the lift, please")
    is_read_in_large_text(visit)
    is_said_and_kept_without_a_line(visit)
    visit.press("Book this session")
    visit.sees("It is booked")
    expect(visit.page.locator(".card")).to_contain_text("By the lift, please")
    is_read_in_large_text(visit)
    booked = visit.path
    is_told_that_it_takes_long(visit)
    for link, heading in {"Sessions": "My sessions", "My data": "My data"}.items():
        visit.press(link)
        visit.sees(heading)
        is_read_in_large_text(visit)
    visit.go(booked)
    expect(visit.page.locator(".card")).to_contain_text(therapist.name)
    is_clean_on_paper(visit, therapist)


def is_read_in_large_text(visit: Visit) -> None:
    assert visit.page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") == 32, "twice the usual"
    assert visit.page.evaluate(CUT_OFF) == []
    visit.check()


def is_said_and_kept_without_a_line(visit: Visit) -> None:
    """On the page that is shown, and on the way to one that is not there yet."""
    context = visit.page.context
    context.set_offline(True)
    visit.press("Book this session")
    visit.sees("The practice can't be reached just now")
    expect(visit.page.get_by_label(NOTE)).to_have_value("By the lift, please")
    visit.go("/waiting")
    again = visit.page.get_by_role("button", name="Try again")
    again.wait_for()
    assert [each for each in visit.complaints if NO_LINE not in each] == []
    visit.complaints.clear()  # the browser's own, of the line
    visit.check()
    context.set_offline(False)
    again.click()
    visit.sees("Wait list")
    visit.go("/review")
    expect(visit.page.get_by_label(NOTE)).to_have_value("By the lift, please")


def is_clean_on_paper(visit: Visit, therapist: Therapist) -> None:
    """The session and nothing to press, dark on light, whatever the screen is like."""
    visit.page.evaluate("document.documentElement.style.fontSize = ''")  # the usual size
    visit.page.emulate_media(media="print")
    shown = visit.page.locator("body").inner_text()
    assert all(each in shown for each in (therapist.name, "Lindenstraße 12", "London time", "€95"))
    assert [each for each in ("Sign out", "Book\n", "Cancel", "Change", "Deutsch", "calendar") if each in shown] == []
    ink, paper = visit.page.evaluate(
        "(({color, backgroundColor}) => [color, backgroundColor])(getComputedStyle(document.documentElement))"
    )
    assert (ink, paper) == ("rgb(0, 0, 0)", "rgb(255, 255, 255)")
    pages = re.findall(rb"/Type\s*/Page\b", visit.page.pdf(format="A4"))
    assert len(pages) == 1


def is_told_that_it_takes_long(visit: Visit) -> None:
    """Of an answer that does not come, and then does. Time is made to pass; nobody waits for it."""
    held: list[Route] = []
    visit.page.route("**/v1/waitlist", lambda route: held.append(route))  # Playwright takes no builtin
    visit.page.clock.install()
    visit.go("/waiting")
    expect(visit.page.get_by_role("status")).to_have_text(re.compile("One moment…"))
    visit.page.clock.fast_forward("00:06")
    expect(visit.page.get_by_role("status")).to_have_text(re.compile("This takes longer than usual."))
    visit.check()
    visit.page.clock.resume()
    held[0].continue_()
    expect(visit.page.get_by_text("You wait for nothing at present.")).to_be_visible()


WENT_WRONG = "Something went wrong on our side"
HEADINGS = {
    "/review": WENT_WRONG,
    "/": "Book a session",
    "/wait": WENT_WRONG,
    "/sessions": "My sessions",
    "/bookings/a/move": WENT_WRONG,
    "/waiting": "Wait list",
    "/bookings/a/cancel": WENT_WRONG,
    "/me": "My data",
    "/offers/a": WENT_WRONG,
}
"""Of pages that can't be shown: their own, or else the problem's. Each is another than the one before it."""


def test_each_page_says_under_its_heading_what_went_wrong(visits: Opens, cloud: Cloud, client: Client) -> None:
    visit = visits()
    visit.page.route("**/v1/**", lambda route: route.fulfill(status=500, json={"type": "urn:x:internal-error"}))
    visit.sign_in(client.address)
    visit.sees("My sessions")
    choice: dict[str, Any] = {
        "service": "gone",
        "therapist": None,
        "therapists": [],
        "weeks": 1,
        "starts_at": hour_of(6),
    }
    visit.page.evaluate("(choice) => sessionStorage.setItem('choice', JSON.stringify(choice))", choice)
    for path, heading in HEADINGS.items():
        visit.go(path)
        expect(visit.page.get_by_role("heading", level=1)).to_have_text(heading)
        visit.sees(WENT_WRONG)
        visit.page.get_by_role("button", name="Try again").first.wait_for()
        visit.complaints[:] = [each for each in visit.complaints if "status of 500" not in each]
        visit.check()
    visit.page.unroute("**/v1/**")
    visit.go("/bookings/a")
    expect(visit.page.get_by_role("heading", level=1)).to_have_text("There is no such session among yours")
    visit.check()
