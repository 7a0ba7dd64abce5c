"""Reminders: what their machine is started with, and what it decides."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from booking.codes import Channel, Outcome
from booking.contracts.base import BookingId, Contract
from booking.contracts.steps import Decision


class PrepareReminderInput(Contract):
    """One reminder of a booking at one time."""

    booking_id: BookingId
    channel: Channel
    occasion: Annotated[str, Field(pattern=r"^[0-9]+@[0-9]+$")]
    starts_at: AwareDatetime


class ReminderPrepared(Decision):
    """What PrepareReminder decides."""

    outcome: Literal[Outcome.DUE, Outcome.NOT_DUE]
