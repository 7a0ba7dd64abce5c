"""The practice's own words in messages to clients."""

from booking import access
from booking.codes import Language, NotificationEvent
from booking.contracts.wording import EventWording, PracticeWords, WordingBody
from booking.errors import Refusal
from booking.model import Requester
from booking.notifications import FOR_CLIENTS
from booking.problems import Problem
from booking.store import Store, Stores
from booking.store.wording import OwnWords
from booking.versions import demand_current


def get_practice_words(stores: Stores, requester: Requester) -> PracticeWords:
    """Raises ``Refusal``."""
    access.demand_operator(requester)
    with stores.autocommit() as store:
        return _all(store)


def change_practice_words(
    stores: Stores, requester: Requester, event: str, language: str, body: WordingBody, if_match: str | None
) -> PracticeWords:
    """Messages that leave from now on have them. Raises ``Refusal``."""
    access.demand_operator(requester)
    if event not in FOR_CLIENTS or language not in set(Language):
        raise Refusal(Problem.MESSAGE_NOT_FOUND, "There is no message to clients of this event in this language.")
    with stores.transaction() as store:
        store.wording.lock()
        demand_current(if_match, _all(store))
        store.wording.put(NotificationEvent(event), Language(language), OwnWords(body.introduction, body.closing))
        return _all(store)


def _all(store: Store) -> PracticeWords:
    written = store.wording.get()
    return PracticeWords(
        words=[
            EventWording(event=event, language=language, **written.get((event, language), OwnWords())._asdict())
            for event in FOR_CLIENTS
            for language in Language
        ]
    )
