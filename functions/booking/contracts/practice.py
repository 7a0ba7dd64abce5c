"""What an operator sets for the whole practice."""

from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints, field_validator

from booking.contracts.base import Contract

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
