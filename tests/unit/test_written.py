"""What a practice may write of itself: web addresses that say where they lead, text in lines, a colour."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from booking.contracts.places import PlaceBody
from booking.contracts.practice import ClosedDayBody, PracticeBody
from booking.contracts.written import Lines, WebAddress

PRACTICE: dict[str, Any] = {
    "name": "Practice Adler",
    "time_zone": "Europe/Berlin",
    "languages": ["de", "en"],
    "consent_version": "2027-01",
    "accent_colour": "#1f5f66",
}


@pytest.mark.parametrize(
    "address",
    [
        "https://practice.example.com",
        "https://video.example.com:8443/room/7?key=a%20b#here",
        "https://xn--mller-kva.de/",
    ],
)
def test_an_address_of_a_web_page(address: str) -> None:
    assert TypeAdapter(WebAddress).validate_python(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "http://practice.example.com",
        "javascript:alert(1)",
        "https://practice",
        "https://127.0.0.1/",
        "https://practice.example.com@evil.example.net/",
        "https://practice.example.com:0/",
        "https://practice.example.com:99999/",
        "https://[::1/",
        "https://exa mple.com/",
        'https://practice.example.com/"><script>',
        "https://müller.de/",
        "https://10.0.0.10/",
        "https://practice.example.com/" + "a" * 500,
    ],
)
def test_no_address_that_a_browser_would_take_elsewhere(address: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(WebAddress).validate_python(address)


def test_lines_are_kept_and_what_cannot_be_seen_is_refused() -> None:
    assert TypeAdapter(Lines).validate_python("Lindenstraße 12\r\n10969 Berlin\n") == "Lindenstraße 12\n10969 Berlin"
    for text in ("", " \n ", "a\x00b", "a\u202eb", "a" * 501, "a" * 100_000):
        with pytest.raises(ValidationError):
            TypeAdapter(Lines).validate_python(text)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("consent_version", "of January"),
        ("accent_colour", "red"),
        ("accent_colour", "#FFF"),
        ("phone", "030 23125"),
        ("email", "hello@"),
        ("languages", []),
        ("languages", ["fr"]),
        ("time_zone", "Berlin"),
        ("cancellation_policy", {"fr": "Gratuit"}),
        ("cancellation_policy", {"en": "a" * 2001}),
        ("site", "http://adler.example.com"),
    ],
)
def test_a_practice_is_refused_by_the_fields_name(field: str, value: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        PracticeBody.model_validate({**PRACTICE, field: value})
    assert refused.value.errors()[0]["loc"][0] == field


def test_a_closed_day_and_a_place() -> None:
    assert ClosedDayBody.model_validate_json('{"day": "2034-12-24"}').label == ""
    for body in ({"day": "2034-02-30"}, {"day": "1999-12-31"}, {"day": "2034-12-24", "label": "a" * 101}):
        with pytest.raises(ValidationError):
            ClosedDayBody.model_validate(body)
    with pytest.raises(ValidationError):
        PlaceBody.model_validate({"held": "at home"})
