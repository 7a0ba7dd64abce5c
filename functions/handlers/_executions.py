"""What the workflow was asked to do, for the few calls that come before PostgreSQL has a row."""

from booking.config import required
from booking.contracts.steps import ValidateRequestInput


def request_of(booking_id: str) -> ValidateRequestInput | None:
    """See ``StepFunctionsExecutions.request_of``."""
    from booking.channels.workflow import StepFunctionsExecutions  # boto3: the other calls must not pay for it

    return StepFunctionsExecutions(required("STATE_MACHINE_ARN")).request_of(booking_id)
