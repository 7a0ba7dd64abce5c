"""The wait list: bodies and answers of the API."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from booking.codes import OfferAnswer, Outcome, WaitingStatus
from booking.contracts.base import Answer, Contract
from booking.contracts.calendars import Period
from booking.contracts.queries import Page
from booking.contracts.states import LocalTimes

OFFER_OUTCOMES = Literal[Outcome.ACCEPTED, Outcome.DECLINED, Outcome.EXPIRED]


class WaitlistBody(Contract):
    """The body of ``POST /v1/waitlist``. Without ``therapist_id`` anyone who offers the service will do.

    A session that is offered lies in one of the ``windows``. ``client_id`` when staff ask for someone.
    """

    service_id: UUID
    therapist_id: UUID | None = None
    client_id: UUID | None = None
    windows: Annotated[list[Period], Field(min_length=1, max_length=20)]

    def as_text(self) -> dict[str, Any]:
        """What was asked, for the record."""
        return self.model_dump(mode="json", exclude_none=True)


class WaitlistQuery(Page):
    """The parameters of ``GET /v1/waitlist``."""

    status: Annotated[WaitingStatus | None, Field(description="Only these")] = None


class OfferState(Answer):
    """An offer. ``booking_id`` is the id of the booking that is held for it. ``outcome`` None: it is open."""

    booking_id: str
    starts_at: datetime
    expires_at: datetime
    answer: OfferAnswer | None
    outcome: OFFER_OUTCOMES | None


class OfferDetails(OfferState):
    """The body of ``GET /v1/offers/{id}``; ``local`` in the therapist's zone."""

    therapist_id: UUID
    service_id: UUID
    client_id: UUID
    ends_at: datetime
    local: LocalTimes


class WaitlistEntry(Answer):
    """One entry of the wait list. ``offers``: the newest of the ``offers_made``, oldest first.

    ``paused_at``: since then it is made no offers, because the client left several in a row unanswered; their answer
    to an open one, a new entry, or ``POST /v1/waitlist/{id}/resumption`` ends it.
    """

    entry_id: str
    status: WaitingStatus
    client_id: UUID
    service_id: UUID
    therapist_id: UUID | None
    windows: list[Period]
    created_at: datetime
    paused_at: datetime | None
    offers_made: int
    offers: list[OfferState]


class WaitlistEntries(Answer):
    """The body of ``GET /v1/waitlist``, first come first."""

    entries: list[WaitlistEntry]
    next: str | None


class OfferAnswerBody(Contract):
    """The body of ``POST /v1/offers/{id}/answer``."""

    answer: OfferAnswer
