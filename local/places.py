"""Where the laptop cloud lives and listens; each can be moved by an environment variable."""

import json
import math
import os
import socket
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from local import documents
from local.errors import LocalCloudError

SITE_PORT = 8000
API_PORT = 8080
AWS_PORT = 4566
POSTGRES_PORT = 54320
STRIPE_PORT = 12111
PORTS = ("SITE_PORT", "API_PORT", "AWS_PORT", "POSTGRES_PORT", "STRIPE_PORT")
"""The variables by which each can be another."""
KEPT_SUB = "laptop_sub"
"""How the laptop's Cognito is told who a demo user was before: their sub. AWS makes up a new one, always."""
RESUME_PATH = "/_local/executions/resume"
"""Where the emulator is told, once it has the stack, to go on with the executions of its last run."""


def local_folder() -> Path:
    """``.local`` in the project, or LOCAL_FOLDER: data, logs and stack.json."""
    return Path(os.environ.get("LOCAL_FOLDER") or documents.ROOT / ".local").resolve()


def shown(path: Path) -> str:
    """As it is said to people: from the project's folder on, where it lies in it."""
    return str(path.relative_to(documents.ROOT)) if path.is_relative_to(documents.ROOT) else str(path)


def free_port() -> int:
    """A port nobody listens on at this moment."""
    return free_ports("it")["it"]


def free_ports(*names: str) -> dict[str, int]:
    """A port of its own for each name; nobody listens on any of them at this moment."""
    with ExitStack() as stack:
        probes = {name: stack.enter_context(socket.socket()) for name in names}
        for probe in probes.values():
            probe.bind(("127.0.0.1", 0))
        return {name: int(probe.getsockname()[1]) for name, probe in probes.items()}


def postgres_port() -> int:
    """The port of the running cloud's database, as its stack.json says; else POSTGRES_PORT or the default."""
    stack = local_folder() / "stack.json"
    if stack.exists():
        return urlsplit(json.loads(stack.read_text())["database_url"]).port or POSTGRES_PORT
    return port("POSTGRES_PORT", POSTGRES_PORT)


def port(variable: str, default: int) -> int:
    """The variable's port, or the default one. Raises ``LocalCloudError`` when it is no number."""
    text = os.environ.get(variable, "")
    if text and not (text.isdigit() and 0 < int(text) < 65536):
        raise LocalCloudError(f"{variable} must be a port number, not {text!r}")
    return int(text or default)


def check_wait_scale() -> None:
    """Raises ``LocalCloudError`` when SFN_WAIT_SCALE is set and no factor: the emulator would wait as if it were 1."""
    text = os.environ.get("SFN_WAIT_SCALE")
    try:
        is_factor = text is None or 0 <= float(text) < math.inf
    except ValueError:
        is_factor = False
    if not is_factor:
        raise LocalCloudError(f"SFN_WAIT_SCALE must be 0 or more (0.02: a fiftieth of all waits), not {text!r}")


def make_private(path: Path) -> Path:
    """A folder that only its owner enters, made where it is missing."""
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o700)
    return path


def open_private(path: Path) -> BinaryIO:
    """A new file that only its owner reads, whatever was there."""
    path.touch(mode=0o600)
    path.chmod(0o600)  # one that is there already
    return path.open("wb")


class Ports:
    """The ports of the laptop cloud."""

    def __init__(self) -> None:
        self.site = port("SITE_PORT", SITE_PORT)
        self.api = port("API_PORT", API_PORT)
        self.aws = port("AWS_PORT", AWS_PORT)
        self.postgres = port("POSTGRES_PORT", POSTGRES_PORT)
        self.stripe = port("STRIPE_PORT", STRIPE_PORT)

    def check(self) -> None:
        """Raises ``LocalCloudError`` when one of them is in use, or named twice."""
        named = dict(zip(PORTS, (self.site, self.api, self.aws, self.postgres, self.stripe), strict=True))
        if len(set(named.values())) < len(named):
            raise LocalCloudError(f"{', '.join(named)} must differ")
        for variable, number in named.items():
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("127.0.0.1", number))
                except OSError:
                    raise LocalCloudError(
                        f"port {number} is in use: stop what listens there, or choose another with {variable}=..."
                    ) from None
