"""Who keeps calendars or sees everything needs a second factor: without one their token says no such group."""

from booking.codes import STAFF
from booking.contracts.logins import TriggerEvent
from booking.ports import Logins


def groups_for_the_token(logins: Logins, asked: TriggerEvent) -> list[str] | None:
    """The groups that are left to them; None for all they have.

    Cognito asks whoever has a second factor for it at every sign-in, so that a token is proof of it. Raises
    ``ProviderUnavailable``: then there is no token.
    """
    groups = asked.request.groups.names
    if not STAFF & set(groups) or logins.has_second_factor(asked.user_name):
        return None
    return [each for each in groups if each not in STAFF]
