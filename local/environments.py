"""Environments of the laptop's functions: a process each, forked from one that has imported what they share.

Importing boto3, pydantic and the application takes half a second of processor each time, and a laptop cloud starts
dozens of environments. So one process a deployed package imports all of ``booking`` and what it needs, and forks for
each environment, which then imports its handler, with its function's own variables, as on Lambda. That process has no
threads, opens no connection and handles no event. Where forking is not safe (macOS), each environment is a program of
its own, as it is everywhere in AWS's eyes.

Run as ``python -m local.environments FOLDER DOOR``: the package's folder, and the number of the socket where it is
asked for environments.
"""

import gc
import importlib
import json
import os
import pkgutil
import signal
import socket
import socketserver
import subprocess
import sys
import threading
from pathlib import Path
from queue import Queue
from select import select
from types import SimpleNamespace
from typing import Any

from local import lambda_runtime

APPLICATION = "booking"
MESSAGE_BYTES = 128 * 1024
"""The variables of one environment, with room to spare."""
START_SECONDS = 60
LOOK_SECONDS = 10.0
NAME = "environment"
"""What an environment is called among this machine's processes."""


class Environment:
    """What ``subprocess.Popen`` is to the emulator, of a forked environment."""

    def __init__(self, command: list[str], *, cwd: str, env: dict[str, str], **_streams: Any) -> None:
        """Raises ``OSError`` when there is none to be had."""
        self._life, theirs = socket.socketpair()
        output, into = os.pipe()
        try:
            socket.send_fds(_door_to(cwd), [json.dumps(env).encode()], [into, theirs.fileno()])
        finally:
            os.close(into)
            theirs.close()
        self.args = command
        self.returncode: int | None = None
        self.stdout = os.fdopen(output, "rb")
        self._life.settimeout(START_SECONDS)
        told = self._life.recv(20)
        if not told:
            raise OSError("the process that forks environments is gone")
        self.pid = int(told)

    def poll(self) -> int | None:
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        if (ended := self._ended(timeout)) is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0)
        return ended

    def terminate(self) -> None:
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def _ended(self, timeout: float | None) -> int | None:
        """The environment holds its end of the socket as long as it lives, and writes nothing more into it."""
        if self.returncode is None and select([self._life], [], [], timeout)[0]:
            self._life.close()
            self.returncode = 1  # who asks wants to know that it has ended
        return self.returncode


_doors: dict[str, socket.socket] = {}
_opening = threading.Lock()


def _door_to(folder: str) -> socket.socket:
    """Where environments of this package are asked for; the process behind it is started with the first."""
    with _opening:
        if folder not in _doors:
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            command = [sys.executable, "-m", __name__, folder, str(theirs.fileno())]
            subprocess.Popen(command, stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()])  # ends with its door
            theirs.close()
            _doors[folder] = ours
        return _doors[folder]


class Events:
    """What one environment is to handle next, as the emulator keeps it. Whoever waits sleeps until there is something.

    The emulator itself looks ten times a second whether it should end, here and in its server: 2% of a processor for
    ten environments that do nothing.
    """

    def __init__(self, kept: Queue[Any]) -> None:
        self._kept = kept

    def get(self, timeout: float) -> Any:
        """Raises ``queue.Empty``, after a while: an environment may have been stopped."""
        return self._kept.get(timeout=max(timeout, LOOK_SECONDS))


class RuntimeServer(socketserver.ThreadingTCPServer):
    """Where one environment asks for its events. It sleeps until it is asked."""

    def serve_forever(self, poll_interval: float = LOOK_SECONDS) -> None:
        super().serve_forever(max(poll_interval, LOOK_SECONDS))

    def shutdown(self) -> None:
        ending = threading.Thread(target=super().shutdown)
        ending.start()
        while ending.is_alive():
            with socket.create_connection(("127.0.0.1", self.server_address[1])):  # wakes it, to see that it ends
                ending.join(0.01)


def install(emulators: Any) -> None:
    """Environments are forked from now on, where that is safe; what serves them sleeps meanwhile."""
    socketserver.ThreadingTCPServer = RuntimeServer  # type: ignore[misc]  # which the emulator derives its own from
    if sys.platform == "linux":
        emulators.subprocess = SimpleNamespace(**{**vars(subprocess), "Popen": Environment})


# -- The process that forks ------------------------------------------------------------------------------------------


def main() -> None:
    folder, door = sys.argv[1], socket.socket(fileno=int(sys.argv[2]))
    os.chdir(folder)
    sys.path[0] = folder  # the deployed code, and nothing else's
    _import_what_is_shared(folder)
    gc.freeze()  # collecting would copy the pages that all environments share
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them here: the system clears up
    while True:
        message, streams, _flags, _address = socket.recv_fds(door, MESSAGE_BYTES, 2)
        if not message:
            return  # the emulator is gone
        if os.fork() == 0:
            door.close()
            _become(json.loads(message), *streams)
        for each in streams:
            os.close(each)


def _import_what_is_shared(folder: str) -> None:
    lambda_runtime.runtime()
    for each in pkgutil.walk_packages([str(Path(folder) / APPLICATION)], f"{APPLICATION}."):
        importlib.import_module(each.name)


def _become(variables: dict[str, str], output: int, life: int) -> None:
    """This process is an environment from here on: its output, its variables, its handler."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    Path("/proc/self/comm").write_text(NAME)
    os.write(life, str(os.getpid()).encode())
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.close(output)
    os.environ.clear()
    os.environ.update(variables)
    lambda_runtime.main()


if __name__ == "__main__":
    main()
