"""``bookingctl attention``: all that a person must look at, in one list, as far as each who knows of it answers."""

from enum import StrEnum
from typing import Annotated

import typer
from rich.text import Text

from booking.contracts.booking_traces import Source
from booking.contracts.finding import Found
from booking.contracts.operations import AttentionKind, AttentionMatter
from booking.errors import DatabaseUnavailable
from booking.services.operations import attention as attending
from ops.errors import EXIT_NO_ACCESS, OperatorError
from ops.failures import UNREADABLE, say_running
from ops.options import Json, Wide
from ops.output import one_line, print_json, say, say_listed
from ops.practice import Practice
from ops.reading import found_bookings
from ops.times import ago

MOST = 200

NAMES = {
    Source.EXECUTIONS: "failed executions",
    Source.DATABASE: "unreached people, payments",
    Source.DEAD_LETTERS: "dead letters",
}
"""What is not known when a source does not answer."""

STYLES = {
    AttentionKind.FAILED: "red",
    AttentionKind.UNREACHED: "yellow",
    AttentionKind.DEAD_LETTER: "magenta",
    AttentionKind.PAYMENT: "yellow",
}


PAYMENTS = {
    "disputed": "payment disputed: answer it at the provider's",
    "refund_failed": "a refund failed: give it back by hand",
}
"""What a person does about money."""


class Kind(StrEnum):
    """As one types them; the API writes an underscore."""

    FAILED = "failed"
    UNREACHED = "unreached"
    DEAD_LETTER = "dead-letter"
    PAYMENT = "payment"


KINDS = {
    Kind.FAILED: AttentionKind.FAILED,
    Kind.UNREACHED: AttentionKind.UNREACHED,
    Kind.DEAD_LETTER: AttentionKind.DEAD_LETTER,
    Kind.PAYMENT: AttentionKind.PAYMENT,
}


def attention(
    ctx: typer.Context,
    only: Annotated[Kind | None, typer.Option("--kind", help="Only these.")] = None,
    wide: Wide = False,
    as_json: Json = False,
) -> None:
    """What needs a person, newest first: failed executions, people told on no channel, dead letters, payments.

    Example: bookingctl attention --kind unreached
    """
    with one_line():
        practice: Practice = ctx.obj()
        kind = None if only is None else KINDS[only]
        executions, queues = practice.executions, practice.queues
        seen = attending.attention(executions, queues, lambda: _needing(practice), kind, MOST)
        matters, are_more = seen.of(kind, MOST)
        missing = [f"{NAMES[source]}: not known: {why}" for source, why in seen.missing.items()]
        if as_json:
            told = [{"id": _id(each), **each.model_dump(mode="json")} for each in matters]
            print_json({"attention": told, "more": are_more, "missing": missing})
        else:
            _show(practice, matters, wide, is_gone=Source.EXECUTIONS not in seen.missing)
            if are_more:
                say("There is more: --kind shows less at a time.")
        for line in missing:
            say(f"✗ {line}", style="yellow", err=True)
        if len(missing) == len(attending.sources(kind)):
            raise typer.Exit(EXIT_NO_ACCESS)
        if kind in (None, AttentionKind.FAILED) and not as_json and Source.EXECUTIONS not in seen.missing:
            say_running(practice)


def _needing(practice: Practice) -> Found:
    try:
        return found_bookings(practice, needing_attention=True)
    except OperatorError as error:
        raise DatabaseUnavailable(str(error)) from None


def _show(practice: Practice, matters: list[AttentionMatter], wide: bool, *, is_gone: bool) -> None:
    now = practice.now()
    rows = [
        (
            _id(each),
            Text(each.kind.replace("_", " "), STYLES[each.kind]),
            _what(each, is_gone=is_gone),
            ago(each.since, now),
            (each.booking_id or "") if each.booking_id != _id(each) else "",
        )
        for each in matters
    ]
    if rows:
        say_listed(("id", "kind", "what", "since", "booking"), rows, wide=wide)
    else:
        say("Nothing that is known of needs a person.")


def _id(each: AttentionMatter) -> str:
    """What is pasted after ``show``, ``redrive``, ``resend`` or ``dlq show``."""
    if each.execution is not None:
        return each.execution.name
    return each.dead_letter.message_id if each.dead_letter is not None else each.booking_id or ""


def _what(each: AttentionMatter, *, is_gone: bool) -> str:
    if each.dead_letter is not None:
        return f"{each.dead_letter.queue}: {each.dead_letter.reason}"
    if each.kind is AttentionKind.UNREACHED:
        return "told on no channel: call them"
    if each.kind is AttentionKind.PAYMENT:
        return PAYMENTS[each.error or ""]
    failure = each.execution
    if failure is None:
        return f"{each.error}, and its execution is gone: rerun" if is_gone else str(each.error)
    where = f"{failure.machine} at {failure.state}" if failure.state else failure.machine.value
    return f"{where}: {each.error}" + ("" if each.booking_id else f", {UNREADABLE}")
