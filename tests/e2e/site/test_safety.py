"""What somebody with bad intentions tries on the site's readers, each in a real browser."""

import base64
import json
import re
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from local import demo
from tests.e2e.conftest import Cloud
from tests.e2e.site.conftest import Opens
from tests.e2e.site.people import Client, Therapist, book, hour_of
from tests.e2e.test_foreign_pages import site

SCRIPT = "<script>window.stolen = true</script><img src=x onerror='window.stolen = true'>"


def test_the_practices_own_words_are_text(visits: Opens, cloud: Cloud, therapist: Therapist) -> None:
    [before] = cloud.rows("SELECT name, cancellation_policy FROM practice")
    words = "UPDATE practice SET name = %s, cancellation_policy = %s::jsonb RETURNING 1"
    cloud.rows(words, f"Adler {SCRIPT}", json.dumps({"en": f"Call us. {SCRIPT}", "de": "Anrufen."}))
    try:
        visit = visits()
        visit.open(f"/?service={cloud.stack['demo']['service_id']}&with={therapist.id}")
        expect(visit.page.get_by_role("link", name=re.compile("^Adler <script>"))).to_be_visible()
        visit.page.locator("summary").click()
        expect(visit.page.get_by_text("Call us. <script>")).to_be_visible()
        assert not visit.page.evaluate("Boolean(window.stolen)")
        visit.check()
    finally:
        cloud.rows(words, before["name"], json.dumps(before["cancellation_policy"]))


@pytest.mark.parametrize("user", ["therapist", "operator"])
def test_staff_are_made_no_clients_by_mistake(visits: Opens, cloud: Cloud, therapist: Therapist, user: str) -> None:
    visit = visits(viewport={"width": 320, "height": 640})
    visit.open(f"/?service={cloud.stack['demo']['service_id']}&with={therapist.id}")
    visit.page.locator("button.time").first.click()
    visit.press("I have been here before")
    visit.at_the_login(demo.USERS[user][1])
    visit.sees("You are signed in as staff")
    for path in ("/review", f"/wait?service={cloud.stack['demo']['service_id']}", "/me"):
        visit.go(path)
        visit.sees("You are signed in as staff")
        visit.check()
        assert visit.page.locator("main input, main textarea").count() == 0
        assert (visit.page.locator("main").get_by_role("link", name="Operations").count() == 1) is (user == "operator")
    height = visit.page.evaluate("document.querySelector('header').offsetHeight")
    assert height < 100, "two rows, also of who has one more way to go"


def test_a_way_back_from_the_login_that_was_not_begun_here_leads_nowhere(visits: Opens) -> None:
    """A code of somebody else's would sign a reader in as them (CSRF)."""
    visit = visits()
    visit.open("/signed-in?code=stolen&state=guessed")
    visit.sees("Signing in did not work")
    assert visit.path == "/signed-in", "the code is in no history"
    assert not any("/oauth2/token" in url for url in visit.requests)
    visit.check()


def test_a_token_that_answers_another_question_signs_nobody_in(visits: Opens, client: Client) -> None:
    visit = visits()

    def with_another_nonce(route: Route) -> None:
        answer = route.fetch()
        tokens = answer.json()
        head, claims, signature = tokens["id_token"].split(".")
        said = json.loads(base64.urlsafe_b64decode(claims + "=="))
        changed = base64.urlsafe_b64encode(json.dumps({**said, "nonce": "another"}).encode()).decode().rstrip("=")
        route.fulfill(response=answer, json={**tokens, "id_token": f"{head}.{changed}.{signature}"})

    visit.page.route("**/oauth2/token", with_another_nonce)
    visit.sign_in(client.address)
    visit.sees("Signing in did not work")
    assert "eyJ" not in visit.stored()


def test_the_login_leads_back_to_the_site_only(visits: Opens) -> None:
    visit = visits()
    visit.open()
    hostile = [
        *("https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "/.//evil.example"),
        *("javascript:alert(1)", "data:text/html,x", "/\t/evil.example", "evil.example", "", "/%0d%0a//evil.example"),
    ]
    led = visit.in_module(
        "signing-in.js",
        """({ ownPath }, paths) => paths.map((path) => {
            history.replaceState(null, "", ownPath(path));
            return new URL(ownPath(path), location.href).origin;
        })""",
        hostile,
    )
    assert set(led) == {visit.cloud.stack["site_url"]}


def test_nobody_shows_the_site_in_a_frame(visits: Opens, cloud: Cloud) -> None:
    visit = visits()
    with site({"/": f'<!doctype html><iframe src="{cloud.stack["site_url"]}/" title="site"></iframe>'}) as port:
        visit.page.goto(f"http://127.0.0.1:{port}/")
        framed: Any = visit.page.frames[1]
        framed.wait_for_load_state()
        assert framed.get_by_role("heading").count() == 0
        headers = visit.page.request.get(f"{cloud.stack['site_url']}/").headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-frame-options"] == "DENY"
    assert headers["cache-control"] == "no-store"


def test_a_session_is_nowhere_but_on_the_page(
    visits: Opens, cloud: Cloud, therapist: Therapist, client: Client
) -> None:
    """No token that another script, another tab or the next reader finds; nothing of a booking in a cache."""
    booking_id = book(cloud, client, therapist, hour_of(5))
    visit = visits()
    with visit.page.expect_response(f"**/v1/bookings/{booking_id}") as answered:
        visit.sign_in(client.address, f"/bookings/{booking_id}")
    visit.sees("Your session")
    assert "no-store" in answered.value.headers["cache-control"]
    assert "authorization" in answered.value.request.headers, "by a header, which no foreign form sends"
    assert "eyJ" not in visit.stored()
    named = visit.page.evaluate("Object.values(window).filter((each) => typeof each === 'string').join()")
    assert "eyJ" not in named
    assert [each for each in visit.page.context.cookies() if each["value"].startswith("eyJ")] == []
    assert visit.page.title() == "Your session – Practice Adler", "what it is, and not whose"
    visit.page.reload()  # the login knows this browser, and is not asked twice once it doesn't
    visit.sees("Your session")
    visit.page.context.clear_cookies()
    visit.page.reload()
    visit.sees("Please sign in")
    visit.page.locator("main").get_by_role("button", name="Sign in").click()
    visit.at_the_login(client.address)
    visit.sees("Your session")
    visit.press("Sign out")
    visit.page.wait_for_url(f"{cloud.stack['site_url']}/")
    visit.sees("Book a session")
    visit.page.go_back()
    expect(visit.page.get_by_text(therapist.name)).to_have_count(0)
    assert visit.page.evaluate("sessionStorage.length") == 0
    visit.press("Sign in")
    expect(visit.page.get_by_label("E-mail address")).to_be_visible()  # the login has forgotten this browser, too
