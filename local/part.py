"""A program that runs beside ``make run`` and is a part of the laptop cloud: started, watched, stopped."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from local import documents
from local.errors import LocalCloudError
from local.places import open_private, shown

START_SECONDS = 60
END_SECONDS = 10


class Part:
    """One program. Its output is in ``log``, which only its owner reads."""

    def __init__(self, name: str, log: Path) -> None:
        self.name, self.log = name, log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, module: str, *arguments: str, environment: Mapping[str, str], answers_at: str) -> None:
        """Starts ``python -m module`` and waits until it answers. Raises ``LocalCloudError``."""
        with open_private(self.log) as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                cwd=documents.ROOT,
                env={**environment, "PYTHONUNBUFFERED": "1"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is ours to handle; and one group to clear up
                umask=0o077,
            )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and not self.has_died:
            try:
                with urllib.request.urlopen(answers_at, timeout=1):  # noqa: S310  # http
                    return
            except OSError:  # not yet (urllib.error.URLError is one)
                time.sleep(0.1)
        raise LocalCloudError(f"{self.name} did not start: see {self.shown_log}")

    @property
    def has_died(self) -> bool:
        return self._process is not None and self._process.poll() is not None

    @property
    def shown_log(self) -> str:
        return shown(self.log)

    def stop(self) -> None:
        """As Ctrl-C does, then by force; and whatever it has started that outlived it."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        _kill_group(process.pid)


def _kill_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return  # every process of the group has ended already
