"""The practice's own words in messages to clients."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from booking import texts
from booking.codes import Language, NotificationEvent
from booking.contracts.base import Answer, Contract
from booking.contracts.written import shown_lines


def _shown_or_nothing(value: str) -> str:
    return shown_lines(value) if value else value


OwnLines = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=1000),
    AfterValidator(_shown_or_nothing),
    Field(json_schema_extra={"pattern": texts.LINES_PATTERN}),
]


class WordingBody(Contract):
    """What the practice adds to a message: text, wherever it is shown. Messages to discreet clients go without it."""

    introduction: Annotated[OwnLines, Field(description="After the greeting; empty: nothing")] = ""
    closing: Annotated[OwnLines, Field(description="At the end; empty: nothing")] = ""


class EventWording(Answer):
    """The practice's words in the messages of one event, in one language."""

    event: NotificationEvent
    language: Language
    introduction: str
    closing: str


class PracticeWords(Answer):
    """All of them: each event that clients are told of, in each language."""

    words: list[EventWording]
