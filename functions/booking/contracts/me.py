"""One's own record: what people say of themselves, what they agree to, and what they ask of the practice."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints, field_validator

from booking.codes import ConsentKind, DataRequest, Decision, Group, Language
from booking.contracts.base import Answer, Contract
from booking.contracts.people import Contact, KeptContact, once
from booking.contracts.queries import ZoneName
from booking.contracts.written import Name

Version = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,40}$")]


class Consent(Contract):
    """What somebody agrees to: ``version`` is the practice's name for the text they were shown.

    Null: what staff have entered, without a text; it can only stay.
    """

    kind: ConsentKind
    version: Annotated[Version | None, Field(examples=["2027-01"])]


class MeBody(Contract):
    """One's own record, to write. ``consents`` are all that hold: one that is left out is taken back.

    ``contact_email`` and ``contact_sms`` are there if, and only if, that contact is ``consented``.
    """

    name: Name
    time_zone: ZoneName
    contacts: Annotated[list[Contact], Field(max_length=2)] = []
    language: Language = Language.EN
    discreet: bool = False  # messages name neither therapist nor service
    consents: Annotated[list[Consent], Field(max_length=4)] = []

    @field_validator("contacts")
    @classmethod
    def _one_a_channel(cls, contacts: list[Contact]) -> list[Contact]:
        return once(contacts)

    @field_validator("consents")
    @classmethod
    def _one_a_kind(cls, consents: list[Consent]) -> list[Consent]:
        if len({each.kind for each in consents}) < len(consents):
            raise ValueError("must have each kind once")
        return sorted(consents, key=lambda each: each.kind)


class GivenConsentState(Answer):
    kind: ConsentKind
    version: str | None


class MyRecordState(Answer):
    """One's own record, as ``PUT /v1/me`` takes it. A consent without a version was entered by staff."""

    name: str
    time_zone: str
    contacts: list[KeptContact]
    language: Language
    discreet: bool
    consents: list[GivenConsentState]


class MyRequestState(Answer):
    """What was asked of the practice, and what became of it; open as long as there is no decision."""

    request_id: UUID
    kind: DataRequest
    asked_at: datetime
    decision: Decision | None
    decided_at: datetime | None
    reason: str | None


class MeAnswer(Answer):
    """Who the caller is to this practice. ``address`` is their login's, if it is verified; ``confirmed``: staff know
    them, so that they may have more than a few sessions to come.
    """

    sub: str
    groups: list[Group]
    address: str | None
    client_id: UUID | None
    therapist_id: UUID | None
    confirmed: bool | None
    record: MyRecordState | None
    requests: list[MyRequestState]


class NumberCodeAnswer(Answer):
    """A code is on its way to the number of one's record."""

    expires_at: datetime


class NumberCodeBody(Contract):
    """The code that came."""

    code: Annotated[str, StringConstraints(pattern="^[0-9]{6}$")]


class DataRequestBody(Contract):
    """What the practice is asked to do: give one's data out, or delete it."""

    kind: DataRequest


class FileAnswer(Answer):
    """All that is kept of one client."""

    file: dict[str, Any]
