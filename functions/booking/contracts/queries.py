"""What the parameters of the API's reading calls have in common: instants, zones, pages."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Annotated, Any, TypeVar
from uuid import UUID
from zoneinfo import available_timezones

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from booking.contracts.base import Contract
from booking.errors import Refusal
from booking.problems import Problem

Checked = TypeVar("Checked", bound=BaseModel)
Row = TypeVar("Row")


def _as_rfc_3339(value: Any) -> Any:
    """In a query ``+01:00`` that was not encoded arrives as `` 01:00``; and a number is no time."""
    if not isinstance(value, str):
        return value
    text = value.replace(" ", "+")
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})", text):
        raise PydanticCustomError("rfc_3339", "must be an RFC 3339 time with an offset")
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise PydanticCustomError("rfc_3339", "must be a day and time that exist") from None


def _sayable(value: datetime) -> datetime:
    # There are instants that other time zones can't express, and then some that a day around them can't.
    if not 2 < value.year < 9990:
        raise ValueError("must be in the years 3 to 9989")
    return value.astimezone(UTC)


Instant = Annotated[AwareDatetime, BeforeValidator(_as_rfc_3339), AfterValidator(_sayable)]
"""RFC 3339 with an offset; in UTC once it is read."""


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones() - {"localtime", "Factory"})  # names of files, not of zones


def _zone(name: str) -> str:
    if name not in _zones():
        raise ValueError("is not an IANA time zone, like Europe/Berlin")
    return name


ZoneName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_+/-]{1,64}$"), AfterValidator(_zone)]
"""An IANA time zone."""

Cursor = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Page(Contract):
    """A page of a list: at most ``limit`` items, after the last one of the page before."""

    limit: Annotated[int, Field(ge=1, le=200, description="Items of a page")] = 50
    cursor: Annotated[Cursor | None, Field(description="The next of the page before")] = None


def in_order(checked: Checked, first: str, start: datetime | None, second: str, end: datetime | None) -> Checked:
    """The model itself. Raises ``ValueError`` unless ``start`` is before ``end``, where both are given."""
    if start is not None and end is not None and start >= end:
        raise ValueError(f"{second} must be after {first}")
    return checked


def uuid_cursor(cursor: str | None) -> UUID | None:
    """The id a page starts after. Raises ``Refusal`` for a cursor that no answer gave."""
    try:
        return UUID(cursor) if cursor else None
    except ValueError:
        raise bad_cursor() from None


def time_cursor(cursor: str | None) -> tuple[datetime, str] | None:
    """The instant and the id a page starts after. Raises ``Refusal`` for a cursor that no answer gave."""
    if not cursor:
        return None
    text, _, last = cursor.partition("~")
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise bad_cursor() from None
    if instant.tzinfo is None or not 1 < instant.year < 9999 or not re.fullmatch("[A-Za-z0-9_-]{1,80}", last):
        raise bad_cursor()
    return instant, last


def bad_cursor() -> Refusal:
    return Refusal(Problem.INVALID_PARAMETER, "cursor: must be the next of an answer")


def next_cursor(rows: Sequence[Row], limit: int, cursor_of: Callable[[Row], str]) -> str | None:
    """The cursor of the following page, when one row more than a page was found."""
    return cursor_of(rows[limit - 1]) if len(rows) > limit else None


def time_and_id(instant: datetime, last: str) -> str:
    """A cursor for ``time_cursor``."""
    return f"{instant.isoformat().replace('+00:00', 'Z')}~{last}"
