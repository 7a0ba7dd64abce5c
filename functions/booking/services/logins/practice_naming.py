"""Names and languages, as far as PostgreSQL says them in time: a code must go out all the same."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Thread

from booking.codes import Language
from booking.login_mails import Naming
from booking.ports import Clock
from booking.store import Stores

PATIENCE_SECONDS = 2.0
"""Of the five that Cognito gives a trigger, which may have to start first."""

KEPT = timedelta(minutes=5)
SPARED = timedelta(seconds=30)
"""So long nobody waits again for a PostgreSQL that did not answer."""


class PracticeNaming:
    """Called, it says what is known. Each question has a connection of its own, so that one without an answer is left.

    What was known stays known while PostgreSQL is down; before that it is ``Naming()``: neutral words,
    in every language.
    """

    def __init__(self, stores: Callable[[], Stores], clock: Clock) -> None:
        self._stores, self._clock = stores, clock
        self._known = Naming()
        self.trouble = ""  # the name of what the last question met
        self._asked_at: datetime | None = None

    def __call__(self, sub: str = "") -> Naming:
        """``sub``: whose language is asked for, too; empty for nobody's."""
        now = self._clock()
        if self._asked_at is not None and now - self._asked_at < self._rest(sub):
            return self._known
        self._asked_at = now
        found: list[Language] = []
        asking = Thread(target=self._look_up, args=(sub, found), daemon=True)
        asking.start()
        asking.join(PATIENCE_SECONDS)
        if asking.is_alive():
            self.trouble = "TimedOut"
        return replace(self._known, reader=found[0] if found else None)

    def _rest(self, sub: str) -> timedelta:
        if self.trouble:
            return SPARED
        return timedelta() if sub else KEPT

    def _look_up(self, sub: str, found: list[Language]) -> None:
        try:
            stores = self._stores()
            with stores.autocommit() as store:
                name, languages, reader = store.logins.practice_naming(sub)
            self._known = Naming(name, tuple(map(Language, languages)))
            found.extend([Language(reader)] if reader else [])
            stores.close()
            self.trouble = ""
        except Exception as error:  # whatever it is: who waits for a code does not wait for a name
            self.trouble = type(error).__name__
