"""An e-mail's two forms say the same, in a colour one can read, and nothing typed is markup."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking import notices
from booking.colours import DEFAULT, ENOUGH, colour_of, contrast, text_on
from booking.letters import Letter
from local.letters import BY_VIDEO, ONE, PRACTICE, letters, name_of

SITE = "https://booking.example.com"


class Reader(HTMLParser):
    """What somebody reads of a page, and what is in it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.tags: set[str] = set()
        self.links: list[str] = []
        self._open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag not in ("meta", "br"):
            self._open.append(tag)
        if tag == "a":
            self.links.append(str(dict(attributes)["href"]))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag, "closed in order"
        if tag == "a" and self.links[-1].startswith("https:") and self.links[-1] != self.said[-1]:
            self.said += [":", self.links[-1]]

    def handle_data(self, data: str) -> None:
        if not {"title", "style"} & set(self._open):
            self.said.append(data)

    @property
    def words(self) -> list[str]:
        return words(" ".join(self.said))


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


TAGS = {"html", "head", "meta", "title", "style", "body", "table", "tr", "td", "h1", "p", "br", "strong", "a"}


@pytest.mark.parametrize("letter", letters(), ids=name_of)
def test_text_and_html_say_the_same(letter: Letter) -> None:
    for each in (letter, replace(letter, introduction="Welcome\nto us.\n\nReally.", closing="Yours, <i>all</i> of us")):
        message = notices.compose(each, SITE)
        read = Reader(message.html)
        assert read.words == words(message.text)
        assert read.tags <= TAGS
        assert [link for link in read.links if SITE in link] == ([message.link] if message.link else [])


HOSTILE = "</p><script>alert(1)</script><a href='https://evil.example'>x</a> \" onload=\"x {{ 7*7 }} {% raw %}"


def test_nothing_that_was_typed_is_markup() -> None:
    practice = replace(
        PRACTICE, name=HOSTILE, address=HOSTILE, phone=HOSTILE, email=HOSTILE, privacy_page="javascript:x"
    )
    place = BY_VIDEO._replace(video_link="javascript:alert(1)")
    hostile = replace(
        ONE,
        practice=replace(
            practice, privacy_page="javascript:x", accent_colour="red;background:url(https://evil.example)"
        ),
        introduction=HOSTILE,
        closing=HOSTILE,
        cancellation_policy=HOSTILE,
        client_name=HOSTILE,
        sessions=(replace(ONE.sessions[0], place=place),),
    )
    message = notices.compose(hostile, SITE)
    read = Reader(message.html)
    assert "script" not in read.tags
    assert [link for link in read.links if link.startswith(("https:", "javascript:"))] == [message.link]
    assert "url(" not in message.html
    assert "7*7" in message.text
    assert " onload=" not in message.html.replace(" onload=&#34;", "")


@given(st.integers(0, 0xFFFFFF))
def test_text_can_be_read_on_any_colour(number: int) -> None:
    colour = f"#{number:06x}"
    assert contrast(colour, text_on(colour)) >= ENOUGH


def test_a_colour_is_one_or_the_default() -> None:
    assert colour_of("#FFcc00") == "#ffcc00"
    assert {colour_of(each) for each in ("", "red", "#fff", "#12345g", "#ffffff;x", "#ffffff\n")} == {DEFAULT}
    assert round(contrast("#000000", "#ffffff"), 2) == 21
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54  # the grey that WCAG's own examples end with
