"""``bookingctl rerun``: bookings are run again in new executions. Same bookings, nothing doubled."""

from collections.abc import Sequence
from typing import Annotated, NamedTuple

import typer

from booking.codes import Act, ActReason
from booking.contracts.traces import Machine
from booking.errors import Refusal
from booking.problems import Problem
from booking.services.operations.restarting import Again, again_of
from ops.acting import an_act
from ops.batch import Batch, Item, Verb
from ops.errors import EXIT_FAILED_AGAIN, EXIT_UNKNOWN, OperatorError
from ops.options import Code, DryRun, Json, Rate, Reason, Yes, checked_ids, checked_reason
from ops.output import confirm, one_line, say, say_listed
from ops.practice import Practice
from ops.reading import booking_file


class Chosen(NamedTuple):
    """A booking that can be run again, and with what."""

    booking_id: str
    again: Again

    @property
    def source(self) -> str:
        return "its execution's input" if self.again.is_of_execution else "what PostgreSQL kept of it"


def rerun(
    ctx: typer.Context,
    bookings: Annotated[list[str], typer.Argument(help="Bookings.")],
    reason: Reason = "",
    code: Code = ActReason.OTHER,
    rate: Rate = 5.0,
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Run bookings again in new executions: past redrive's 14 days, or after the definition has changed.

    Same bookings, nothing doubled. Example: bookingctl rerun 7c9e6679-7425 --reason "redrive expired"
    """
    with one_line():
        practice: Practice = ctx.obj()
        ids = checked_ids(bookings)
        words = reason if dry_run else checked_reason(reason)
        found = {each: _chosen(practice, each) for each in ids}
        impossible = {name: why for name, why in found.items() if isinstance(why, OperatorError)}
        possible = [each for each in found.values() if isinstance(each, Chosen)]
        if len(found) == 1 and impossible:
            raise impossible[ids[0]]
        for why in impossible.values():
            say(f"✗ {why}", style="red", err=True)
        say_listed(("booking", "from"), [(each.booking_id, each.source) for each in possible], err=True)
        batch = Batch(
            practice,
            Verb("run again", "run again"),
            [_item(practice, each, code) for each in possible],
            lambda left: _words(left, words, code, rate),
            rate,
            [{"booking_id": name, "error": str(why)} for name, why in impossible.items()],
        )
        if dry_run:
            batch.would(as_json)
            return
        if not possible:
            batch.nothing("nothing done", as_json)
        else:
            confirm(f"About to run {len(possible)} again, each in a new execution.", yes=yes)
            batch.carry_out(words, as_json)


def _chosen(practice: Practice, booking_id: str) -> Chosen | OperatorError:
    """With what it would be run again, or why it can't be."""
    try:
        return Chosen(booking_id, again_of(practice.executions, booking_id, lambda: booking_file(practice, booking_id)))
    except Refusal as refusal:
        if refusal.problem is Problem.BOOKING_NOT_FOUND:
            return OperatorError(refusal.detail, EXIT_UNKNOWN)
        return OperatorError(f"{booking_id} can't be run again: {refusal.detail}", EXIT_FAILED_AGAIN)


def _item(practice: Practice, chosen: Chosen, code: ActReason) -> Item:
    booking_id, again = chosen
    arn = practice.executions.arn(Machine.BOOKING, again.name)
    act = an_act(practice, Act.RERUN, arn, booking_id, code)
    about = {"booking_id": booking_id, "machine": Machine.BOOKING, "execution": arn}
    return Item(booking_id, about, act, lambda: practice.executions.start(Machine.BOOKING, again.name, again.given))


def _words(left: Sequence[Item], reason: str, code: ActReason, rate: float) -> list[str]:
    names = [item.name for item in left]
    return ["rerun", *names, "--reason", reason, "--code", code.value, "--rate", f"{rate:g}"]
