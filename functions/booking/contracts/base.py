"""What all contracts share: strict shapes, ids, and errors that name fields and rules, never what somebody typed."""

import re
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

BOOKING_ID_PATTERN = r"^[A-Za-z0-9_-]{1,80}$"
UUID_PATTERN = "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$"

BookingId = Annotated[str, Field(pattern=BOOKING_ID_PATTERN)]


def legal_id(value: object) -> str | None:
    """The id of a booking, a series or a change, or None for what can't be one: typed text, which is not logged."""
    return value if isinstance(value, str) and re.fullmatch(BOOKING_ID_PATTERN, value) else None


class Contract(BaseModel):
    """What comes in: unknown fields are refused. Built when it is first used: a step uses few of all there are."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, defer_build=True)


class Part(BaseModel):
    """What comes in from AWS: fields we do not need are left out."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True, defer_build=True)


class Answer(BaseModel):
    """What goes out. Built when it is first used, too."""

    model_config = ConfigDict(defer_build=True)
