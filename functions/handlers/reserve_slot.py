"""ReserveSlot: takes the time in PostgreSQL, or says who has it."""

from booking.contracts import Decision, ReserveSlotInput
from booking.services.reserve_slot import reserve_slot
from handlers._runtime import step, stores


@step(ReserveSlotInput)
def handler(given: ReserveSlotInput) -> Decision:
    return reserve_slot(stores(), given)
