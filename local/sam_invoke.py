"""``make sam-invoke F=reserve_slot``: one function in AWS's own Lambda image, with Docker, against the running cloud.

``sam local invoke`` knows nothing of the laptop cloud: it passes only variables that the template declares, and a
container can't reach our loopback. So the template is derived (this machine's architecture, and AWS_ENDPOINT_URL
declared), and while the function runs its two addresses are relayed from Docker's bridge to the loopback.
"""

import json
import os
import platform
import re
import shutil
import socket
import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from local import documents
from local.cloud import read_stack
from local.command import named_event, run
from local.errors import LocalCloudError
from local.places import local_folder

ARCHITECTURES = {"x86_64": "x86_64", "amd64": "x86_64", "arm64": "arm64", "aarch64": "arm64"}


LAMBDA_PORT = 3001
"""Where ``make sam-lambda`` answers, on the loopback and for containers; compose.yaml names it too."""


def main() -> int:
    if sys.argv[1:] == ["--serve"]:
        return serve()
    name = named_event("make sam-invoke F=name")
    stack = read_stack()
    need_docker()
    build = build_for_this_machine()
    with reachable_cloud(stack) as environment:
        invoke(name, build, environment, sys.argv[2:])
    return 0


def serve() -> int:
    """``make sam-lambda``: all functions as Lambda's endpoint, for Step Functions Local's tasks that are not mocked."""
    stack = read_stack()
    need_docker()
    template = build_for_this_machine()
    with reachable_cloud(stack) as environment, ExitStack() as relays:
        bridge = _bridge()
        if bridge is not None:
            relays.enter_context(_relay(bridge, LAMBDA_PORT, LAMBDA_PORT))
        where = ("--host", "127.0.0.1", "--port", str(LAMBDA_PORT))
        _sam("local", "start-lambda", *where, *_of(template, environment), "--skip-pull-image")
    return 0


def need_docker() -> None:
    """Raises ``LocalCloudError`` when there is no Docker engine to use."""
    if shutil.which("docker") is None:
        raise LocalCloudError("sam local invoke needs Docker, and there is no `docker` here: install it")
    if subprocess.run(["docker", "info"], capture_output=True).returncode != 0:
        raise LocalCloudError("sam local invoke needs Docker, and no engine answers `docker info`: start it")


def build_for_this_machine() -> Path:
    """``sam build`` of the derived template; returns the built one."""
    template = documents.template()
    defaults = template["Globals"]["Function"]
    defaults["Architectures"] = [ARCHITECTURES[platform.machine().lower()]]
    defaults["Environment"]["Variables"]["AWS_ENDPOINT_URL"] = ""
    defaults["CodeUri"] = str(documents.ROOT / "functions")
    template["Resources"].pop("Api")  # its contract is included by a transform that only AWS runs
    template["Resources"].pop("ApiFunctionPermission")
    template["Outputs"] = {}
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::StepFunctions::StateMachine":
            own = resource["Properties"]
            own["DefinitionS3Location"] = str(documents.ROOT / own["DefinitionS3Location"])
    folder = local_folder() / "sam"
    folder.mkdir(exist_ok=True)
    path = folder / "template.yaml"
    path.write_text(yaml.safe_dump(template, sort_keys=False))
    _sam("build", "--template-file", str(path), "--build-dir", str(folder / "build"), quiet=True)
    return folder / "build" / "template.yaml"


def invoke(name: str, template: Path, environment: dict[str, str], extra: list[str]) -> None:
    """Runs the function; its answer goes to standard output. The exit code tells nothing: look at the answer."""
    function = f"{documents.pascal_case(name)}Function"
    event = template.parent / "event.json"
    event.write_text(json.dumps(documents.event_of_now(name)))
    _sam("local", "invoke", function, "--event", str(event), *_of(template, environment), *extra)


def _of(template: Path, environment: dict[str, str]) -> tuple[str, ...]:
    """The template, and the functions' environment in a file that nobody else reads."""
    variables = template.parent / "env.json"
    variables.touch(mode=0o600)
    variables.write_text(json.dumps({"Parameters": environment}))
    return ("--template-file", str(template), "--env-vars", str(variables))


def _sam(*arguments: str, quiet: bool = False) -> None:
    command = [str(Path(sys.executable).with_name("sam")), *arguments]
    command += ["--config-file", str(documents.ROOT / "samconfig.toml")]
    credentials = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}  # never yours: they go to the emulator
    environment = {**os.environ, **credentials, "AWS_DEFAULT_REGION": "us-east-1", "SAM_CLI_TELEMETRY": "0"}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"  # sam build looks for uv
    environment.pop("AWS_PROFILE", None)
    done = subprocess.run(command, env=environment, capture_output=quiet, text=True)
    if done.returncode != 0:
        reason = (done.stderr or "").strip().splitlines()[-1:] or ["see above"]
        raise LocalCloudError(f"sam {arguments[0]} failed: {reason[0]}")


# -- The way from a container to our loopback ------------------------------------------------------------------------


@contextmanager
def reachable_cloud(stack: dict[str, Any]) -> Iterator[dict[str, str]]:
    """The functions' environment, with addresses that a container reaches as long as the block runs."""
    environment: dict[str, str] = json.loads((local_folder() / "env.json").read_text())["Parameters"]
    host = _bridge()
    database, aws = (urlsplit(stack["database_url"]).port or 0, urlsplit(stack["aws_endpoint_url"]).port or 0)
    with ExitStack() as relays:
        if host is None:
            host = "host.docker.internal"  # Docker Desktop leads this name to our loopback
        else:  # on any free ports: another such command may be running
            database, aws = (relays.enter_context(_relay(host, 0, port)) for port in (database, aws))
        yield {
            **environment,
            "DATABASE_HOST": host,
            "DATABASE_PORT": str(database),
            "AWS_ENDPOINT_URL": f"http://{host}:{aws}",
        }


def _bridge() -> str | None:
    """Docker's bridge address on Linux; None on Docker Desktop."""
    if platform.system() != "Linux":
        return None
    shown = subprocess.run(["ip", "-4", "-o", "addr", "show", "docker0"], capture_output=True, text=True).stdout
    found = re.search(r"inet ([0-9.]+)/", shown)
    if found is None:
        raise LocalCloudError("Docker's bridge docker0 has no address: is the engine running with its bridge?")
    return found[1]


@contextmanager
def _relay(host: str, port: int, inner: int) -> Iterator[int]:
    """Brings connections to ``host:port`` (0: any free one) to ``inner`` of the loopback; yields the port.

    Raises ``LocalCloudError`` when the port is taken."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with socket.create_connection(("127.0.0.1", inner)) as inside:
                back = threading.Thread(target=_copy, args=(inside, self.request), daemon=True)
                back.start()
                _copy(self.request, inside)
                back.join()

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True

    try:
        server = Server((host, port), Handler)
    except OSError as error:
        raise LocalCloudError(f"{host}:{port} can't be listened on: {error.strerror}") from None
    with server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield int(server.server_address[1])
        server.shutdown()


def _copy(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        return  # one side has hung up: so do we


if __name__ == "__main__":
    run(main)
