"""What readers are told, held against what is true."""

import json
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass
class Told:
    """What readers heard from one way: of so many answers, how many were what."""

    reached: int = 0  # the origin was asked
    waited: int = 0  # and the reader waited for it
    old: int = 0
    hidden: int = 0  # a time that is free was not there
    taken: int = 0  # a time was there that is somebody's already
    oldest: float = 0  # seconds

    def heard(self, text: str, true: str, age: float) -> None:
        if text == true:
            return
        told, free = set(starts(text)), set(starts(true))
        self.old, self.oldest = self.old + 1, max(self.oldest, age)
        self.hidden += bool(free - told)
        self.taken += bool(told - free)


def starts(text: str) -> Iterator[tuple[str, str]]:
    """With whom something is free, and when, by an answer."""
    for day in json.loads(text)["days"]:
        for times in day["times"]:
            for start in times["starts"]:
                yield times["therapist_id"], start
