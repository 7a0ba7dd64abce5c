"""Idempotency keys, as v1 has them: https://docs.stripe.com/api/idempotent_requests.

The first answer under a key is kept, errors too, once the work has begun; a 500 stays a 500.
"""

import json
from typing import Any

from local.stripe.errors import INVALID, Refused, bad_parameter

LASTS_SECONDS = 24 * 3600
LONGEST = 255
ERROR = "idempotency_error"

Kept = tuple[int, dict[str, Any], str]
"""An answer's status, its body, and the id of the request that it was the answer to."""


class Keys:
    """The keys that are remembered."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, Any]] = {}

    def begin(self, key: str, path: str, given: Any, seconds: int) -> Kept | None:
        """The answer that is kept; None when the work may begin. Raises ``Refused``."""
        if len(key) > LONGEST:
            raise bad_parameter(f"Idempotency keys are up to {LONGEST} characters long.", "Idempotency-Key")
        self._forget(seconds)
        known = self._known.get(key)
        asked = json.dumps(given, sort_keys=True)
        if known is None:
            self._known[key] = {"path": path, "asked": asked, "at": seconds, "kept": None}
            return None
        another = f"Try using a key other than '{key}' if you meant to execute a different request."
        if known["path"] != path:
            same = f"the same endpoint they were first used for ('{known['path']}' vs '{path}')"
            raise _misused(f"Keys for idempotent requests can only be used for {same}. {another}")
        if known["asked"] != asked:
            same = "the same parameters they were first used with"
            raise _misused(f"Keys for idempotent requests can only be used with {same}. {another}")
        if known["kept"] is None:
            raise Refused(
                "There is currently another in-progress request using this Idempotent Key (that probably means you"
                f" submitted twice, and the other request is still going through): {key}. If you want to make a new"
                " request, use a different key.",
                "idempotency_key_in_use",
                status=409,
                type=INVALID,
                is_kept=False,
            )
        status, body, request_id = known["kept"]
        return status, body, request_id

    def end(self, key: str, kept: Kept | None) -> None:
        """With the answer to keep; None: no work had begun, and a repetition is a first call."""
        if kept is None:
            del self._known[key]
        else:
            self._known[key]["kept"] = list(kept)

    def are_in_use(self) -> bool:
        """Whether a call under some key is going on."""
        return any(each["kept"] is None for each in self._known.values())

    def _forget(self, seconds: int) -> None:
        while self._known:
            oldest = next(iter(self._known))
            if self._known[oldest]["at"] + LASTS_SECONDS > seconds or self._known[oldest]["kept"] is None:
                return
            del self._known[oldest]

    def state(self) -> Any:
        """Of what is finished, as JSON takes it."""
        return {key: each for key, each in self._known.items() if each["kept"] is not None}

    def restore(self, state: Any) -> None:
        self._known = dict(state)


def _misused(message: str) -> Refused:
    return Refused(message, type=ERROR, is_kept=False)
