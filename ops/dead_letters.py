"""``bookingctl dlq``: messages that their consumer could not handle."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.table import Table

from ops.output import DryRun, Json, Reason, Yes, agree, console, one_line, print_json, summary
from ops.practice import EXIT_UNKNOWN, OperatorError, Practice, ago, booking_of

app = typer.Typer(no_args_is_help=True, help="Messages that their consumer could not handle.")

TOO_OFTEN = "handled in vain too often: see the function's log"


@app.command("list")
def dlq_list(ctx: typer.Context, as_json: Json = False) -> None:
    """Messages in the dead-letter queue, and which booking each is about.

    Example: bookingctl dlq list
    """
    with one_line():
        messages = [_letter(message) for message in ctx.obj().dead_letters()]
        if as_json:
            print_json(messages)
            return
        table = Table("message", "booking", "reason", "sent", box=None)
        for each in messages:
            table.add_row(each["message_id"], each["booking_id"] or "?", each["reason"], ago(each["sent_at"]))
        console.print(table if messages else "The dead-letter queue is empty.")


@app.command("show")
def dlq_show(ctx: typer.Context, message: str, as_json: Json = False) -> None:
    """One dead letter: ids and a token, nothing personal.

    Example: bookingctl dlq show 059f36b4-87a3
    """
    with one_line():
        [found] = _dead_letters(ctx.obj(), [message])
        if as_json:
            print_json({**_letter(found), "body": found["Body"]})
            return
        console.print(f"{_letter(found)['reason']}\n{found['Body']}", markup=False)


@app.command("redrive")
def dlq_redrive(
    ctx: typer.Context,
    messages: Annotated[list[str] | None, typer.Argument(help="Message ids; none: all.")] = None,
    reason: Reason = "",
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Put dead letters back on their queue.

    Example: bookingctl dlq redrive 059f36b4-87a3 --reason "consumer is mended"
    """
    with one_line():
        practice = ctx.obj()
        found = _dead_letters(practice, messages or [])
        agree(f"put {len(found)} messages back", [], reason, yes, dry_run)
        if not dry_run:
            for each in found:
                practice.redrive_message(each, reason)
        done = "would be put back" if dry_run else "SUCCEEDED"
        summary({each["MessageId"]: done for each in found}, as_json)


def _dead_letters(practice: Practice, ids: list[str]) -> list[dict[str, Any]]:
    found = [each for each in practice.dead_letters() if not ids or each["MessageId"] in ids]
    missing = set(ids) - {each["MessageId"] for each in found}
    if missing:
        raise OperatorError(f"not in the dead-letter queue: {', '.join(sorted(missing))}", EXIT_UNKNOWN)
    return found


def _letter(message: dict[str, Any]) -> dict[str, Any]:
    attributes = message.get("Attributes", {})
    return {
        "message_id": message["MessageId"],
        "booking_id": booking_of(message),
        "reason": message.get("MessageAttributes", {}).get("reason", {}).get("StringValue", TOO_OFTEN),
        "received": int(attributes.get("ApproximateReceiveCount", 0)),
        "sent_at": datetime.fromtimestamp(int(attributes.get("SentTimestamp", 0)) / 1000, UTC),
    }
