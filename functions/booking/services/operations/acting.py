"""An operator's act, which cannot get lost: it is recorded, then done; if it was refused, that is recorded too.

It knows neither Lambda nor AWS: bookingctl acts by it on an operator's machine, the API in a function.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

from booking.codes import Recorded
from booking.contracts.operators import OperatorAct
from booking.errors import ProviderUnavailable
from booking.ports import ActRecords

UNANSWERED = "ProviderUnavailable"
"""The refusal of an act of which nobody knows whether it was done."""

Result = TypeVar("Result")


@dataclass(frozen=True)
class Acted(Generic[Result]):
    """What came of an act. ``recorded``: where it is; of a refusal ``refusal_recorded``, None: nothing took it."""

    recorded: Recorded
    result: Result | None = None
    error: Exception | None = None  # what doing it raised
    refusal: str | None = None  # the error's name, as it is recorded
    refusal_recorded: Recorded | None = None

    @property
    def is_done(self) -> bool:
        """False: it was refused, or nobody answered whether it was done: ``refusal`` says which."""
        return self.error is None


def recorded(
    records: ActRecords,
    act: OperatorAct,
    reason: str,
    do: Callable[[], Result],
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Acted[Result]:
    """Records the act, does it, and records if that was refused.

    Raises ``ProviderUnavailable`` or ``ProviderRefused`` when the act could not be recorded: then nothing was done.
    Whatever ``do`` raises is a refusal: it is in the answer, for the caller to say or to raise again.
    """
    where = records.record(act, reason)
    try:
        result = do()
    except Exception as error:  # whatever it is: the history says that it was done, and must not
        refusal = name_of(error)
        return Acted(
            where,
            error=error,
            refusal=refusal,
            refusal_recorded=_recorded_as_refused(records, act, reason, refusal, clock()),
        )
    return Acted(where, result)


def name_of(error: Exception) -> str:
    """A refusal as it is recorded: the ``code`` that the error has, or its class. Never its text, which may quote."""
    if isinstance(error, ProviderUnavailable) and not error.throttled:
        return UNANSWERED
    code = getattr(error, "code", None)
    named = code if isinstance(code, str) and code else type(error).__name__
    return re.sub(r"[^A-Za-z0-9_.:-]", "_", named)[:100]


def _recorded_as_refused(
    records: ActRecords, act: OperatorAct, reason: str, refusal: str, at: datetime
) -> Recorded | None:
    try:
        return records.record(act.refused(refusal, at), reason)
    except Exception:  # what was refused must be told all the same: the caller says that it is not recorded
        return None
