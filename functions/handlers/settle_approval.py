"""SettleApproval: what was asked for is booked, has to be paid for, or is free again."""

from booking.contracts.holds import ApprovalSettled, SettleApprovalInput
from booking.services.holds.settle_approval import approval_settled
from handlers._outside import outside
from handlers._runtime import step


@step(SettleApprovalInput)
def handler(given: SettleApprovalInput) -> ApprovalSettled:
    return approval_settled(outside.stores, given, outside.clock)
