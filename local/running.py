"""Whether a laptop cloud runs in a folder: one at a time, and its process holds a lock there while it lives.

The kernel lets go of the lock when the process ends, however it ends: a stack.json that was left behind says nothing.
Standard library only: ``make clean`` asks too.
"""

import fcntl
import os
from pathlib import Path
from typing import TextIO


class RunLock:
    """The right to run a laptop cloud in a folder."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "run.lock"
        self._held: TextIO | None = None

    def take(self, url: str) -> str | None:
        """Takes it, and answers None; or who has it: the URL that they left, and their process."""
        file = self._path.open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with file:
                file.seek(0)
                return file.read()
        file.truncate(0)
        file.write(f"{url} (process {os.getpid()})")
        file.flush()
        self._held = file
        return None

    def release(self) -> None:
        if self._held is not None:
            self._held.close()
            self._held = None


def is_running(folder: Path) -> bool:
    """Whether a laptop cloud runs there, or is on its way up or down."""
    try:
        with (folder / "run.lock").open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
