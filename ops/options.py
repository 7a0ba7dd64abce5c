"""What commands have in common on the command line, and how it is checked: before anything is done."""

import re
import uuid
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from booking import texts
from booking.codes import ActReason
from booking.contracts.base import BOOKING_ID_PATTERN
from ops.output import refuse

Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of text for people.")]
Wide = Annotated[bool, typer.Option("--wide", help="A line an item, however wide the terminal is.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")]
Reason = Annotated[str, typer.Option(help="Why, in your words: kept with your name. 1 to 1000 letters.")]
Code = Annotated[
    ActReason,
    typer.Option(
        "--code",
        metavar="CODE",
        help=f"Why, as a code, which is kept even while PostgreSQL is away: {', '.join(ActReason)}.",
    ),
]
Rate = Annotated[float, typer.Option(min=0.1, max=50, help="So many a second, at most.")]

MOST_LETTERS = 1000
SUBJECT_PATTERN = BOOKING_ID_PATTERN
"""Bookings, changes, and what Step Functions takes as a name of an execution and this project starts."""


def checked_reason(text: str) -> str:
    """The reason as it is recorded. Refuses what could not be, in a line."""
    reason = text.strip()
    if not reason:
        refuse("--reason is missing: it is kept in the history, with your name")
    if any("\udc80" <= each <= "\udcff" for each in reason):
        refuse("--reason is not UTF-8: nothing is done")
    if len(reason) > MOST_LETTERS:
        refuse(f"--reason has {len(reason)} letters, and {MOST_LETTERS} are kept: nothing is done")
    if rule := texts.problem(reason):
        refuse(f"--reason {rule}: nothing is done")
    return reason


def checked_ids(ids: list[str]) -> list[str]:
    """Ids of bookings, or names of executions, each once. Refuses what can't be one."""
    for each in ids:
        if not re.fullmatch(SUBJECT_PATTERN, each):
            refuse(f"{each[:100]!a} is no id: it has 1 to 80 of A-Z a-z 0-9 - _")
    return list(dict.fromkeys(ids))


def checked_id(given: str) -> str:
    """One of them."""
    [found] = checked_ids([given])
    return found


def checked_uuid(given: str, what: str, hint: str) -> str:
    """A UUID as the practice keeps it; refuses other text, with a hint where one is found."""
    try:
        return str(uuid.UUID(given))
    except ValueError:
        refuse(f"{given[:100]!a} is no id of {what}: {hint}")


GLOBAL_FLAGS, GLOBAL_OPTIONS = ("--local",), ("--profile", "--region", "--endpoint-url", "--stack")


class Anywhere(TyperGroup):
    """The root command: its options are taken before and after the command that they are for."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(ctx, hoisted(args, taking_values(self)))


def taking_values(command: Any) -> frozenset[str]:
    """The options of a command, and of all below it, that are followed by a value."""
    own = {
        name
        for each in command.params
        if not getattr(each, "is_flag", True)
        for name in each.opts
        if name.startswith("-")
    }
    below = [taking_values(each) for each in getattr(command, "commands", {}).values()]
    return frozenset(own.union(*below))


def hoisted(args: list[str], with_value: frozenset[str]) -> list[str]:
    """The arguments with global options first. What another option takes as its value stays where it is."""
    first, rest, place = list[str](), list[str](), 0
    while place < len(args) and args[place] != "--":
        word = args[place]
        option = word.partition("=")[0]
        takes_next = option == word and (word in GLOBAL_OPTIONS or word in with_value)
        is_global = word in GLOBAL_FLAGS or option in GLOBAL_OPTIONS
        end = place + (2 if takes_next else 1)
        (first if is_global else rest).extend(args[place:end])
        place = end
    return first + rest + args[place:]
