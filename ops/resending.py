"""``bookingctl resend``: what is still true of a booking, and has not arrived, is sent again."""

from typing import Annotated, NamedTuple
from uuid import UUID

import typer

from booking.codes import Act, ActReason
from booking.contracts.operators import ResendInput
from booking.contracts.traces import Machine
from booking.services.operations.resending import execution_name
from ops.acting import an_act
from ops.batch import Batch, Item, Verb
from ops.errors import EXIT_UNKNOWN, OperatorError
from ops.options import Code, DryRun, Json, Reason, Yes, checked_id, checked_reason
from ops.output import confirm, one_line, say
from ops.practice import Practice
from ops.reading import booking_file, found_bookings


class Meant(NamedTuple):
    """A booking, and of its messages one or (None) all."""

    booking_id: str
    notification_id: UUID | None


def resend(
    ctx: typer.Context,
    subject: Annotated[str, typer.Argument(metavar="BOOKING|MESSAGE", help="A booking, or one of its messages.")],
    reason: Reason = "",
    code: Code = ActReason.CONTACT_IS_MENDED,
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Send again what is still true and has not arrived: after an address or a consent was mended.

    What was sent and arrived is not sent again. Example: bookingctl resend 7c9e6679-7425 --reason "new address"
    """
    with one_line():
        practice: Practice = ctx.obj()
        given = checked_id(subject)
        words = reason if dry_run else checked_reason(reason)
        meant = _meant(practice, given)
        item = _item(practice, meant, code)
        batch = Batch(
            practice,
            Verb("resend", "resent"),
            [item],
            lambda _: ["resend", given, "--reason", words, "--code", code.value],
        )
        what = f"message {meant.notification_id}" if meant.notification_id else "its messages that did not arrive"
        say(f"booking {meant.booking_id}: {what}", err=True)
        if dry_run:
            batch.would(as_json)
            return
        confirm("About to send again what is still true and has not arrived.", yes=yes)
        batch.carry_out(words, as_json)


def _meant(practice: Practice, given: str) -> Meant:
    """Raises ``OperatorError`` when there is neither such a booking nor such a message."""
    file = booking_file(practice, given)
    if file.status is not None:
        return Meant(given, None)
    try:
        message = UUID(given)
    except ValueError:
        raise OperatorError(f"there is no booking {given} that anybody was to hear of", EXIT_UNKNOWN) from None
    found = found_bookings(practice, notification_id=str(message)).bookings
    if not found:
        raise OperatorError(f"there is neither a booking nor a message {given}", EXIT_UNKNOWN)
    return Meant(found[0].booking_id, message)


def _item(practice: Practice, meant: Meant, code: ActReason) -> Item:
    act = an_act(practice, Act.RESENT, "execution", meant.booking_id, code)
    name = execution_name(act.act_id)
    arn = practice.executions.arn(Machine.RESEND, name)
    act = act.model_copy(update={"subject": arn})
    messages = [] if meant.notification_id is None else [meant.notification_id]
    given = ResendInput(booking_id=meant.booking_id, notification_ids=messages, act_id=act.act_id).model_dump_json()
    about = {"booking_id": meant.booking_id, "machine": Machine.RESEND, "execution": arn}
    return Item(meant.booking_id, about, act, lambda: practice.executions.start(Machine.RESEND, name, given))
