"""Words on a booking and on a change: notes and reasons. Health-related, so they are in no other contract of a step."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from booking import texts
from booking.contracts.base import Answer, Contract


def _shown_lines(value: str) -> str:
    lines = value.replace("\r\n", "\n")  # a line ends as it does in a browser's field, whatever wrote it
    rule = texts.problem_of_lines(lines)
    if rule is not None:
        raise PydanticCustomError("text", rule)
    return lines


Lines = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=500),
    AfterValidator(_shown_lines),
    Field(json_schema_extra={"pattern": texts.LINES_PATTERN}),
]
"""What people write in a few lines: text, wherever it is shown."""


class NoteBody(Contract):
    """A note, to write and as it was written. None takes it back."""

    text: Annotated[Lines | None, Field(description="Up to 500 characters, in lines; null takes it back")]


class ReasonBody(NoteBody):
    """Why a booking is cancelled or moved."""

    internal: Annotated[
        bool, Field(description="The client is not told; for staff, who keep the calendar and read it")
    ] = False


class ReasonState(Answer):
    """Why, in the words of who asked for it."""

    text: str
    internal: bool
