"""Who may speak to the laptop's ports."""

import pytest

from local import guard

PORTS = (8080, 4566)
SITE = "http://localhost:3000"


def refused(*headers: tuple[str, str], allowed_origin: str = "") -> str | None:
    return guard.refusal([(name.encode(), value.encode()) for name, value in headers], PORTS, allowed_origin)


HERE = ("Host", "127.0.0.1:8080")


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8080", "127.0.0.1", "localhost:4566", "LOCALHOST", "[::1]:8080", "bucket.localhost:4566"]
)
def test_a_program_on_this_machine_may_ask(host: str) -> None:
    assert refused(("host", host), ("User-Agent", "Boto3")) is None


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example", "evil.example:8080", "127.0.0.1.evil.example", "localhost.evil.example", "notlocalhost"),
        *("0.0.0.0:8080", "169.254.169.254", "192.168.1.2:8080", "[::]:8080", "127.0.0.1@evil.example", "localhost."),
        *("", "127.0.0.1:8080, evil.example", "127.0.0.1:80:80", "evil.example#.localhost"),
    ],
)
def test_a_name_that_leads_here_is_not_this_machine(host: str) -> None:
    """DNS rebinding: the page's own name, looked up anew, is 127.0.0.1; its origin is then the API's."""
    assert "Host" in str(refused(("Host", host)))


def test_a_host_is_given_once() -> None:
    assert refused() is not None
    assert refused(HERE, ("Host", "evil.example")) is not None


@pytest.mark.parametrize("origin", ["http://127.0.0.1:8080", "http://localhost:4566", "http://[::1]:8080"])
def test_the_laptops_own_pages_may_ask(origin: str) -> None:
    assert refused(HERE, ("Origin", origin)) is None
    assert refused(HERE, ("Origin", origin), ("Sec-Fetch-Site", "cross-site")) is None  # localhost asks 127.0.0.1


@pytest.mark.parametrize(
    "origin",
    [
        *("https://evil.example", "null", "", "http://127.0.0.1:9999", "http://localhost", "https://127.0.0.1:8080"),
        *("http://127.0.0.1:8080.evil.example", "http://127.0.0.1:80800", "http://evil.localhost:8080", "file://"),
    ],
)
def test_a_foreign_page_may_not_whatever_else_it_says(origin: str) -> None:
    for site in ("cross-site", "same-site", "same-origin", "none"):
        assert "Origin" in str(refused(HERE, ("Origin", origin), ("Sec-Fetch-Site", site)))
    assert "Origin" in str(refused(HERE, ("Origin", origin)))
    assert "Origin" in str(refused(HERE, ("Origin", "http://127.0.0.1:8080"), ("Origin", origin)))


@pytest.mark.parametrize(("site", "may"), [("none", True), ("same-origin", True), ("same-site", False), ("x", False)])
def test_a_request_without_an_origin_is_judged_by_where_it_comes_from(site: str, may: bool) -> None:
    """An image, a form by GET, a link: no Origin, and a query of the emulator's can be a GET."""
    assert (refused(HERE, ("Sec-Fetch-Site", site)) is None) == may
    assert refused(HERE, ("sec-fetch-site", "cross-site"), ("Sec-Fetch-Mode", "navigate")) is not None


def test_the_allowed_origin_may_and_no_other() -> None:
    assert refused(HERE, ("Origin", SITE), ("Sec-Fetch-Site", "cross-site"), allowed_origin=SITE) is None
    assert refused(HERE, ("Origin", "https://evil.example"), allowed_origin=SITE) is not None
    assert refused(HERE, ("Origin", ""), allowed_origin="") is not None


def test_no_answer_lets_everybody_read() -> None:
    wide = [(b"Access-Control-Allow-Origin", b"*"), (b"access-control-expose-headers", b"*"), (b"Date", b"now")]
    assert guard.without_wildcards(wide) == [(b"Date", b"now")]
    own = [(b"access-control-allow-origin", SITE.encode()), (b"access-control-max-age", b"600")]
    assert guard.without_wildcards(own) == own
