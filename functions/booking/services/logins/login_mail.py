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


_OF_WHO_IS_NEW = (Purpose.SIGN_UP, Purpose.INVITATION)
"""They have no record that says their language."""


def login_mail(event: TriggerEvent, naming: Callable[[str], Naming], site: str) -> Message | None:
    """What is said instead of Cognito's own words; None: for what we know nothing of, Cognito says its own.

    The language of the login's page is not told to us. So it is that of the reader's record, or of whoever invited
    them; and else all of the practice's, for a code is needed by who can't read what is around it.
    """
    purpose = _PURPOSES.get(event.source)
    if purpose is None:
        return None
    request = event.request
    practice = naming("" if purpose in _OF_WHO_IS_NEW else request.user_attributes.sub)
    known = practice.reader or event.language
    return compose(
        purpose,
        (known,) if known else practice.languages,
        practice.name,
        code=request.code_parameter,
        address=request.username_parameter,
        site=site,
    )
