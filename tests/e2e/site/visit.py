"""Somebody before the booking site, in a browser: what they do there, and what must be true of every page they see."""

import re
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Locator, Page, Request, Route, expect

from local import documents, watch
from tests.e2e.conftest import END_SECONDS, Cloud
from tests.e2e.site.people import Therapist

AXE = documents.ROOT / "tests" / "js" / "node_modules" / "axe-core" / "axe.min.js"
"""Deque's checker. Where it is not installed, pages are looked at without it."""

ADDRESS = re.compile("^E-[Mm]ail[- ][Aa]d")
"""The login's field, in English and in German."""

expect.set_options(timeout=END_SECONDS * 1000)


@dataclass
class Visit:
    """A page of the site's, as one person has it open; what it asked for and complained of."""

    page: Page
    cloud: Cloud
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(END_SECONDS * 1000)
        self.page.on("request", self._asked)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda each: self._said(each.type, each.text))

    def _asked(self, request: Request) -> None:
        self.requests.append(request.url)

    def _said(self, kind: str, text: str) -> None:
        answered = re.match(r"Failed to load resource: the server responded with a status of (4|503)", text)
        if (
            kind in ("error", "warning") and not answered
        ):  # an answer of the API's, which the page tells people in words
            self.complaints.append(text)

    # -- Going -----------------------------------------------------------------------------------------------------

    def open(self, path: str = "/") -> None:
        self.page.goto(self.cloud.stack["site_url"] + path)

    def go(self, path: str) -> None:
        """As a link of the site's goes there: who is signed in stays so."""
        self.in_module("router.js", "({ go }, path) => go(path)", path)

    def in_module(self, name: str, does: str, given: Any) -> Any:
        """What JavaScript makes of one of the site's modules, as the page has it loaded, and of what is given."""
        own = """([name, given]) => {
            const release = new URL(".", document.querySelector('script[src$="/app.js"]').src);
            return import(new URL(name, release)).then((module) => (%s)(module, given));
        }"""
        return self.page.evaluate(own % does, [name, given])

    def press(self, name: str | re.Pattern[str], **more: Any) -> None:
        """A button or a link, as people call it; exactly so, unless it is a pattern."""
        self.control(name, **more).first.click()

    def control(self, name: str | re.Pattern[str], **more: Any) -> Locator:
        exact = isinstance(name, str)
        button = self.page.get_by_role("button", name=name, exact=exact, **more)
        return button.or_(self.page.get_by_role("link", name=name, exact=exact, **more))

    def sees(self, heading: str | re.Pattern[str]) -> None:
        """Waits until this heading is shown."""
        expect(self.page.get_by_role("heading", name=heading).first).to_be_visible()

    def is_led_to(self, heading: str) -> None:
        """Waits until this heading has the focus: where the content went."""
        expect(self.page.get_by_role("heading", name=heading, exact=True)).to_be_focused()

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.cloud.stack["site_url"])

    def hold_the_first(self, path: str, method: str) -> list[Route]:
        """Requests as they come; the first of them waits until it is let go on."""
        came: list[Route] = []

        def hold(route: Route) -> None:
            if route.request.method == method:
                came.append(route)
            if [route] != came:
                route.continue_()

        self.page.route(path, hold)
        return came

    # -- Signing in --------------------------------------------------------------------------------------------------

    def mails(self, address: str) -> list[dict[str, Any]]:
        return [each for each in watch.emails(self.cloud.stack["aws_endpoint_url"]) if each["To"] == [address]]

    def _code(self, address: str) -> str:
        """The code in the newest mail; it was sent before the page that asks for it was shown."""
        [code] = re.findall(r"\b\d{6}(?:\d{2})?\b", self.mails(address)[-1]["BodyText"])
        return str(code)

    def at_the_login(self, address: str) -> None:
        """On the login's page: by the code that is mailed, and back."""
        self.page.get_by_label(ADDRESS).fill(address)
        self.page.get_by_role("button", name=re.compile("^(Send me a code|Code senden)$")).press("Enter")
        self.type_the_code(address)

    def at_the_sign_up(self, address: str) -> None:
        self.page.get_by_label(ADDRESS).fill(address)
        self.page.get_by_label(re.compile("^Passwor[dt]$")).fill("rather long and of no use")
        self.page.get_by_role("button", name=re.compile("^(Sign up|Registrieren)$")).press("Enter")
        self.type_the_code(address)

    def type_the_code(self, address: str) -> None:
        field = self.page.get_by_label("Code")
        field.wait_for()
        field.fill(self._code(address))
        field.press("Enter")
        self.page.wait_for_url(f"{self.cloud.stack['site_url']}/**")

    def sign_in(self, address: str, path: str = "/sessions") -> None:
        """To a page of one's own, by way of the login."""
        self.open(path)
        self.page.locator("main").get_by_role("button", name=re.compile("^(Sign in|Anmelden)")).click()
        self.at_the_login(address)

    # -- Looking -----------------------------------------------------------------------------------------------------

    def check(self) -> None:
        """The page that is shown can be used by everybody, complains of nothing and asks nobody else."""
        self.page.get_by_role("heading", level=1).first.wait_for()  # until its file is there, a page is a word or two
        assert self.complaints == [], (self.complaints, [line for line in self.cloud.logged() if '"ERROR"' in line])
        allowed = tuple(f"{self.cloud.stack[name]}/" for name in ("site_url", "login_url", "stripe_url"))
        assert [url for url in self.requests if not url.startswith(allowed) and not url.startswith("blob:")] == []
        assert self.found_by_axe() == []
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
            "nothing is cut off at the side"
        )
        small = self.page.evaluate(
            """() => [...document.querySelectorAll("main button, main .button, header button, footer button")]
                .filter((each) => each.checkVisibility())
                .map((each) => [each.textContent.trim(), each.getBoundingClientRect()])
                .filter(([, { width, height }]) => width < 44 || height < 43.5).map(([text]) => text)"""
        )
        assert small == [], "a finger finds it"

    def found_by_axe(self) -> list[str]:
        if not AXE.exists():
            return []
        before = len(self.complaints)
        if not self.page.evaluate("Boolean(window.axe)"):
            self.page.evaluate(AXE.read_text())
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
        asked = {"preload": False, "resultTypes": ["violations"], "runOnly": tags}
        found = self.page.evaluate("(asked) => axe.run(document, asked)", asked)
        del self.complaints[before:]  # its own: it tries inline styles, which the site forbids
        return [
            f"{each['id']}: {node['html'][:200]} {node['failureSummary']}"
            for each in found["violations"]
            for node in each["nodes"]
        ]

    def stored(self) -> str:
        """All that the browser keeps for the site."""
        return str(self.page.evaluate("JSON.stringify([{...sessionStorage}, {...localStorage}, document.cookie])"))


def choose_a_time(visit: Visit, therapist: Therapist, which: int = 0) -> str:
    """From the first page to the review; the instant that was chosen."""
    visit.open()
    visit.press(re.compile("^individual session"))
    visit.page.locator("a.option", has_text=therapist.name).click()
    visit.page.locator("button.time").nth(which).click()
    visit.sees("Is this right?")
    return str(visit.page.evaluate("JSON.parse(sessionStorage.getItem('choice')).starts_at"))
