"""What the parameters of the API's reading calls have in common: instants, zones, pages."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from booking.contracts.base import Contract
from booking.errors import InvalidCall

Checked = TypeVar("Checked", bound=BaseModel)
Row = TypeVar("Row")


def _with_its_plus(value: Any) -> Any:
    """In a query ``+01:00`` that was not encoded arrives as `` 01:00``."""
    return value.replace(" ", "+") if isinstance(value, str) else value


def _sayable(value: datetime) -> datetime:
    if not 1 < value.year < 9999:  # instants that other time zones can't express
        raise ValueError("must be in the years 2 to 9998")
    return value.astimezone(UTC)


Instant = Annotated[AwareDatetime, BeforeValidator(_with_its_plus), AfterValidator(_sayable)]
"""RFC 3339 with an offset; in UTC once it is read."""


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (KeyError, ValueError, OSError):  # not there, not a legal key, a folder
        raise ValueError("is not an IANA time zone, like Europe/Berlin") from None


ZoneName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_+/-]{1,64}$"), AfterValidator(_zone)]
"""An IANA time zone."""

Cursor = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Page(Contract):
    """A page of a list: at most ``limit`` items, after the last one of the page before."""

    model_config = ConfigDict(populate_by_name=True)

    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Cursor | None = None


def in_order(checked: Checked, first: str, start: datetime | None, second: str, end: datetime | None) -> Checked:
    """The model itself. Raises ``ValueError`` unless ``start`` is before ``end``, where both are given."""
    if start is not None and end is not None and start >= end:
        raise ValueError(f"{second} must be after {first}")
    return checked


def uuid_cursor(cursor: str | None) -> UUID | None:
    """The id a page starts after. Raises ``InvalidCall`` for a cursor that no answer gave."""
    try:
        return UUID(cursor) if cursor else None
    except ValueError:
        raise bad_cursor() from None


def time_cursor(cursor: str | None) -> tuple[datetime, str] | None:
    """The instant and the id a page starts after. Raises ``InvalidCall`` for a cursor that no answer gave."""
    if not cursor:
        return None
    try:
        instant, _, last = cursor.partition("~")
        return datetime.strptime(instant, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC), last
    except ValueError:
        raise bad_cursor() from None


def bad_cursor() -> InvalidCall:
    return InvalidCall("invalid-parameter", "Invalid parameter", "cursor: must be the next of an answer")


def next_cursor(rows: Sequence[Row], limit: int, cursor_of: Callable[[Row], str]) -> str | None:
    """The cursor of the following page, when one row more than a page was found."""
    return cursor_of(rows[limit - 1]) if len(rows) > limit else None


def time_and_id(instant: datetime, last: str) -> str:
    """A cursor for ``time_cursor``."""
    return f"{instant:%Y%m%dT%H%M%SZ}~{last}"
