"""Whether somebody may sign up: at an address that can be written to, and not too many of them at once."""

from booking import addresses
from booking.codes import Channel, Language
from booking.contracts.logins import TriggerEvent
from booking.errors import SignUpRefused
from booking.ports import Clock
from booking.store import Stores

_BY_THEMSELVES = "PreSignUp_SignUp"
"""Whom staff invite is not counted, nor looked at again: their record has the address already."""

_UNWRITABLE = {
    Language.EN: "The practice can not write to this e-mail address. Please use another.",
    Language.DE: "An diese E-Mail-Adresse kann die Praxis nicht schreiben. Bitte verwenden Sie eine andere.",
}
_TOO_MANY = {
    Language.EN: "Too many people are signing up just now. Please try again in an hour.",
    Language.DE: "Gerade registrieren sich zu viele. Bitte versuchen Sie es in einer Stunde noch einmal.",
}


def admit_sign_up(stores: Stores, event: TriggerEvent, clock: Clock) -> None:
    """Counts who signs up. Raises ``SignUpRefused`` in their own language, or in all: AWS's pages do not say theirs."""
    if event.source != _BY_THEMSELVES:
        return
    languages = (event.language,) if event.language else tuple(Language)
    if not addresses.can_be_written_to(Channel.EMAIL, event.request.user_attributes.email):
        raise SignUpRefused(" ".join(_UNWRITABLE[each] for each in languages))
    with stores.transaction() as store:
        if store.limits.sign_up_is_one_too_many(clock()):
            raise SignUpRefused(" ".join(_TOO_MANY[each] for each in languages))
