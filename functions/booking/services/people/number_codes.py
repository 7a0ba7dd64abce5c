"""Whether a number is somebody's own: a code is texted to it, and given back.

The code goes out from here, and not through the workflow: in a queue or an execution others could read it. It is kept
as a salted digest; it is random and short-lived, so what protects it are the tries.
"""

import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

from booking.codes import Channel, Language
from booking.contracts.me import MeAnswer, NumberCodeAnswer, NumberCodeBody
from booking.errors import ProviderRefused, ProviderUnavailable, Refusal, Undeliverable
from booking.model import Requester
from booking.notices import Message
from booking.ports import Clock, MessageChannel
from booking.problems import Problem
from booking.services.people.own import answer_of, lock_own
from booking.store import Stores

VALID = timedelta(minutes=10)
MAX_TRIES = 5

WORDS = {
    Language.EN: "{code} is your code for appointments at the practice, for 10 minutes. "
    "You did not ask for it? Then somebody mistyped their number.",
    Language.DE: "{code} ist Ihr Code für Termine in der Praxis, 10 Minuten lang. "
    "Sie haben keinen verlangt? Dann hat sich jemand bei der Nummer vertippt.",
}


def send_number_code(stores: Stores, texts: MessageChannel, requester: Requester, clock: Clock) -> NumberCodeAnswer:
    """Texts a code to the number of one's own record. Raises ``Refusal`` and ``ProviderUnavailable``."""
    code, salt, now = f"{secrets.randbelow(10**6):06}", secrets.token_bytes(16), clock()
    with stores.transaction() as store:
        store.proofs.lock_codes()
        own = lock_own(store, requester)
        number = _unproven_number(own)
        if store.limits.not_to_be_texted([number]):
            raise Refusal(Problem.RULE_BROKEN, "contacts: the practice sends no texts to numbers of this country")
        if store.proofs.are_too_many(own["id"], number, now):
            raise Refusal(Problem.TOO_MANY_CODES, "There were as many codes in a day as the practice allows.")
        code_id = store.proofs.add(own["id"], number, salt, _digest(code, salt), now, now + VALID)
    language = Language(own["language"])
    text = WORDS[language].format(code=code)
    try:
        texts.send(Message(language, "", (), text), number, str(code_id))
    except Undeliverable:
        raise Refusal(Problem.RULE_BROKEN, "contacts: no text can be sent to this number") from None
    except (ProviderUnavailable, ProviderRefused) as error:
        _take_back(stores, code_id)
        if isinstance(error, ProviderUnavailable):
            raise
        raise Refusal(Problem.UNAVAILABLE, "No text can be sent at present: please ask the practice.") from error
    return NumberCodeAnswer(expires_at=now + VALID)


def confirm_number(stores: Stores, requester: Requester, body: NumberCodeBody, clock: Clock) -> MeAnswer:
    """The code that came shows that the number is theirs. Raises ``Refusal``; a wrong code is counted all the same."""
    now = clock()
    with stores.transaction() as store:
        own = lock_own(store, requester)
        number = _unproven_number(own)
        sent = store.proofs.to_try(own["id"], number, MAX_TRIES, now)
        if sent is not None:
            if hmac.compare_digest(_digest(body.code, bytes(sent["salt"])), bytes(sent["digest"])):
                store.proofs.prove(own["id"], number, sent["id"], now)
                return answer_of(store, requester, store.records.own(requester.sub))
            store.proofs.count_try(sent["id"])
    raise Refusal(Problem.RULE_BROKEN, "code: is not the one that was sent last, or is no longer valid")


def _unproven_number(own: dict[str, Any]) -> str:
    for each in own["contacts"]:
        if each["channel"] == Channel.SMS and each["unproven"]:
            return str(each["address"])
    raise Refusal(Problem.RULE_BROKEN, "contacts: there is no number of yours that is unproven")


def _take_back(stores: Stores, code_id: UUID) -> None:
    with stores.transaction() as store:
        store.proofs.take_back(code_id)


def _digest(code: str, salt: bytes) -> bytes:
    return hashlib.sha256(salt + code.encode()).digest()
