"""Answers that do not come whole, or not from the practice: what is shown, and what is asked for again."""

from playwright.sync_api import expect

from tests.e2e.conftest import Cloud
from tests.e2e.site.conftest import Opens
from tests.e2e.site.people import Client, Therapist
from tests.e2e.site.visit import Visit, choose_a_time

BREAKS_OFF = """
    const whole = fetch;
    const asked = new Set();
    window.fetch = async (url, request) => {
        const answer = await whole(url, request);
        if (!String(url).startsWith("/v1/") || asked.has(url)) return answer;
        asked.add(url);
        const bytes = new Uint8Array(await answer.arrayBuffer());
        const half = new ReadableStream({
            start(way) {
                way.enqueue(bytes.slice(0, bytes.length / 2));
                way.error(new TypeError("network error"));
            },
        });
        return new Response(half, { status: answer.status, headers: answer.headers });
    };"""
"""The first answer of each path comes by half: as a browser tells it, in the midst of what it has begun to give."""


def test_a_line_breaks_in_the_middle_of_every_first_answer(
    visits: Opens, cloud: Cloud, therapist: Therapist, client: Client
) -> None:
    """What came by half is asked for again, under the same key: nothing empty is shown, nothing is booked twice."""
    visit = visits()
    visit.page.context.add_init_script(BREAKS_OFF)
    choose_a_time(visit, therapist)
    visit.press("I have been here before")
    visit.at_the_login(client.address)
    visit.press("Book this session")
    visit.sees("It is booked")
    made = cloud.rows("SELECT id FROM bookings WHERE client_id = %s", client.id)
    assert [visit.path] == [f"/bookings/{row['id']}" for row in made]
    visit.press("Sessions")
    visit.sees("Upcoming")
    expect(visit.page.locator("main")).to_contain_text(therapist.name)
    visit.check()


def test_a_page_of_a_hotels_is_no_answer(visits: Opens, client: Client) -> None:
    visit = visits()
    visit.sign_in(client.address)
    visit.sees("My sessions")
    visit.page.route("**/v1/waitlist", lambda route: route.fulfill(body="<h1>Welcome!</h1>", content_type="text/html"))
    visit.go("/waiting")
    visit.sees("The practice can't be reached just now")
    visit.page.unroute("**/v1/waitlist")
    visit.press("Try again")
    expect(visit.page.get_by_text("You wait for nothing at present.")).to_be_visible()
    visit.check()


def test_nobody_is_signed_out_because_the_login_is_away(visits: Opens, client: Client) -> None:
    """Tokens are fetched anew each hour. Who gets none, for nobody is there, tries again; who is refused signs in."""
    visit = visits()
    visit.page.clock.install()
    visit.sign_in(client.address)
    visit.sees("My sessions")
    visit.page.clock.fast_forward("01:00:00")
    for status, body in ((503, ""), (200, "<h1>Welcome!</h1>")):
        the_login_answers(visit, status, body)
        visit.go("/waiting")
        visit.sees("The practice can't be reached just now")
        expect(visit.control("Sign out")).to_be_visible()
        visit.page.unroute("**/oauth2/token")
        visit.press("Try again")
        expect(visit.page.get_by_text("You wait for nothing at present.")).to_be_visible()
        visit.go("/sessions")
        visit.sees("Upcoming")
        visit.page.clock.fast_forward("01:00:00")
    visit.complaints.clear()  # the browser's own, of the 503
    the_login_answers(visit, 400, '{"error": "invalid_grant"}')
    visit.go("/waiting")
    visit.sees("Please sign in")
    expect(visit.control("Sign out")).to_have_count(0)
    visit.check()


def the_login_answers(visit: Visit, status: int, body: str) -> None:
    visit.page.route("**/oauth2/token", lambda route: route.fulfill(status=status, body=body))
