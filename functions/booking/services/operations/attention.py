"""What needs a person: failed executions, people told on no channel, dead letters, money that went another way than
it should. In one list, the newest first.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple

from booking import access
from booking.contracts.booking_traces import Source
from booking.contracts.finding import Found
from booking.contracts.operations import (
    AttentionCounts,
    AttentionKind,
    AttentionList,
    AttentionMatter,
    AttentionQuery,
    BookedSession,
    DeadLetterQueue,
)
from booking.contracts.traces import Machine
from booking.errors import DatabaseUnavailable, ProviderRefused, ProviderUnavailable
from booking.model import Requester
from booking.ports import DeadLetterQueues, Executions
from booking.services.operations.looking import are_enough, are_of_full_queues
from booking.services.tracing import listing

MARKS = {"UNREACHED": AttentionKind.UNREACHED, "PAYMENT": AttentionKind.PAYMENT}
"""What PostgreSQL knows alone, by the status it has there. Every other status is an execution's."""

LOOKED_AT = 40
"""So many executions are looked into for a call, besides those that it lists: API Gateway waits 29 s, and Step
Functions describes 250 at once and ten a second after that, for all machines of an account."""


KNOWN_BY = {
    Source.EXECUTIONS: {AttentionKind.FAILED},
    Source.DATABASE: {AttentionKind.FAILED, AttentionKind.UNREACHED, AttentionKind.PAYMENT},
    Source.DEAD_LETTERS: {AttentionKind.DEAD_LETTER},
}


class Attention(NamedTuple):
    """What needs a person, as far as each who knows of it answered, the newest first.

    ``unsure``: of which kinds there may be more than who answered has told; ``missing``: who did not answer, and why.
    """

    matters: list[AttentionMatter]
    unsure: set[AttentionKind]
    missing: dict[Source, str]

    def of(self, kind: AttentionKind | None, most: int) -> tuple[list[AttentionMatter], bool]:
        """So many of this kind, or of all kinds; and whether there are more."""
        found = [each for each in self.matters if kind in (None, each.kind)]
        is_unsure = bool(self.unsure) if kind is None else kind in self.unsure
        return found[:most], len(found) > most or is_unsure

    @property
    def counts(self) -> AttentionCounts:
        counted = Counter(each.kind for each in self.matters)
        known, partly = _known_by(set(KNOWN_BY) - set(self.missing)), _known_by(self.missing)
        return AttentionCounts(
            **{kind: counted[kind] if kind in known else None for kind in AttentionKind},
            at_least=sorted(known & (partly | self.unsure)),
        )


def list_attention(
    executions: Executions,
    queues: DeadLetterQueues,
    needing: Callable[[], Found],
    sessions: Callable[[Collection[str]], list[BookedSession]],
    requester: Requester,
    query: AttentionQuery,
) -> AttentionList:
    """For an operator, by a call; with what runs and waits beside it. Raises ``Refusal``.

    ``sessions``: when bookings are. It is asked if ``needing``, which asks PostgreSQL too, was answered.
    """
    access.demand_operator(requester)
    seen = attention(executions, queues, needing, None, query.limit, LOOKED_AT)
    running = None
    if Source.EXECUTIONS not in seen.missing:
        try:
            running = listing.running(executions, LOOKED_AT)
        except (ProviderUnavailable, ProviderRefused) as error:
            seen.missing[Source.EXECUTIONS] = str(error)
    matters, are_more = seen.of(query.kind, query.limit)
    waiting = [] if running is None else running.waiting
    booked = list[BookedSession]()
    if Source.DATABASE not in seen.missing:
        try:
            named = [*(each.booking_id for each in matters), *(each.booking_id for each in waiting)]
            booked = sessions({each for each in named if each is not None})
        except DatabaseUnavailable as error:  # it went in between
            seen.missing[Source.DATABASE] = str(error)
    return AttentionList(
        matters=matters,
        counts=seen.counts,
        more=are_more,
        missing=list(seen.missing),
        running=None if running is None else running.running,
        waiting=waiting,
        unseen=0 if running is None else running.unseen,
        sessions=booked,
    )


def attention(
    executions: Executions,
    queues: DeadLetterQueues,
    needing: Callable[[], Found],
    kind: AttentionKind | None,
    most: int,
    besides: int | None = None,
) -> Attention:
    """What is known of this kind, or of all kinds. ``needing``: the bookings that PostgreSQL says need a person.

    ``most``: failures that are looked into, and ``besides`` so many that were mended, or all. Without Step Functions
    the failures are those that PostgreSQL knows of.
    """
    marked = list[AttentionMatter]()
    ask: dict[Source, Callable[[], tuple[list[AttentionMatter], bool]]] = {
        Source.EXECUTIONS: lambda: _failed(executions, most, besides),
        Source.DATABASE: lambda: _known(needing(), marked),
        Source.DEAD_LETTERS: lambda: _dead_letters(queues),
    }
    matters, unsure, missing = list[AttentionMatter](), set[AttentionKind](), dict[Source, str]()
    for source in sources(kind):
        try:
            found, are_more = ask[source]()
        except (DatabaseUnavailable, ProviderUnavailable, ProviderRefused) as error:
            missing[source] = str(error)
        else:
            matters += found
            unsure |= KNOWN_BY[source] if are_more else set()
    if len(marked) > most:
        unsure.add(AttentionKind.FAILED)
    marked = marked[:most] if kind in (None, AttentionKind.FAILED) else []
    try:
        matters += marked if Source.EXECUTIONS in missing else _gone(executions, marked)
    except (ProviderUnavailable, ProviderRefused) as error:
        missing[Source.EXECUTIONS] = str(error)
        matters += marked
    matters.sort(key=lambda each: each.since, reverse=True)
    return Attention(matters, unsure, missing)


def sources(kind: AttentionKind | None) -> list[Source]:
    """Who knows of matters of this kind, or of any."""
    return [source for source, kinds in KNOWN_BY.items() if kind is None or kind in kinds]


def _known_by(some: Iterable[Source]) -> set[AttentionKind]:
    return set[AttentionKind]().union(*(KNOWN_BY[source] for source in some))


def _failed(executions: Executions, most: int, besides: int | None) -> tuple[list[AttentionMatter], bool]:
    failed = listing.failed(executions, most, besides=besides)
    matters = [
        AttentionMatter(
            kind=AttentionKind.FAILED,
            since=each.stopped or each.started,
            booking_id=each.booking_id,
            execution=each,
            error=each.error or each.status,
        )
        for each in failed.found
    ]
    return matters, failed.more > 0


def _known(found: Found, failed: list[AttentionMatter]) -> tuple[list[AttentionMatter], bool]:
    """Who heard of it on no channel, and whose money a person must look at; whose workflow has ``failed`` goes there,
    for Step Functions may list it."""
    known = list[AttentionMatter]()
    for each in found.bookings:
        if (needed := each.attention) is not None:
            kind = MARKS.get(needed.status, AttentionKind.FAILED)
            matter = AttentionMatter(
                kind=kind,
                since=needed.since,
                booking_id=each.booking_id,
                error=needed.error or needed.status if kind == AttentionKind.FAILED else needed.error,
            )
            (failed if kind == AttentionKind.FAILED else known).append(matter)
    return known, found.more


def _gone(executions: Executions, failed: list[AttentionMatter]) -> list[AttentionMatter]:
    """Those whose execution is gone: Step Functions lists the others."""
    described = listing.described(
        executions, [executions.arn(Machine.BOOKING, str(each.booking_id)) for each in failed]
    )
    return [each for each, found in zip(failed, described, strict=True) if found is None]


def _dead_letters(queues: DeadLetterQueues) -> tuple[list[AttentionMatter], bool]:
    with queues.held(DeadLetterQueue, enough=are_enough) as held:
        found = [
            AttentionMatter(
                kind=AttentionKind.DEAD_LETTER,
                since=each.state.sent_at,
                booking_id=each.state.booking_id,
                dead_letter=each.state,
            )
            for each in held
        ]
        return found, are_of_full_queues(held)
