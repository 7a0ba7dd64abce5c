"""What is agreed to, and whether that is enough: no contact is written to without a text that its owner has seen."""

from collections.abc import Iterable

from booking.codes import ConsentKind
from booking.contracts.me import GivenConsentState, MeBody
from booking.contracts.people import KeptContact
from booking.errors import Refusal
from booking.problems import Problem


def demand_texts(body: MeBody, before: Iterable[KeptContact], held: Iterable[GivenConsentState]) -> None:
    """Raises ``Refusal`` unless the consents are those of the contacts, and what is new names the text's version.

    What staff have entered without one may stay so, at the address that they have entered.
    """
    named = {each.kind: each.version for each in body.consents}
    known = {(each.channel, each.address) for each in before if each.consented}
    without_text = {each.kind for each in held if each.version is None}
    for each in body.contacts:
        kind = ConsentKind.to_be_written_to(each.channel)
        if each.consented != (kind in named):
            raise _broken(f"must have {kind} if, and only if, that contact is consented")
        if (each.channel, each.address) not in known:
            without_text.discard(kind)
    unused = {ConsentKind.CONTACT_EMAIL, ConsentKind.CONTACT_SMS} & set(named)
    unused -= {ConsentKind.to_be_written_to(each.channel) for each in body.contacts}
    if unused:
        raise _broken(f"must not have {', '.join(sorted(unused))} without that contact")
    for kind, version in named.items():
        if version is None and kind not in without_text:
            raise _broken(f"{kind} must name the version of its text")


def _broken(rule: str) -> Refusal:
    return Refusal(Problem.RULE_BROKEN, f"consents: {rule}")
