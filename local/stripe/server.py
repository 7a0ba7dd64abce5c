"""The double over HTTP, on 127.0.0.1: Stripe's API, Checkout's pages, and the laptop's controls."""

import contextlib
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from local import guard
from local.stripe import CONTROLS, checkout
from local.stripe.api import NoAnswer
from local.stripe.laptop import LaptopStripe
from local.stripe.postman import Postman

MOST_BYTES = 256 * 1024


class Server(ThreadingHTTPServer):
    """One double's."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, laptop: LaptopStripe, port: int, other_ports: tuple[int, ...] = ()) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.laptop = laptop
        self.ports = (self.server_port, *other_ports)
        """Of pages that may ask here."""


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    server_version = "stripe-double"

    def do_GET(self) -> None:  # as http.server calls it
        self._answer("GET")

    def do_POST(self) -> None:
        self._answer("POST")

    def do_PUT(self) -> None:
        self._answer("PUT")

    def do_DELETE(self) -> None:
        self._answer("DELETE")

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002  # as http.server calls it
        """Nothing: what is in a path is in no log."""

    def _answer(self, method: str) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        if size > MOST_BYTES:
            self.close_connection = True
            self._send(413, {"Content-Type": "text/plain"}, b"")
            return
        body = self.rfile.read(size).decode(errors="replace")
        path = urlsplit(self.path).path
        is_page = path.startswith(checkout.PATH)
        given = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in self.headers.items()]
        ports = (self.server.server_port,) if is_page else self.server.ports
        if reason := guard.refusal(given, ports, is_page=is_page and method == "GET"):
            self._send_json(403, {"message": reason})
        elif is_page:
            self._show(method, path, body)
        elif path.startswith(CONTROLS):
            self._control(method, path, body)
        else:
            self._call(method, body)

    def _show(self, method: str, path: str, body: str) -> None:
        laptop = self.server.laptop
        with laptop.lock:
            accepted = self.headers.get("Accept-Language", "")
            answered = checkout.answer(laptop.account, method, path, body, accepted)
        self._send(*answered)

    def _control(self, method: str, path: str, body: str) -> None:
        try:
            given = json.loads(body or "{}")
        except ValueError:
            given = None
        if not isinstance(given, dict):
            self._send_json(400, {"error": {"message": "the body must be an object, as JSON"}})
            return
        self._send_json(*self.server.laptop.control(method, path, given))

    def _call(self, method: str, body: str) -> None:
        try:
            answer = self.server.laptop.api.answer(method, self.path, dict(self.headers.items()), body)
        except NoAnswer:
            self.close_connection = True
            with contextlib.suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)
            return
        self._send(answer.status, answer.headers, answer.content)

    def _send_json(self, status: int, content: object) -> None:
        self._send(status, {"Content-Type": "application/json"}, json.dumps(content).encode())

    def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serving(laptop: LaptopStripe, port: int, *other_ports: int) -> Iterator[Server]:
    """Answers, and posts events, until the block ends."""
    server, postman = Server(laptop, port, other_ports), Postman(laptop)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    postman.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        postman.stop()
