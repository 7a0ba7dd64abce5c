"""bookingctl: what failed, why, and restarting it. ``bookingctl --help``; docs/runbook.md says when to use what."""

from typing import Annotated

import typer

from ops import (
    attention,
    books,
    clients,
    dead_letters,
    failures,
    finding,
    graph,
    keys,
    logins,
    reconciling,
    redriving,
    rerunning,
    resending,
    showing,
)
from ops.aws import STACK, Where
from ops.options import Anywhere
from ops.practice import Practice

EXIT_CODES = (
    "Exit codes: 0 done, or nothing was to be done; 1 something failed again, was refused or differs; 2 wrong usage; "
    "3 no access or no answer; 4 unknown; 130 stopped by Ctrl-C."
)

app = typer.Typer(
    cls=Anywhere,
    no_args_is_help=True,
    help=f"Operate Therapist Booking. The options are taken before and after the command.\n\n{EXIT_CODES}",
    rich_markup_mode=None,
)
app.command("failed")(failures.failed)
app.command("watch")(failures.watch)
app.command("attention")(attention.attention)
app.command("find")(finding.find)
app.command("show")(showing.show)
app.command("graph")(graph.graph)
app.command("redrive")(redriving.redrive)
app.command("rerun")(rerunning.rerun)
app.command("resend")(resending.resend)
app.add_typer(dead_letters.app, name="dlq")
app.add_typer(keys.app, name="keys")
app.add_typer(clients.app, name="client")
app.add_typer(books.app, name="export")
app.command("statistics")(books.statistics)
app.add_typer(reconciling.app, name="payments")
app.add_typer(logins.app, name="login")


@app.callback()
def main_options(
    ctx: typer.Context,
    local: Annotated[bool, typer.Option("--local", help="The laptop cloud that `make run` has started.")] = False,
    profile: Annotated[str | None, typer.Option(help="AWS profile.")] = None,
    region: Annotated[str | None, typer.Option(help="AWS region.")] = None,
    endpoint_url: Annotated[str | None, typer.Option(help="Another AWS endpoint.")] = None,
    stack: Annotated[str, typer.Option(help="CloudFormation stack.")] = STACK,
) -> None:
    where = Where(local, profile, region, endpoint_url, stack)
    ctx.obj = lambda: Practice(where)


def main() -> None:
    app()


if __name__ == "__main__":
    main()
