"""How Stripe fails on demand. The same seed fails the same calls."""

import dataclasses
import random
from dataclasses import dataclass, field
from typing import Any

LIMITED, UNAVAILABLE, DROPPED = "limited", "unavailable", "dropped"
"""429, 503, or no answer: nothing was done, and nothing is kept under the idempotency key."""
FAILED, FAILED_LATE = "failed", "failed_late"
"""500, kept under the key, so that each repetition with it gets the same 500. The work was not done; it was."""
LOST = "lost"
"""The work is done, and nobody hears of it."""
CALLS = (LIMITED, UNAVAILABLE, DROPPED, FAILED, FAILED_LATE, LOST)


@dataclass
class Faults:
    """Probabilities from 0 to 1, and delays in seconds. As they are made, all is well."""

    limited: float = 0.0
    unavailable: float = 0.0
    dropped: float = 0.0
    failed: float = 0.0
    failed_late: float = 0.0
    lost: float = 0.0
    delay: float = 0.0  # an answer takes up to so long
    events_lost: float = 0.0  # an event is never sent
    events_repeated: float = 0.0  # it is sent twice
    events_late: float = 0.0  # it comes up to so late: others overtake it
    next: list[str] = field(default_factory=list)  # the faults of the next calls, one by one; "" for none
    seed: int | None = None

    def __post_init__(self) -> None:
        unknown = {*self.next} - {*CALLS, ""}
        if unknown:
            raise ValueError(f"no such fault: {', '.join(sorted(unknown))}")
        self._source = random.Random(self.seed)  # noqa: S311  # no secret depends on it

    def of_call(self) -> str:
        """Which fault happens to the call that is being made; empty for none."""
        if self.next:
            return self.next.pop(0)
        return next((name for name in CALLS if self._strikes(name)), "")

    def delay_of_call(self) -> float:
        return self._source.uniform(0, self.delay) if self.delay else 0.0

    def deliveries_of_event(self) -> list[float]:
        """How late, in seconds, an event is sent: once, twice, or not at all."""
        if self._strikes("events_lost"):
            return []
        times = 2 if self._strikes("events_repeated") else 1
        return [self._source.uniform(0, self.events_late) if self.events_late else 0.0 for _ in range(times)]

    def _strikes(self, name: str) -> bool:
        probability: float = getattr(self, name)
        return probability > 0 and self._source.random() < probability

    def as_json(self) -> dict[str, Any]:
        return dataclasses.asdict(self)
