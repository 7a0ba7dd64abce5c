"""SettleApproval: what was asked for is booked, has to be paid for, or is free again."""

from booking.contracts.holds import ApprovalSettled, SettleApprovalInput
from booking.ports import Clock
from booking.services.holds.settling import settle_approval
from booking.store import Stores


def approval_settled(stores: Stores, given: SettleApprovalInput, clock: Clock) -> ApprovalSettled:
    """Answers what became of the request; run again, the same again."""
    with stores.transaction() as store:
        store.holds.lock(given.booking_id)
        decision = settle_approval(store, given.booking_id, given.execution, clock())
    return ApprovalSettled.model_validate(decision)
