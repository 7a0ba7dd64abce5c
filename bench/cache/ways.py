"""Answers that are kept: in Valkey until something changes, and at CloudFront's edges for some seconds."""

from collections.abc import Callable, Iterable
from math import ceil
from typing import NamedTuple

from valkey import Valkey

Find = Callable[[], str]


class Question(NamedTuple):
    """What a page asks for: a week of a therapist's slots, or of everyone's (``therapist`` None)."""

    therapist: int | None
    week: int


class InValkey:
    """Finished JSON, a hash a calendar with a field a week, so that a booking makes only its own days forgotten.

    An answer changes with the time as well: at each quarter of an hour, the grid on which sessions start, another one
    is too soon. So a hash lives until the next. What is found is kept only if nothing was forgotten while it was looked
    for: otherwise a reader who began before a booking would keep what is no longer so. A week without a free time says
    when the next one is, however far: it depends on all that comes, and is not kept.
    """

    GRID = 15 * 60
    EVERYONE = "{slots:everyone}"  # in braces: the keys of a script are together in a cluster, by this part

    def __init__(self, valkey: "Valkey") -> None:
        self._valkey = valkey
        self._keep = valkey.register_script(
            "if (server.call('GET', KEYS[2]) or '') == ARGV[1] then server.call('HSET', KEYS[1], ARGV[2], ARGV[3]) "
            "server.call('EXPIRE', KEYS[1], ARGV[4]) end"
        )

    def ask(self, question: Question, at: float, find: Find) -> str:
        """The answer at this second: one trip for a kept one. Else one to see what is forgotten, and one to keep it."""
        name, field = self._name(question.therapist), str(question.week)
        kept = self._valkey.hget(name, field)
        if kept is not None:
            return str(kept)
        forgotten = self._valkey.get(f"{name}:forgotten") or ""
        text = find()
        if '"starts":' in text:
            self._keep([name, f"{name}:forgotten"], [str(forgotten), field, text, ceil(self.GRID - at % self.GRID)])
        return text

    def forget(self, therapist: int, weeks: Iterable[int]) -> None:
        """After a commit that changed these weeks. One trip, for the therapist's answers and everyone's."""
        with self._valkey.pipeline() as trip:
            for name in (self._name(therapist), self.EVERYONE):
                trip.hdel(name, *map(str, weeks))
                trip.incr(f"{name}:forgotten")
            trip.execute()  # type: ignore[no-untyped-call]  # valkey's own

    def _name(self, therapist: int | None) -> str:
        return self.EVERYONE if therapist is None else f"{{slots:{therapist}}}"


class Kept(NamedTuple):
    """An answer, and when it was asked for."""

    text: str
    at: float


class AtEdges:
    """What CloudFront does by ``s-maxage`` and ``stale-while-revalidate`` (RFC 9111, RFC 5861), at each edge alone.

    Fresh: told from there. Stale, and not for too long: told from there too, and asked for behind the reader's back.
    Else the reader waits for the origin.
    """

    def __init__(self, max_age: float, while_revalidating: float) -> None:
        self._max_age, self._while_revalidating = max_age, while_revalidating
        self._kept: dict[tuple[int, Question], Kept] = {}
        self.reached = 0
        self.waited = 0

    def ask(self, edge: int, question: Question, at: float, find: Find) -> Kept:
        """The answer that a reader has at this second; and when it was true."""
        kept = self._kept.get((edge, question))
        age = float("inf") if kept is None else at - kept.at
        if kept is not None and age <= self._max_age:
            return kept
        self.reached += 1
        self._kept[edge, question] = fresh = Kept(find(), at)
        if kept is not None and age <= self._max_age + self._while_revalidating:
            return kept
        self.waited += 1
        return fresh
