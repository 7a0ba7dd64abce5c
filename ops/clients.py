"""bookingctl client: one client's data, given out or forgotten. Both are recorded, with who did it and why."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from booking.channels.logins import CognitoLogins
from ops.errors import EXIT_FAILED_AGAIN, EXIT_UNKNOWN, OperatorError, translated
from ops.options import DryRun, Json, Reason, Yes, checked_reason, checked_uuid
from ops.output import confirm, one_line, print_json, say
from ops.practice import Practice

app = typer.Typer(no_args_is_help=True, help="One client's data: export it, or erase it.", rich_markup_mode=None)

ClientId = Annotated[str, typer.Argument(metavar="CLIENT", help="The client's id.")]

HINT = "it is a UUID; bookingctl find --client NAME finds it"


@app.command("export")
def export(
    ctx: typer.Context,
    client: ClientId,
    reason: Reason = "",
    to: Annotated[Path | None, typer.Option(help="A file, readable by you only; without it, standard output.")] = None,
) -> None:
    """All that is kept of a client, as JSON.

    Example: bookingctl client export CLIENT --reason "asked for it" --to file.json
    """
    with one_line():
        client_id, words = checked_uuid(client, "a client", HINT), checked_reason(reason)
        answer = _ask(ctx.obj(), client_id, "export", words)
        text = json.dumps(answer["file"], indent=2, ensure_ascii=False)
        if to is None:
            typer.echo(text)
            return
        to.touch(mode=0o600)
        to.write_text(text + "\n")
        say(f"written to {to}")


@app.command("erase")
def erase(
    ctx: typer.Context,
    client: ClientId,
    reason: Reason = "",
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Forgets who a client was; their bookings keep their facts. This can't be taken back.

    Example: bookingctl client erase CLIENT --reason "asked for it"
    """
    with one_line():
        client_id = checked_uuid(client, "a client", HINT)
        if dry_run:
            _say(client_id, "would be erased", as_json)
            return
        words = checked_reason(reason)
        practice: Practice = ctx.obj()
        confirm(f"About to erase client {client_id}, for good.", yes=yes)
        user_sub = _ask(practice, client_id, "erase", words).get("user_sub")
        if user_sub is not None:
            _delete_login(practice, user_sub)
        _say(client_id, "erased", as_json)


def _say(client_id: str, outcome: str, as_json: bool) -> None:
    if as_json:
        print_json({"client_id": client_id, "outcome": outcome})
    else:
        say(f"client {client_id}: {outcome}")


def _ask(practice: Practice, client_id: str, act: str, reason: str) -> dict[str, Any]:
    event = {"client_id": client_id, "act": act, "actor": practice.aws.actor, "reason": reason}
    answer: dict[str, Any] = practice.ask("ClientData", event)
    if answer["outcome"] == "unknown":
        raise OperatorError(f"there is no client {client_id}", EXIT_UNKNOWN)
    if answer["outcome"] == "has_sessions":
        raise OperatorError(f"{client_id} has sessions to come: cancel them first", EXIT_FAILED_AGAIN)
    return answer


def _delete_login(practice: Practice, sub: str) -> None:
    """At once; ForgetClients would within a day."""
    with translated():
        CognitoLogins(practice.aws.output("UserPoolId"), practice.aws.client("cognito-idp")).delete(sub)
