"""Acts that calls of the API ask for: who asks, by which key, and what the same call again comes to."""

from collections.abc import Callable
from typing import Any, NamedTuple

from booking.codes import Act, Recorded
from booking.contracts.operations import Acting
from booking.errors import DatabaseUnavailable, Refusal
from booking.problems import Problem
from booking.services.operations.acting import UNANSWERED, Acted
from booking.store import Stores
from booking.store.history import PastAct


class Asked(NamedTuple):
    """The act that a call asks for; ``past``: it was recorded before, by the same call, and may or may not be done."""

    acting: Acting
    past: PastAct | None


def asked(stores: Stores, acting: Acting, act: Act, is_same: Callable[[str], bool] = lambda _: True) -> Asked:
    """The act, and what is known of it. ``is_same``: whether its key may have been for this subject.

    What was refused was not done: the same call is another act then, under an id of its own. What nobody answered to
    is the same act. While PostgreSQL is away nobody can say whether there was one. Raises ``Refusal`` if the key was
    used for another act.
    """
    try:
        with stores.autocommit() as store:
            while (past := store.history.act(acting.act_id)) is not None:
                if past.act != act or not is_same(past.subject):
                    raise key_used()
                if past.refusal in (None, UNANSWERED):
                    break
                acting = acting._replace(refused=acting.refused + 1)
    except DatabaseUnavailable:
        return Asked(acting, None)
    return Asked(acting, past)


def key_used() -> Refusal:
    """A key is for one act."""
    return Refusal(Problem.IDEMPOTENCY_KEY_USED, "The Idempotency-Key was used for another act.")


def where_recorded(acted: Acted[Any]) -> Recorded:
    """Where an act is recorded that was done. Raises what doing it raised."""
    if acted.error is not None:
        raise acted.error
    return acted.recorded
