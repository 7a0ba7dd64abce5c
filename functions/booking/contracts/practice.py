"""What an operator sets for the whole practice: who it is, when it is closed, what one person may cost."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, field_validator

from booking import addresses, texts
from booking.codes import Channel, Language
from booking.contracts.base import Answer, Contract
from booking.contracts.bookings import BookingSummary
from booking.contracts.me import Version
from booking.contracts.queries import ZoneName
from booking.contracts.written import Lines, Name, WebAddress, shown_lines, shown_text

Count = Annotated[int, Field(ge=1, le=100_000)]
Prefix = Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{0,14}$")]


class LimitsBody(Contract):
    """What one person may cost. A day is the last 24 hours. Of a series each session is one that stands;
    all of it is one request.

    The first three are for what clients ask for themselves: staff get past them by asking in their own name. Texts go
    to numbers that begin with one of ``text_prefixes``.
    """

    model_config = ConfigDict(title="Limits")

    standing_sessions: Count  # to come, of one client
    requests_a_day: Count
    changes_a_day: Count
    client_messages_a_day: Count  # to one client, or one address, on all channels
    therapist_messages_a_day: Count
    max_open_bookings: Count  # sessions to come, of a client whom staff have not confirmed
    number_codes_a_day: Count  # to one record, or one number
    practice_number_codes_a_day: Count  # to all
    sign_ups_an_hour: Count  # of all who come by themselves
    text_prefixes: Annotated[list[Prefix], Field(max_length=300)]

    @field_validator("text_prefixes")
    @classmethod
    def _each_once(cls, prefixes: list[str]) -> list[str]:
        return sorted(set(prefixes))


def _number(value: str) -> str:
    return addresses.kept(Channel.SMS, value)


def _mailbox(value: str) -> str:
    return addresses.kept(Channel.EMAIL, value)


Policy = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=2000),
    AfterValidator(shown_lines),
    Field(json_schema_extra={"pattern": texts.LINES_PATTERN}),
]


class PracticeBody(Contract):
    """Who the practice is, as everybody sees it: messages are in its name, and the site is in its colour.

    ``languages``: the first is its own. Whoever draws on ``accent_colour`` chooses black or white for what can be read.
    ``cancellation_policy``: in its own words, by language. ``consent_version``: what the texts that people agree to
    (``privacy_page``, the words beside "write to me") are called now; a new text gets a new one, and consents name it.
    """

    name: Name
    address: Lines | None = None
    phone: Annotated[str, StringConstraints(max_length=16), AfterValidator(_number)] | None = None
    email: Annotated[str, StringConstraints(max_length=254), AfterValidator(_mailbox)] | None = None
    site: WebAddress | None = None
    privacy_page: WebAddress | None = None
    consent_version: Version
    time_zone: ZoneName
    languages: Annotated[list[Language], Field(min_length=1, max_length=2)]
    accent_colour: Annotated[str, StringConstraints(pattern=r"^#[0-9a-f]{6}$")]
    cancellation_policy: dict[Language, Policy] = {}

    @field_validator("languages")
    @classmethod
    def _each_once(cls, languages: list[Language]) -> list[Language]:
        return list(dict.fromkeys(languages))


class PracticeAnswer(PracticeBody):
    """The practice as it was kept."""

    name: str
    address: str | None = None
    phone: str | None = None
    email: str | None = None
    site: str | None = None
    privacy_page: str | None = None
    time_zone: str
    cancellation_policy: dict[Language, str] = {}


class ClosedDay(Answer):
    """The practice is closed on this local date of each therapist."""

    day: date
    label: str


class ClosedDays(Answer):
    """The body of ``GET /v1/practice/closed-days``; after a POST, with the bookings that stay in spite of it."""

    closed_days: list[ClosedDay]
    bookings_left: list[BookingSummary] | None = None


class ClosedDayBody(Contract):
    """The body of ``POST /v1/practice/closed-days``. ``proceed``: though there are bookings on it.

    A day that is closed already gets the label: a call that is sent twice does what it does once.
    """

    day: Annotated[date, Field(ge=date(2000, 1, 1), le=date(9000, 1, 1))]
    label: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)] = ""
    proceed: bool = False

    @field_validator("label")
    @classmethod
    def _shown(cls, label: str) -> str:
        return shown_text(label) if label else label
