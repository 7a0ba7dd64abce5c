"""What the machine of an offer is given and decides."""

from typing import Annotated, Literal

from pydantic import Field

from booking.codes import Outcome
from booking.contracts.base import BookingId, Contract
from booking.contracts.steps import Decision, HoldDecision


class OfferMade(Decision):
    """What a sweep decides, and what the machine of an offer starts with."""

    outcome: Literal[Outcome.OPEN]


class OfferInput(Contract):
    """The input of the machine: the notifications to deliver first, and how long it then waits for the answer."""

    booking_id: BookingId
    answer_seconds: Annotated[int, Field(ge=1)]
    decision: "OfferMade | OfferSettled"  # settled: only its notifications are still to be delivered


class AwaitAnswerInput(Contract):
    booking_id: BookingId
    task_token: Annotated[str, Field(min_length=1, max_length=2048)]


class SettleOfferInput(Contract):
    booking_id: BookingId
    execution: str


class OfferSettled(HoldDecision):
    """What SettleOffer decides. ``awaits_payment``: accepted, and held on until it is paid for."""

    outcome: Literal[Outcome.ACCEPTED, Outcome.DECLINED, Outcome.EXPIRED, Outcome.AWAITS_PAYMENT]
