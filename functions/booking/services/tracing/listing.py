"""Lists of executions: what failed and nobody has mended, what runs, and all there were."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import chain
from typing import NamedTuple, TypeVar
from uuid import NAMESPACE_URL, uuid5

from booking.contracts.traces import Described, ExecutionStatus, ExecutionSummary, Listed, Machine
from booking.ports import Executions
from booking.services.tracing.reading import summary_of

Given = TypeVar("Given")
Asked = TypeVar("Asked")

AT_ONCE = 8
"""So many executions are asked for at a time: Step Functions allows a few dozen a second."""

LOOKED_AT = 200
"""So many running executions are looked into for what they wait for: each is two calls or three."""

UNSUCCESSFUL = tuple(status for status in ExecutionStatus if status.is_unsuccessful)


class Failed(NamedTuple):
    """Executions that failed, newest first; ``more``: how many there are besides."""

    found: list[ExecutionSummary]
    more: int


class Running(NamedTuple):
    """Executions that run: how many, and those that wait for a retry. ``unseen``: so many were not looked into."""

    running: int
    waiting: list[ExecutionSummary]
    unseen: int


def failed(executions: Executions, most: int, until: datetime | None = None, *, besides: int | None = None) -> Failed:
    """What failed (until then) and nothing has mended since: the last to end first.

    ``besides``: so many that were mended are looked into, and not all. ``more`` are those that were not, too.
    """
    found = [each for machine in Machine for status in UNSUCCESSFUL for each in executions.of(machine, status)]
    found = [each for each in found if until is None or _ended(each) < until]
    found.sort(key=_ended, reverse=True)
    standing: list[ExecutionSummary] = []
    place, end = 0, len(found) if besides is None else most + besides
    while len(standing) < most and place < min(end, len(found)):
        some = found[place : min(place + most, end)]
        place += len(some)
        standing += [each for each in each_of(some, lambda one: _standing(executions, one)) if each is not None]
    return Failed(standing[:most], len(standing[most:]) + len(found) - place)


def running(executions: Executions, most: int = LOOKED_AT) -> Running:
    """What runs, of all machines, and what of it waits for a retry."""
    found = [each for machine in Machine for each in executions.of(machine, ExecutionStatus.RUNNING)]
    found.sort(key=lambda each: each.started)  # whoever waits, has for longest
    looked_at = summaries(executions, found[:most])
    return Running(len(found), [each for each in looked_at if each.waiting], len(found[most:]))


def summaries(executions: Executions, listed: Iterable[Listed]) -> list[ExecutionSummary]:
    """These executions in short, in their order."""
    return each_of(listed, lambda each: summary_of(executions, each))


def described(executions: Executions, arns: Iterable[str]) -> list[Described | None]:
    """Each of these, in their order; None: there is none, or no more."""
    return each_of(arns, executions.describe)


def rerun_name(booking_id: str, number: int) -> str:
    """The name of the booking's rerun of this number, from 1: the same act twice is one execution."""
    return f"rerun-{uuid5(NAMESPACE_URL, f'urn:therapist-booking:rerun:{booking_id}')}-{number}"


def is_rerun_of(booking_id: str, name: str) -> bool:
    """Whether an execution of this name runs the booking again."""
    return name.rpartition("-")[0] == rerun_name(booking_id, 0).rpartition("-")[0]


def reruns(executions: Executions, booking_id: str) -> Iterator[Described]:
    """The executions in which the booking was run again, oldest first."""
    number = 1
    while (found := executions.describe(executions.arn(Machine.BOOKING, rerun_name(booking_id, number)))) is not None:
        yield found
        number += 1


def _standing(executions: Executions, listed: Listed) -> ExecutionSummary | None:
    """The failure, or None when a later execution has done what it was to do."""
    summary = summary_of(executions, listed)
    if listed.machine is Machine.BOOKING and summary.booking_id is not None:
        arn = executions.arn(Machine.BOOKING, summary.booking_id)
        first = executions.describe(arn) if arn != listed.arn else None
        for other in chain([first] if first else [], reruns(executions, summary.booking_id)):
            if other.listed.status is ExecutionStatus.SUCCEEDED and _ended(other.listed) > _ended(listed):
                return None
    return summary


def _ended(listed: Listed) -> datetime:
    return listed.stopped or listed.started


def each_of(given: Iterable[Given], ask: Callable[[Given], Asked]) -> list[Asked]:
    """What is said of each, in their order: some at a time."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(ask, given))
