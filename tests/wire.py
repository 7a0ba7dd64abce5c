"""What goes over the wire to PostgreSQL, counted: a relay between a client and the server that sees each statement."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from booking.config import DatabaseConfig

QUERY = b"Q"
"""The only message by which psycopg2 asks anything: text, its parameters written in. Each is one round trip."""


class Wire:
    """The statements since ``clear``, as they were sent: BEGIN and COMMIT too."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    @property
    def trips(self) -> int:
        return len(self.statements)

    @property
    def longest(self) -> int:
        """Bytes of the longest statement."""
        return max((len(each.encode()) for each in self.statements), default=0)

    def clear(self) -> None:
        self.statements.clear()

    def asks(self, client: socket.socket, server: socket.socket) -> None:
        """All that a client says, until one of them hangs up."""
        with suppress(OSError), client, server:
            head = _exactly(client, 4)  # of the first message, which has no letter
            server.sendall(head + _exactly(client, int.from_bytes(head) - 4))
            while letter := _exactly(client, 1):
                head = _exactly(client, 4)
                body = _exactly(client, int.from_bytes(head) - 4)
                if letter == QUERY:
                    self.statements.append(body.rstrip(b"\0").decode())
                server.sendall(letter + head + body)


@contextmanager
def wire(config: DatabaseConfig) -> Iterator[tuple[Wire, DatabaseConfig]]:
    """The relay, and how to reach the database through it."""
    counted = Wire()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_accept, args=(listening, config, counted), daemon=True).start()
        yield counted, replace(config, port=listening.getsockname()[1], sslmode="disable")


def _accept(listening: socket.socket, config: DatabaseConfig, counted: Wire) -> None:
    while True:
        try:
            client, _ = listening.accept()
        except OSError:  # the test is over
            return
        server = socket.create_connection((config.host, config.port))
        threading.Thread(target=counted.asks, args=(client, server), daemon=True).start()
        threading.Thread(target=_answers, args=(server, client), daemon=True).start()


def _answers(server: socket.socket, client: socket.socket) -> None:
    with suppress(OSError):
        while data := server.recv(65536):
            client.sendall(data)


def _exactly(source: socket.socket, count: int) -> bytes:
    """So many bytes. Nothing: the other side has hung up."""
    data = b""
    while len(data) < count:
        more = source.recv(count - len(data))
        if not more:
            return b""
        data += more
    return data
