"""Where the laptop cloud lives and listens; each can be moved by an environment variable."""

import json
import os
import socket
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

from local import documents
from local.errors import LocalCloudError

API_PORT = 8080
AWS_PORT = 4566
POSTGRES_PORT = 54320


def local_folder() -> Path:
    """``.local`` in the project, or LOCAL_FOLDER: data, logs and stack.json."""
    return Path(os.environ.get("LOCAL_FOLDER") or documents.ROOT / ".local").resolve()


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


class Ports:
    """The three ports of the laptop cloud."""

    def __init__(self) -> None:
        self.api = port("API_PORT", API_PORT)
        self.aws = port("AWS_PORT", AWS_PORT)
        self.postgres = port("POSTGRES_PORT", POSTGRES_PORT)

    def check(self) -> None:
        """Raises ``LocalCloudError`` when one of them is in use, or named twice."""
        if len({self.api, self.aws, self.postgres}) < 3:
            raise LocalCloudError("API_PORT, AWS_PORT and POSTGRES_PORT must differ")
        for variable, number in (("API_PORT", self.api), ("AWS_PORT", self.aws), ("POSTGRES_PORT", self.postgres)):
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("127.0.0.1", number))
                except OSError:
                    raise LocalCloudError(
                        f"port {number} is in use: stop what listens there, or choose another with {variable}=..."
                    ) from None
