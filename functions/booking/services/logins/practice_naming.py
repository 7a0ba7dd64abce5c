"""What the practice calls itself, as far as PostgreSQL says so in time: a code must go out all the same."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Thread

from booking.codes import Language
from booking.login_mails import Naming
from booking.ports import Clock
from booking.store import Stores

PATIENCE_SECONDS = 2.0
"""Of the five that Cognito gives a trigger, which may have to start first."""

KEPT = timedelta(minutes=5)


class PracticeNaming:
    """Called, it says what is known. Each question has a connection of its own, so that one without an answer is left.

    What was known stays known while PostgreSQL is down; before that it is ``Naming()``: neutral words, English.
    """

    def __init__(self, stores: Callable[[], Stores], clock: Clock) -> None:
        self._stores, self._clock = stores, clock
        self._known = Naming()
        self.trouble = ""  # the name of what the last question met
        self._asked_at: datetime | None = None

    def __call__(self) -> Naming:
        now = self._clock()
        if self._asked_at is None or now - self._asked_at >= KEPT:
            self._asked_at = now
            asking = Thread(target=self._look_up, daemon=True)
            asking.start()
            asking.join(PATIENCE_SECONDS)
            if asking.is_alive():
                self.trouble = "TimedOut"
        return self._known

    def _look_up(self) -> None:
        try:
            stores = self._stores()
            with stores.reading() as store:
                name, language = store.logins.practice_naming()
            self._known = Naming(name, Language(language))
            stores.close()
            self.trouble = ""
        except Exception as error:  # whatever it is: who waits for a code does not wait for a name
            self.trouble = type(error).__name__
