"""Whether an address is somebody's own: what contacts are put with, by whom."""

from collections.abc import Iterable, Sequence
from typing import Any

from booking import addresses
from booking.codes import Channel
from booking.contracts.people import KeptContact
from booking.errors import Refusal
from booking.model import Requester
from booking.problems import Problem


def as_staff_put(contacts: Iterable[KeptContact], before: Sequence[KeptContact] = ()) -> list[dict[str, Any]]:
    """Staff vouch for what they put, unless they leave it as unproven as it was."""
    return [
        {**each.model_dump(), "unproven": each.unproven and any(_same(each, one) and one.unproven for one in before)}
        for each in contacts
    ]


def as_client_puts(
    contacts: Iterable[KeptContact], before: Sequence[KeptContact], requester: Requester, *, self_made: bool
) -> list[dict[str, Any]]:
    """What clients put of themselves. In a record of their own making, what is new must be shown to be theirs.

    An e-mail address is, by being the login's; a number, by a code. Raises ``Refusal`` for another e-mail address:
    nothing could ever show that it is theirs.
    """
    verified = addresses.mailbox(requester.address)
    put = []
    for each in contacts:
        known = next((one for one in before if _same(each, one)), None)
        is_the_logins = each.channel == Channel.EMAIL and addresses.mailbox(each.address) == verified is not None
        if self_made and known is None and each.channel == Channel.EMAIL and not is_the_logins:
            raise Refusal(
                Problem.RULE_BROKEN,
                "contacts: the e-mail address must be your login's, and verified: change it there first",
            )
        unproven = (known.unproven if known is not None else self_made) and not is_the_logins
        put.append({**each.model_dump(), "unproven": unproven})
    return put


def _same(one: KeptContact, other: KeptContact) -> bool:
    return (one.channel, one.address) == (other.channel, other.address)
