"""Who is faster, and who books a time twice: the three services by turns, asked by twenty clients at once.

Every client books times that nobody else wants. Then all want each of a hundred slots at the same moment, at the same
start; and each of another hundred at four starts a quarter of an hour apart, of which any two overlap. In short rounds,
so that a busy machine is busy for all three.
"""

import http.client
import itertools
import json
import statistics
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import NamedTuple

from bench.measure import NOT_GATED, Result, Timing, seconds_of
from bench.others.distance import TRIP_SECONDS
from bench.others.running import CLIENTS, MODULES, OURS, Service, running
from bench.practice import connect
from local.postgres import PostgresServer

ROUNDS, SLOTS, EACH = 10, 10, 10
WARM_UP, ALONE = 5, 60
TIMES = [datetime(2035, 1, 1, tzinfo=UTC) + n * timedelta(hours=2) for n in range(5_000)]
QUARTER = timedelta(minutes=15)


class Race(NamedTuple):
    """What became of the slots that all wanted."""

    double: int  # sessions that overlap one that was there
    waits: list[float]  # seconds until each answer


class Round(NamedTuple):
    """What one round of one service came to."""

    rate: float
    processor: float  # seconds a booking, of the service and PostgreSQL
    same_start: Race
    overlapping: Race


def run(postgres: PostgresServer) -> Iterator[Result]:
    """Six lines of the table."""
    with ExitStack() as stack:
        services = [stack.enter_context(running(postgres, name)) for name in MODULES]
        unused = [iter(TIMES) for _ in services]
        for each, times in zip(services, unused, strict=True):
            _book_apart(each, list(itertools.islice(times, 10)))
        rounds = [[_round(each, times) for each, times in zip(services, unused, strict=True)] for _ in range(ROUNDS)]
    first = statistics.median(each[0].rate for each in rounds)
    for service, measured in zip(services, zip(*rounds, strict=True), strict=True):
        yield _line(service.name, measured, first)
    yield from _alone(postgres)


def _alone(postgres: PostgresServer) -> Iterator[Result]:
    """How long one client waits whom nobody else disturbs, with PostgreSQL a millisecond away: what trips cost."""
    with ExitStack() as stack:
        services = [stack.enter_context(running(postgres, name, 1, far=True)) for name in MODULES]
        asked = [(each, _connection(each, 0), iter(TIMES)) for each in services]
        waits = [
            [seconds_of(partial(_book, connection, service, 0, 0, next(times))) for service, connection, times in asked]
            for _ in range(WARM_UP + ALONE)
        ]
    timings = [Timing.of(list(each)) for each in zip(*waits[WARM_UP:], strict=True)]
    for service, timing in zip(services, timings, strict=True):
        value = timing.median / timings[0].median
        what = f"an answer, PostgreSQL {TRIP_SECONDS * 1000:.0f} ms away: {service.name}"
        yield Result("others", what, "check, then insert", value, NOT_GATED, True, f"{timing} : {timings[0]}")


def _line(name: str, rounds: tuple[Round, ...], first: float) -> Result:
    rate = statistics.median(each.rate for each in rounds)
    processor = statistics.median(each.processor for each in rounds)
    same = sum(each.same_start.double for each in rounds)
    overlapping = sum(each.overlapping.double for each in rounds)
    races = [race for each in rounds for race in (each.same_start, each.overlapping)]
    waits = statistics.quantiles([wait for race in races for wait in race.waits], n=100)
    measured = (
        f"{rate:,.0f}/s, {processor * 1000:.1f} ms of processor each; in {ROUNDS * SLOTS} slots × {CLIENTS} clients "
        f"{same} double at the same start, {overlapping} at starts that overlap; "
        f"answers p50 {waits[49] * 1000:.0f} ms, p99 {waits[98] * 1000:.0f} ms"
    )
    what = f"bookings a second, {CLIENTS} clients: {name}"
    target = "none double" if name == OURS else NOT_GATED
    return Result("others", what, "check, then insert", rate / first, target, same + overlapping == 0, measured)


def _round(service: Service, times: Iterator[datetime]) -> Round:
    apart, same, overlapping = (list(itertools.islice(times, count)) for count in (EACH, SLOTS, SLOTS))
    return Round(*_book_apart(service, apart), _race(service, same, 1), _race(service, overlapping, 4))


def _book_apart(service: Service, times: list[datetime]) -> tuple[float, float]:
    """Bookings a second, each client with a therapist of their own; and seconds of processor for each."""

    def book(client: int) -> None:
        connection = _connection(service, client)
        for start in times:
            if not _book(connection, service, client, client, start):
                raise AssertionError(f"{service.name}: a time that nobody has was refused")

    count, spent, started = CLIENTS * len(times), service.processor(), time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(book, range(CLIENTS)))
    return count / (time.perf_counter() - started), (service.processor() - spent) / count


def _race(service: Service, times: list[datetime], starts: int) -> Race:
    """All want a session with the same therapist at each of these times, at so many starts by turns."""
    together, waits = threading.Barrier(CLIENTS), list[float]()

    def want(client: int) -> int:
        connection, taken = _connection(service, client), 0
        for start in times:
            together.wait()
            began = time.perf_counter()
            taken += _book(connection, service, 0, client, start + client % starts * QUARTER)
            waits.append(time.perf_counter() - began)
        return taken

    with ThreadPoolExecutor(CLIENTS) as pool:
        answered = sum(pool.map(want, range(CLIENTS)))
    written, slots = _written(service, times)
    if written != answered or slots != len(times):
        raise AssertionError(f"{service.name}: {answered} were told yes, {written} bookings, {slots} slots")
    return Race(written - slots, waits)


def _written(service: Service, times: list[datetime]) -> tuple[int, int]:
    """How many bookings the therapist of the race has then, and how many of them overlap none that was there before."""
    within = (times[0], times[-1] + timedelta(hours=2))
    connection = connect(service.config)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT lower({service.span}), upper({service.span}) FROM bookings WHERE status = 'confirmed'"  # noqa: S608  # ours
            f" AND therapist_id = %s AND {service.span} && tstzrange(%s, %s) ORDER BY 1",
            (service.therapists[0], *within),
        )
        spans = cursor.fetchall()
    connection.close()
    apart, until = 0, within[0]
    for begins, ends in spans:
        if begins >= until:
            apart, until = apart + 1, ends
    return len(spans), apart


def _connection(service: Service, client: int) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", service.ports[client], timeout=60)


def _book(
    connection: http.client.HTTPConnection, service: Service, therapist: int, client: int, start: datetime
) -> bool:
    wanted = {
        "key": f"{start:%Y%m%dT%H%M}-{therapist}-{client}",
        "therapist_id": str(service.therapists[therapist]),
        "client_id": str(service.clients[client]),
        "starts_at": start.isoformat(),
    }
    connection.request("POST", "/bookings", json.dumps(wanted), {"Content-Type": "application/json"})
    answer = connection.getresponse()
    answer.read()
    if answer.status not in (201, 409):
        raise AssertionError(f"{service.name}: {answer.status}")
    return answer.status == 201
