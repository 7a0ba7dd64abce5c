"""Debian's Chromium, driven by Playwright, before the session's laptop cloud; and people of a story's own."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from local.faults import set_faults
from tests.browser import ARGUMENTS, CHROMIUM, MISSING
from tests.e2e.conftest import Cloud
from tests.e2e.site import people
from tests.e2e.site.visit import Visit

Opens = Callable[..., Visit]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One for all stories; each has a profile of its own in it. No longer than they: Playwright occupies asyncio."""
    if CHROMIUM is None:
        pytest.skip(f"{MISSING}: nobody looks at the site")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def visits(browser: Browser, cloud: Cloud) -> Iterator[Opens]:
    """Opens the site for somebody, with a browser profile of their own."""
    contexts = []

    def visit(**options: Any) -> Visit:
        given = {"locale": "en-GB", "timezone_id": "Europe/London", "reduced_motion": "reduce", **options}
        context = browser.new_context(**given)
        contexts.append(context)
        return Visit(context.new_page(), cloud)

    yield visit
    for each in contexts:
        each.close()


@pytest.fixture
def therapist(cloud: Cloud) -> Iterator[people.Therapist]:
    """One whose calendar is this story's."""
    with people.therapist(cloud, "Europe/Berlin", "Dora <b>Lind</b>") as own:
        yield own


@pytest.fixture
def client(cloud: Cloud) -> people.Client:
    return people.invited(cloud)


@pytest.fixture
def mended(cloud: Cloud) -> Iterator[None]:
    """Other stories find everything well, however this one ends."""
    yield
    set_faults(cloud.stack["aws_endpoint_url"])
    assert cloud.make("local.postgres", "start").returncode == 0
    cloud.rows("UPDATE client_contacts SET undeliverable = NULL RETURNING 1")  # the next e-mail may be anyone's
    cloud.rows("UPDATE therapist_contacts SET undeliverable = NULL RETURNING 1")
