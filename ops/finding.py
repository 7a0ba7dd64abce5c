"""``bookingctl find``: where to begin with no more than a name and a day. Answers have ids and times, never names."""

from datetime import date
from typing import Annotated

import typer

from booking import texts
from ops.options import Json, Wide
from ops.output import one_line, print_json, refuse, say, say_listed
from ops.practice import Practice
from ops.reading import found_bookings
from ops.times import shown


def find(
    ctx: typer.Context,
    client: Annotated[
        str, typer.Option("--client", metavar="NAME", help="The beginnings of a client's names: 'jon ber'.")
    ] = "",
    on: Annotated[
        str, typer.Option("--on", metavar="DAY", help="The session's day, in the practice's zone: 2027-03-01.")
    ] = "",
    wide: Wide = False,
    as_json: Json = False,
) -> None:
    """Find bookings by a client's name and a day; without a day, the clients of that name.

    Example: bookingctl find --client "jonas berg" --on 2027-03-01
    """
    with one_line():
        name = client.strip()
        if not name or len(name) > 200:
            refuse("--client is missing: the beginnings of the client's names, 200 letters at most")
        if texts.problem(name) is not None:
            refuse("--client is no name: it has what can't be read")
        asked = {"client_name": name} | ({"on": _day(on)} if on else {})
        practice: Practice = ctx.obj()
        found = found_bookings(practice, **asked)
        if as_json:
            print_json(found)
            return
        if on:
            say_listed(
                ("booking", "status", "starts", "attention", "client"),
                [
                    (
                        each.booking_id,
                        each.status or "not decided",
                        shown(each.starts_at) if each.starts_at else "",
                        each.attention.status if each.attention else "",
                        str(each.client_id or ""),
                    )
                    for each in found.bookings
                ],
                wide=wide,
            ) if found.bookings else say(f"No booking of anybody called so starts on {on}.")
        else:
            say_listed(
                ("client", "", "last session", "next session"),
                [
                    (
                        str(each.client_id),
                        "" if each.active else "inactive",
                        shown(each.last_session) if each.last_session else "",
                        shown(each.next_session) if each.next_session else "",
                    )
                    for each in found.clients
                ],
                wide=wide,
            ) if found.clients else say("Nobody is called so.")
        if found.more:
            say("There are more: write more of the name.")


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        refuse(f"{text[:40]!a} is no day: 2027-03-01")
