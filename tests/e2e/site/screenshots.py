"""``make screenshots``: every page, of clients and of operators, narrow and wide, light beside dark, into docs/site.

Look at them. In a laptop cloud of its own, which is gone afterwards.
"""

import io
import re
import sys
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

import tests.conftest  # noqa: F401  # the keys that a laptop takes
from local import demo, documents
from local.faults import set_faults
from local.pages import FAULTS, INBOX, LAPTOP
from tests.browser import ARGUMENTS, CHROMIUM, MISSING
from tests.daytime import zone_by_day
from tests.e2e.conftest import Cloud, own_cloud
from tests.e2e.site import people
from tests.e2e.site.people import book, hour_of, later
from tests.e2e.site.visit import Visit
from tests.e2e.test_waitlist import offer_to

FOLDER = documents.ROOT / "docs" / "site"
WIDTHS = {"narrow": 320, "wide": 1280}
TALLEST = 1400
COLOURS = 64

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, Scheme] = ("light", "dark")


def main() -> int:
    if CHROMIUM is None:
        print(f"✗ {MISSING}", file=sys.stderr)
        return 1
    FOLDER.mkdir(exist_ok=True)
    number = 0
    with own_cloud() as cloud, people.therapist(cloud, "Europe/Berlin", "Dora Lind") as therapist:
        client, paths = life(cloud, therapist)
        operator, theirs = demo.USERS["operator"][1], night(cloud, client, therapist)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            for address, seen in ((client.address, paths), (operator, theirs)):
                for size, width in WIDTHS.items():
                    light, dark = (shown(browser, cloud, address, seen, width, scheme) for scheme in SCHEMES)
                    for name, picture in light.items():
                        save(FOLDER / f"{name}-{size}.png", picture, dark[name])
                        number += 1
            browser.close()
    print(f"✓ {FOLDER.relative_to(documents.ROOT)}: {number} pictures")
    return 0


def life(cloud: Cloud, therapist: people.Therapist) -> tuple[people.Client, dict[str, str]]:
    """Somebody to whom everything has happened, and where it is seen."""
    client = people.invited(cloud, time_zone=zone_by_day())
    other = people.invited(cloud)
    service = cloud.stack["demo"]["service_id"]
    booked = book(cloud, client, therapist, hour_of(4))
    late = book(cloud, client, therapist, hour_of(1, 12))
    taken = hour_of(5)
    book(cloud, other, therapist, taken)
    ask = {"therapist_id": therapist.id, "service_id": service, "client_id": client.id}
    cloud.post("site-refused", {**ask, "starts_at": taken}, "operator")
    weekly = {"starts_at": hour_of(6), "recurrence": "FREQ=WEEKLY;COUNT=3", "on_conflict": "skip"}
    book(cloud, other, therapist, later(hour_of(6), weeks=1))
    cloud.post("site-series", {**ask, **weekly}, "operator")
    cloud.wait("site-refused", "operator")
    cloud.wait("site-series", "operator")
    offered = book(cloud, other, therapist, hour_of(3))
    window = {"starts_at": hour_of(3), "ends_at": later(hour_of(3), minutes=50)}
    cloud.call("operator", "POST", "/v1/waitlist", {**ask, "windows": [window]}, Idempotency_Key="site-waits")
    cloud.call("operator", "POST", f"/v1/bookings/{offered}/cancellation", {}, Idempotency_Key="site-gives-back")
    offer = offer_to(cloud, "site-waits", "operator")
    times = f"service={service}&with={therapist.id}"
    return client, {
        "sign-in-first": "/sessions",
        "services": "/",
        "therapists": f"/?service={service}",
        "times": f"/?{times}",
        "review": "/review",
        "booking": f"/bookings/{booked}",
        "refused": "/bookings/site-refused",
        "series": "/bookings/site-series",
        "sessions": "/sessions",
        "move": f"/bookings/{booked}/move",
        "cancel": f"/bookings/{late}/cancel",
        "offer": f"/offers/{offer}",
        "wait": f"/wait?{times}",
        "waiting-list": "/waiting",
        "my-data": "/me",
        "not-found": "/nowhere",
    }


def night(cloud: Cloud, client: people.Client, therapist: people.Therapist) -> dict[str, str]:
    """Mail that is down for a while, what fails by it, and where operators see that."""
    names = ["site-a-life", "site-failed", "site-failed-too"]
    ask = {"therapist_id": therapist.id, "service_id": cloud.stack["demo"]["service_id"], "client_id": client.id}
    set_faults(cloud.stack["aws_endpoint_url"], email=1.0, waits=0.02)
    for day, name in enumerate(names, start=8):
        cloud.post(name, {**ask, "starts_at": hour_of(day)}, "operator")
    for name in names:
        cloud.wait_for_execution(name)
    set_faults(cloud.stack["aws_endpoint_url"])
    because = {"reason": "The mail provider is back.", "code": "cause_is_mended"}
    cloud.call(
        "operator", "POST", "/v1/executions/booking/site-a-life/redrive", because, Idempotency_Key="site-restarts"
    )
    cloud.wait("site-a-life", "operator")
    there = {"starts_at": hour_of(8, 14)}
    cloud.call("operator", "POST", "/v1/bookings/site-a-life/rescheduling", there, Idempotency_Key="site-moves")
    cloud.change("site-moves", "operator")
    failed, life = "/operate/bookings/site-failed", "/operate/bookings/site-a-life"
    return {
        "attention": "/operate",
        "executions": "/operate/executions",
        "find": "/operate/find",
        "dead-letters": "/operate/dead-letters",
        "trace-failed": f"{failed}?view=graph&execution=booking/site-failed&state=DeliverNotification",
        "trace-restart": failed,
        "trace-graph": life,
        "trace-timeline": f"{life}?view=timeline",
        "trace-events": f"{life}?view=events&execution=booking/site-a-life&state=ReserveSlot",
        "trace-messages": f"{life}?view=messages",
        "trace-history": f"{life}?view=history",
        "inbox": INBOX,
        "faults": FAULTS,
    }


def shown(
    browser: Browser, cloud: Cloud, address: str, paths: dict[str, str], width: int, scheme: Scheme
) -> dict[str, bytes]:
    """Each page, as one person sees it who signs in once and goes on from page to page."""
    context = browser.new_context(
        viewport={"width": width, "height": 640},
        color_scheme=scheme,
        locale="en-GB",
        timezone_id="Europe/London",
        reduced_motion="reduce",
    )
    visit, pictures = Visit(context.new_page(), cloud), {}
    visit.open("/sessions")
    visit.sees("Please sign in")
    for name, path in paths.items():
        if name == "services" or name == "attention":  # the first that is shown to who is signed in
            visit.page.locator("main").get_by_role("button", name=re.compile("^Sign in")).click()
            visit.at_the_login(address)
            visit.sees("My sessions")
        if name == "review":
            visit.page.locator("button.time").first.click()
        elif path.startswith(LAPTOP):
            visit.open(path)
        else:
            visit.go(path)
        if name == "trace-restart":
            visit.press("Restart where it stopped")
        visit.page.wait_for_load_state("networkidle")
        visit.page.locator(".spinner").first.wait_for(state="detached")
        visit.page.locator("main h1").first.wait_for()
        visit.check()
        pictures[name] = visit.page.screenshot(full_page=True)
    context.close()
    return pictures


def save(path: Path, *pictures: bytes) -> None:
    """Side by side, in few colours: a page of text loses nothing by that."""
    images = [Image.open(io.BytesIO(each)).convert("RGB") for each in pictures]
    sheet = Image.new("RGB", (sum(each.width for each in images), min(TALLEST, max(each.height for each in images))))
    across = 0
    for image in images:
        sheet.paste(image, (across, 0))
        across += image.width
    sheet.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


if __name__ == "__main__":
    sys.exit(main())
