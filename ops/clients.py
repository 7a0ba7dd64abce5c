"""bookingctl client: one client's data, given out or forgotten. Both are recorded, with who did it and why."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from ops.output import Reason, Yes, console, one_line
from ops.practice import EXIT_FAILED_AGAIN, EXIT_UNKNOWN, OperatorError, Practice, translated

app = typer.Typer(no_args_is_help=True, help="One client's data: export it, or erase it.", rich_markup_mode=None)

ClientId = Annotated[str, typer.Argument(metavar="CLIENT", help="The client's id.")]


@app.command("export")
def export(
    ctx: typer.Context,
    client: ClientId,
    reason: Reason,
    to: Annotated[Path | None, typer.Option(help="A file, readable by you only; without it, standard output.")] = None,
) -> None:
    """All that is kept of a client, as JSON.

    Example: bookingctl client export CLIENT --reason "asked for it" --to file.json
    """
    with one_line():
        text = json.dumps(_ask(ctx.obj(), client, "export", reason)["file"], indent=2, ensure_ascii=False)
        if to is None:
            typer.echo(text)
            return
        to.touch(mode=0o600)
        to.write_text(text + "\n")
        console.print(f"written to {to}")


@app.command("erase")
def erase(ctx: typer.Context, client: ClientId, reason: Reason, yes: Yes = False) -> None:
    """Forgets who a client was; their bookings keep their facts. This can't be taken back.

    Example: bookingctl client erase CLIENT --reason "asked for it"
    """
    with one_line():
        if not yes:
            typer.confirm(f"About to erase client {client}, for good. Go on?", abort=True, err=True)
        practice = ctx.obj()
        user_sub = _ask(practice, client, "erase", reason).get("user_sub")
        if user_sub is not None:
            _delete_login(practice, user_sub)
        console.print(f"erased {client}")


def _ask(practice: Practice, client: str, act: str, reason: str) -> dict[str, Any]:
    answer = practice.client_data(client, act, reason)
    if answer["outcome"] == "unknown":
        raise OperatorError(f"there is no client {client}", EXIT_UNKNOWN)
    if answer["outcome"] == "has_sessions":
        raise OperatorError(f"{client} has sessions to come: cancel them first", EXIT_FAILED_AGAIN)
    return answer


def _delete_login(practice: Practice, sub: str) -> None:
    with translated():
        cognito, pool = practice.client("cognito-idp"), practice.output("UserPoolId")
        for user in cognito.list_users(UserPoolId=pool, Filter=f'sub = "{sub}"')["Users"]:
            cognito.admin_delete_user(UserPoolId=pool, Username=user["Username"])
