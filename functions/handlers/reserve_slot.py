"""ReserveSlot: takes the time in PostgreSQL, or says who has it."""

from booking.contracts.steps import Reserved, ReserveSlotInput
from booking.services.bookings.reserve_slot import reserve_slot
from handlers._outside import outside
from handlers._runtime import step


@step(ReserveSlotInput)
def handler(given: ReserveSlotInput) -> Reserved:
    return reserve_slot(outside.stores, given, outside.clock)
