"""Ctrl-C, asked for between two acts: none is left half done. A second Ctrl-C stops at once."""

import signal
import time
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any, Self

SLICE_SECONDS = 0.1


class Stop:
    """While it is entered, the first Ctrl-C only asks."""

    def __init__(self, sleep: Callable[[float], None] = time.sleep) -> None:
        self.asked = False
        self._sleep = sleep
        self._before: Any = None

    def __enter__(self) -> Self:
        self._before = signal.signal(signal.SIGINT, self._ask)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        signal.signal(signal.SIGINT, self._before)

    def wait(self, seconds: float) -> bool:
        """Whether it was asked for, at once or within these seconds."""
        while seconds > 0 and not self.asked:
            self._sleep(min(seconds, SLICE_SECONDS))
            seconds -= SLICE_SECONDS
        return self.asked

    def _ask(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002  # Python decides what it is called with
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True
