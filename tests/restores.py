"""A snapshot of functions and two restores of it, in one process.

It watches handlers while they are imported, as Lambda does before it takes a snapshot; then it forks twice, as restores
do, and each copy draws what must differ. Python's own fork would hide what a restore does not mend (it seeds ``random``
anew), so it is libc's. ``python tests/restores.py`` takes names and faults, code that is run as part of the import, as
JSON, and prints as JSON what it has found.
"""

import ctypes
import email.generator
import gc
import hashlib
import importlib
import json
import os
import secrets
import sys
import threading
import uuid
from pathlib import Path
from types import FrameType
from typing import Any

FUNCTIONS = str(Path(__file__).parent.parent / "functions")
SECRET = "what-nobody-may-keep"  # no password
DRAWS = ("urandom", "getrandom", "getrandbits", "random", "seed", "uuid4", "RAND_bytes")
CLOCKS = ("time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "now", "utcnow", "today")
REACHES = ("_connect", "connect", "connect_ex", "getaddrinfo", "bind")
KNOWN = {
    ("random.py", "seed"): "its one seed, drawn anew after a restore: see handlers/_runtime.py",
    ("logging/__init__.py", "time"): "when logging began, for %(relativeCreated), which no line of ours has",
    ("logging/__init__.py", "time_ns"): "the same, of later Pythons",
    (
        "multiprocessing/process.py",
        "urandom",
    ): "boto3 imports it, and nobody starts processes that would prove who they are",
    ("util/connection.py", "bind"): "urllib3 tries whether there is IPv6, with a socket that it closes",
}
"""What libraries draw and read at their import, and why it does no harm."""


def main(names: list[str], faults: list[str]) -> list[dict[str, Any]]:
    """What there is after the import and what two copies of it have drawn; then the same after each fault."""
    files, threads, planted = _open_files(), threading.active_count(), {"__name__": "handlers.fault"}
    asked: set[tuple[str, str]] = set()

    def watch(frame: FrameType, event: str, called: Any) -> None:
        name = getattr(called, "__name__", "")
        if event == "c_call" and name in (*DRAWS, *CLOCKS, *REACHES) and not isinstance(called, type):
            asked.add((_where(frame), name))

    def found() -> dict[str, Any]:
        outside = importlib.import_module("handlers._outside").outside
        return {
            "asked": sorted(f"{where}: {name}" for where, name in asked if (where, name) not in KNOWN),
            "opened": sorted(_open_files() - files),
            "threads": threading.active_count() - threads,
            "made": sorted(vars(outside)),
            "kept": _kept_secrets(),
            "copies": [_copy(), _copy()],
        }

    sys.setprofile(watch)
    for name in names:
        importlib.import_module(f"handlers.{name}")
    sys.setprofile(None)
    all_found = [found()]
    for fault in faults:
        asked.clear()
        sys.setprofile(watch)
        exec(compile(fault, f"{FUNCTIONS}/handlers/fault.py", "exec"), planted)  # noqa: S102  # what a test plants
        sys.setprofile(None)
        all_found.append(found())
    return all_found


def _where(frame: FrameType) -> str:
    """The file that asks, below its root."""
    path = Path(frame.f_code.co_filename)
    if path.is_relative_to(FUNCTIONS):
        return str(path.relative_to(FUNCTIONS))
    return path.name if path.parent.name.startswith("python3") else f"{path.parent.name}/{path.name}"


def _open_files() -> set[str]:
    found = set()
    for each in os.listdir("/proc/self/fd"):
        try:
            found.add(os.readlink(f"/proc/self/fd/{each}"))
        except OSError:  # the one that listed them
            continue
    return found


def _kept_secrets() -> list[str]:
    """What holds a text of the environment that is a secret; the environment itself has it as bytes."""
    gc.collect()
    return [type(each).__name__ for each in gc.get_objects() if _holds_a_secret(each)]


def _holds_a_secret(thing: object) -> bool:
    for part in gc.get_referents(thing):
        if type(part) is str and SECRET in part and part != SECRET:
            return True
        if type(part) in (dict, tuple) and not gc.is_tracked(part) and _holds_a_secret(part):
            return True
    return False


def _copy() -> dict[str, str]:
    """What a restored copy draws, once it has done what Lambda's runtime does after a restore."""
    from awslambdaric.lambda_runtime_hooks_runner import run_after_restore

    reads, writes = os.pipe()
    if ctypes.PyDLL(None).fork() == 0:  # none of Python's own hooks
        run_after_restore()
        os.write(writes, json.dumps(_drawn()).encode())
        os._exit(0)
    os.close(writes)
    with os.fdopen(reads) as pipe:
        drawn: dict[str, str] = json.load(pipe)
    os.wait()
    return drawn


def _drawn() -> dict[str, str]:
    import random

    return {
        "an id": str(uuid.uuid4()),
        "a secret": secrets.token_hex(),
        "a boundary of an e-mail": email.generator.Generator._make_boundary(),  # type: ignore[attr-defined]
        "the state of random": hashlib.sha256(repr(random.getstate()).encode()).hexdigest(),
    }


if __name__ == "__main__":
    sys.path.insert(0, FUNCTIONS)
    sys.stdout.write(json.dumps(main(**json.load(sys.stdin))))
