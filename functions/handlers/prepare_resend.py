"""PrepareResend: which messages of a booking have reached nobody? They are put back in the ledger, to be sent again."""

from booking.contracts.operators import PrepareResendInput, ResendPrepared
from booking.services.operations.prepare_resend import prepare_resend
from handlers._outside import outside
from handlers._runtime import step


@step(PrepareResendInput)
def handler(given: PrepareResendInput) -> ResendPrepared:
    return prepare_resend(outside.stores, given, outside.clock)
