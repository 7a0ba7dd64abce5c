"""PostgreSQL a millisecond away, as it is through RDS Proxy: a relay that holds back whatever a client says."""

import asyncio
import multiprocessing
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from booking.config import DatabaseConfig

TRIP_SECONDS = 0.001
"""What a trip takes longer; a client waits for each answer, so each statement is one."""


@contextmanager
def far_away(config: DatabaseConfig) -> Iterator[DatabaseConfig]:
    """How to reach the same database through the relay, which is a process of its own."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        relay = multiprocessing.get_context("fork").Process(target=_run, args=(listening, config))
        relay.start()
        try:
            yield replace(config, port=listening.getsockname()[1])
        finally:
            relay.terminate()
            relay.join()


def _run(listening: socket.socket, config: DatabaseConfig) -> None:
    async def accept(client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        server, to_server = await asyncio.open_connection(config.host, config.port)
        await asyncio.gather(_pass_on(client, to_server, TRIP_SECONDS), _pass_on(server, to_client, 0))

    async def serve() -> None:
        async with await asyncio.start_server(accept, sock=listening) as relay:
            await relay.serve_forever()

    asyncio.run(serve())


async def _pass_on(source: asyncio.StreamReader, to: asyncio.StreamWriter, late_by: float) -> None:
    while data := await source.read(65536):
        if late_by:
            await asyncio.sleep(late_by)
        to.write(data)
        await to.drain()
    to.close()
