"""Words on a booking and on a change: notes and reasons. Health-related, so they are in no other contract of a step."""

from typing import Annotated

from pydantic import Field

from booking.contracts.base import Answer, Contract
from booking.contracts.written import Lines


class NoteBody(Contract):
    """A note, to write and as it was written. None takes it back."""

    text: Annotated[Lines | None, Field(description="Up to 500 characters, in lines; null takes it back")]


class ReasonBody(NoteBody):
    """Why a booking is cancelled or moved."""

    internal: Annotated[
        bool, Field(description="The client is not told; for staff, who keep the calendar and read it")
    ] = False


class ChangeReasonState(Answer):
    """Why, in the words of who asked for it."""

    text: str
    internal: bool
