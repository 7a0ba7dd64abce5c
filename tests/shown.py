"""What a page shows of an answer to slots."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from booking.contracts.calendars import SlotList


class Shown(NamedTuple):
    """One free start, in the answer's zone."""

    starts_at: datetime
    therapist_id: UUID


def slots_of(answer: SlotList) -> list[Shown]:
    """All free starts of the days, in order."""
    return sorted(
        Shown(datetime.fromisoformat(start), times["therapist_id"])
        for day in answer.days
        for times in day["times"]
        for start in times["starts"]
    )
