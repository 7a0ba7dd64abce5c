"""How AWS's login pages are made to look: colours everybody can read, and a name that is text."""

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.colours import ENOUGH, contrast
from ops.branding import branding, mode

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(COLOURS, st.booleans())
def test_whatever_the_practices_colour_is_everything_can_be_read(colour: str, is_dark: bool) -> None:
    made = mode(colour, is_dark=is_dark)
    assert contrast(made.accent, made.ground) >= ENOUGH
    assert contrast(made.strong, made.ground) >= ENOUGH
    assert contrast(made.on_accent, made.accent) >= ENOUGH


def test_a_colour_that_can_be_read_stays_the_practices_own() -> None:
    made = branding("Practice Adler", "#1f5f66")["Settings"]["components"]["primaryButton"]
    assert made["lightMode"]["defaults"] == {"backgroundColor": "1f5f66ff", "textColor": "ffffffff"}


@pytest.mark.parametrize("name", ["Practice Adler", "A & <b>B</b>", "Praxis „Über den Dächern“", ""])
def test_the_name_is_an_image_of_its_text(name: str) -> None:
    for asset in branding(name, "#1f5f66")["Assets"]:
        [text] = ET.fromstring(asset["Bytes"])  # noqa: S314  # ours
        assert (text.text or "") == name
        assert list(text) == []
