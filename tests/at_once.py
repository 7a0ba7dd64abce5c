"""Several callers at the same time, each on a connection of its own."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from booking.store import Stores


def together(crew: Sequence[Stores], calls: Sequence[Callable[[Stores], Any]]) -> list[Any]:
    """Runs the calls at once; their answers, in order."""
    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(lambda call, stores: call(stores), calls, crew))
