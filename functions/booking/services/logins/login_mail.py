"""The user pool's own mails: in the practice's name, and in the reader's language."""

from collections.abc import Callable

from booking.contracts.logins import TriggerEvent
from booking.login_mails import Naming, Purpose, compose
from booking.notices import Message

_PURPOSES = {
    "CustomMessage_SignUp": Purpose.SIGN_UP,
    "CustomMessage_ResendCode": Purpose.SIGN_UP,
    "CustomMessage_Authentication": Purpose.SIGN_IN,
    "CustomMessage_UpdateUserAttribute": Purpose.ADDRESS,
    "CustomMessage_VerifyUserAttribute": Purpose.ADDRESS,
    "CustomMessage_ForgotPassword": Purpose.PASSWORD,
    "CustomMessage_AdminCreateUser": Purpose.INVITATION,
}
"""https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-custom-message.html has all there are."""


def login_mail(event: TriggerEvent, naming: Callable[[], Naming], site: str) -> Message | None:
    """What is said instead of Cognito's own words; None: for what we know nothing of, Cognito says its own."""
    purpose = _PURPOSES.get(event.source)
    if purpose is None:
        return None
    practice, request = naming(), event.request
    return compose(
        purpose,
        event.language or practice.language,
        practice.name,
        code=request.code_parameter,
        address=request.username_parameter,
        site=site,
    )
