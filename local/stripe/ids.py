"""Ids as Stripe's: a prefix that says of what, and letters that say nothing. The same seed makes the same ones."""

import random
import string
from collections.abc import Callable

Ids = Callable[[str], str]
"""Takes a prefix, ``pi_3``, and returns an id that was never given before."""

LETTERS = string.ascii_letters + string.digits


def ids(seed: int | None = None) -> Ids:
    """``None``: of this moment."""
    source = random.Random(seed)  # noqa: S311  # no secret depends on it

    def new(prefix: str) -> str:
        return prefix + "".join(source.choices(LETTERS, k=58 if prefix.startswith("cs_") else 20))

    return new
