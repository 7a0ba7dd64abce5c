"""ReserveSlot: takes the time in PostgreSQL, or says who has it."""

from booking.contracts.steps import Reserved, ReserveSlotInput
from booking.services.reserve_slot import reserve_slot
from handlers._runtime import step, stores, utc_now


@step(ReserveSlotInput)
def handler(given: ReserveSlotInput) -> Reserved:
    return reserve_slot(stores(), given, utc_now)
