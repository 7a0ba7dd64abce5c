"""PrepareResend: messages that have reached nobody go back to be sent; those that arrived stay as they are."""

from booking.codes import Outcome, UndeliverableReason
from booking.contracts.operators import PrepareResendInput, ResendPrepared
from booking.contracts.steps import NotificationContract
from booking.ports import Clock
from booking.store import Stores

CURABLE = (
    UndeliverableReason.NO_CONTACT,
    UndeliverableReason.ADDRESS_INVALID,
    UndeliverableReason.ADDRESS_BOUNCED,
    UndeliverableReason.COMPLAINED,
    UndeliverableReason.OPTED_OUT,
    UndeliverableReason.COUNTRY_NOT_ALLOWED,
    UndeliverableReason.LIMIT_REACHED,
)
"""What a mended contact, a consent, a changed limit or a new day cures. Of ``booking_changed`` and ``too_late`` nothing
would be true, or of use, again."""


def prepare_resend(stores: Stores, given: PrepareResendInput, clock: Clock) -> ResendPrepared:
    """Answers ``due`` with the messages that are unsent now, or ``not_due``. Safe to run twice, and by two at once.

    A message goes back if it is undeliverable for a reason that can be mended, or was sent and did not arrive; what it
    had come to is in the history, under the act. One that waits already, or whose sender may have died, is delivered
    again as it is: the ledger sends it once. Whether each is still true is judged where it is sent.

    Ends the booking's UNREACHED: an operator has seen to it. Where single messages were named, only if nobody else is
    left that heard of it on no channel. Who is not reached this time either brings it back.
    """
    chosen = given.notification_ids
    with stores.transaction() as store:
        before = store.ledger.put_back(given.booking_id, chosen, CURABLE, clock())
        if before:
            store.history.record_put_back(given.act_id, given.booking_id, given.execution, before)
        if not chosen or not store.ledger.unreached_recipients(given.booking_id):
            store.history.clear_unreached(given.booking_id)
        unsent = store.ledger.unsent(given.booking_id, chosen)
    return ResendPrepared(
        outcome=Outcome.DUE if unsent else Outcome.NOT_DUE, notifications=NotificationContract.of(unsent)
    )
