"""Whoever proves an address has its login alone, whoever began it."""

from booking.contracts.logins import TriggerEvent
from booking.ports import Logins

_SIGNED_UP = "PostConfirmation_ConfirmSignUp"


def forget_first_password(logins: Logins, asked: TriggerEvent) -> None:
    """Makes the password unknown that was chosen before the address was proven: a stranger may have chosen it.

    Who proved it signs in by code, and chooses a password by "forgot password", which proves the address again; that
    comes here too, and is left alone. Raises ``ProviderUnavailable``: Cognito asks again.
    """
    if asked.source == _SIGNED_UP:
        logins.forget_password(asked.user_name)
