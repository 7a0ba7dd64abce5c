"""``bookingctl dlq``: messages that their consumer could not handle. Looking at them changes nothing."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from typing import Annotated

import typer

from booking.codes import Act, ActReason
from booking.contracts.operations import DeadLetterQueue, DeadLetterState, Letter
from ops.acting import an_act
from ops.batch import MOST_SHOWN, Batch, Item, Verb
from ops.errors import EXIT_UNKNOWN, OperatorError
from ops.options import Code, DryRun, Json, Rate, Reason, Wide, Yes, checked_ids, checked_reason
from ops.output import confirm, one_line, print_json, refuse, say, say_listed
from ops.practice import Practice
from ops.stopping import Stop
from ops.times import ago, instant, written

app = typer.Typer(no_args_is_help=True, help="Messages that their consumer could not handle.", rich_markup_mode=None)

JUST_AFTER = timedelta(milliseconds=1)

LOOK_SECONDS, ACT_SECONDS = 60, 900
"""So long nobody else sees what is looked at, or put back: longer than either takes, asking included."""

OfQueue = Annotated[DeadLetterQueue | None, typer.Option("--queue", help="Of this queue only.")]


@app.command("list")
def dlq_list(ctx: typer.Context, queue: OfQueue = None, wide: Wide = False, as_json: Json = False) -> None:
    """Messages in the dead-letter queues, and which booking each is about.

    Example: bookingctl dlq list --queue notifications
    """
    with one_line():
        practice: Practice = ctx.obj()
        with _held(practice, queue) as held:
            letters = [each.state for each in held]
        if as_json:
            print_json(letters)
        elif letters:
            _list(practice, letters, wide=wide)
        else:
            say("No dead letters.")


@app.command("show")
def dlq_show(
    ctx: typer.Context,
    message: Annotated[str, typer.Argument(help="The message's id.")],
    queue: OfQueue = None,
    as_json: Json = False,
) -> None:
    """One dead letter: ids and a token, nothing personal.

    Example: bookingctl dlq show 059f36b4-87a3
    """
    with one_line():
        practice: Practice = ctx.obj()
        with _held(practice, queue) as held:
            [found] = _named(held, checked_ids([message]))
        state = found.state
        if as_json:
            print_json({**state.model_dump(mode="json"), "body": found.body})
            return
        say(f"{state.queue}: {state.reason}")
        say(f"received {state.received} times, sent {ago(state.sent_at, practice.now())}")
        say(found.body)


@app.command("redrive")
def dlq_redrive(
    ctx: typer.Context,
    messages: Annotated[list[str] | None, typer.Argument(help="Messages; or --all.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All of them.")] = False,
    queue: OfQueue = None,
    until: Annotated[str | None, typer.Option(help="Only what was sent before: a time, or 30m ago.")] = None,
    reason: Reason = "",
    code: Code = ActReason.CAUSE_IS_MENDED,
    rate: Rate = 5.0,
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Put dead letters back on their queue.

    Example: bookingctl dlq redrive 059f36b4-87a3 --reason "consumer is mended"
    """
    with one_line():
        practice: Practice = ctx.obj()
        ids = checked_ids(messages or [])
        if bool(ids) == everything:
            refuse("name messages, or say --all" if not ids else "either messages or --all")
        words = reason if dry_run else checked_reason(reason)
        before = instant(until, practice.now()) if until else None
        with _held(practice, queue, ACT_SECONDS) as letters:
            found = [each for each in _named(letters, ids) if before is None or each.state.sent_at < before]
            _list(practice, [each.state for each in found[:MOST_SHOWN]], err=True)
            if len(found) > MOST_SHOWN:
                say(f"and {len(found) - MOST_SHOWN} more", err=True)
            # By SQS's clock: what comes back from its queue has been sent later.
            latest = before or max((each.state.sent_at for each in found), default=practice.now()) + JUST_AFTER
            batch = Batch(
                practice,
                Verb("put back", "put back"),
                [_item(practice, each, code) for each in found],
                lambda left: _again(left, ids, queue, latest, words, code),
                rate,
            )
            if dry_run:
                batch.would(as_json)
            elif found:
                confirm(f"About to put {len(found)} back.", yes=yes)
                batch.carry_out(words, as_json)
            elif as_json:
                print_json([])
            else:
                say("nothing to put back")


@contextmanager
def _held(practice: Practice, queue: DeadLetterQueue | None, seconds: int = LOOK_SECONDS) -> Iterator[list[Letter]]:
    """The dead letters of a queue, or of all; a Ctrl-C waits until it is known which were taken, and lets them go."""
    with ExitStack() as stack:
        with Stop() as stop:
            queues = list(DeadLetterQueue) if queue is None else [queue]
            letters = stack.enter_context(practice.queues.held(queues, seconds))
        if stop.asked:
            raise KeyboardInterrupt
        yield letters


def _named(letters: Sequence[Letter], ids: Sequence[str]) -> list[Letter]:
    found = [each for each in letters if not ids or each.state.message_id in ids]
    missing = set(ids) - {each.state.message_id for each in found}
    if missing:
        raise OperatorError(f"not in a dead-letter queue: {', '.join(sorted(missing))}", EXIT_UNKNOWN)
    return found


def _list(practice: Practice, letters: Sequence[DeadLetterState], *, wide: bool = False, err: bool = False) -> None:
    now = practice.now()
    rows = [
        (each.message_id, each.queue, each.booking_id or "?", each.reason, ago(each.sent_at, now)) for each in letters
    ]
    say_listed(("message", "queue", "booking", "reason", "sent"), rows, wide=wide, err=err)


def _item(practice: Practice, letter: Letter, code: ActReason) -> Item:
    state = letter.state
    act = an_act(practice, Act.MESSAGE_REDRIVEN, f"message:{state.message_id}", state.booking_id, code)
    about = {"message_id": state.message_id, "queue": state.queue, "booking_id": state.booking_id}
    return Item(state.message_id, about, act, lambda: practice.queues.put_back(letter))


def _again(
    left: Sequence[Item],
    ids: Sequence[str],
    queue: DeadLetterQueue | None,
    until: datetime,
    reason: str,
    code: ActReason,
) -> list[str]:
    words = ["dlq", "redrive", *([item.name for item in left] if ids else ["--all", "--until", written(until)])]
    return [*words, *(["--queue", queue] if queue else []), "--reason", reason, "--code", code.value]
