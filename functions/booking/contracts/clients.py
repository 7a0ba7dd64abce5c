"""What staff do with the records of clients: find them, make one of two, answer what clients ask."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from booking.codes import DataRequest, Decision, Likeness
from booking.contracts.base import Answer, Contract
from booking.contracts.people import ClientAnswer
from booking.contracts.queries import Cursor, Page
from booking.contracts.written import shown_text


class ClientsQuery(Page):
    """The clients one sees."""

    confirmed: Annotated[bool | None, Field(description="Only whom staff know, or only whom they do not")] = None


class ClientSearch(Contract):
    """Words to look for, or a number: every one of them begins a word of the name, or the address, or the number."""

    text: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
        AfterValidator(shown_text),
        Field(examples=["mül ann"]),
    ]
    limit: Annotated[int, Field(ge=1, le=200)] = 20
    cursor: Cursor | None = None


class DuplicateState(Answer):
    """A record that may be of the same person, and what they have in common."""

    client: ClientAnswer
    because: list[Likeness]


class DuplicateList(Answer):
    duplicates: list[DuplicateState]


class MergeBody(Contract):
    """The record that ends: what it has becomes that of the record in the path."""

    duplicate_id: UUID


class DataRequestAnswer(Answer):
    """What a client asked of the practice. ``login_to_delete``: of a deletion just granted, which is deleted within a
    day.
    """

    request_id: UUID
    client_id: UUID
    kind: DataRequest
    asked_at: datetime
    decision: Decision | None
    decided_at: datetime | None
    reason: str | None
    login_to_delete: str | None = None


class DataRequestList(Answer):
    requests: list[DataRequestAnswer]
    next: str | None


class DataRequestPage(Page):
    """The requests of clients, those that wait longest first."""

    open: Annotated[bool, Field(description="Only those that nobody has decided")] = True


class DecisionBody(Contract):
    """What becomes of it. The client reads the reason."""

    decision: Decision
    reason: Annotated[
        str | None,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=500),
        AfterValidator(lambda text: None if text is None else shown_text(text)),
    ] = None
