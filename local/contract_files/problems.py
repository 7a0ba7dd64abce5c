"""What each call may be refused with, as the contract says it; and docs/api.md, the list of calls and problems."""

from collections.abc import Iterable
from pathlib import Path

from booking.problems import TYPE_PREFIX, Problem
from handlers._operations import Operation, Who
from handlers.routes import all_operations
from local import documents

OF_EVERY_CALL = (Problem.THROTTLED, Problem.INTERNAL_ERROR, Problem.UNAVAILABLE)


def of(operation: Operation) -> list[Problem]:
    """All that a call may be refused with, in order of status: its own, and those it has in common with others."""
    common: list[tuple[bool, tuple[Problem, ...]]] = [
        (not {"body", "payload"}.isdisjoint(operation.takes), (Problem.INVALID_BODY, Problem.BODY_TOO_LARGE)),
        ("query" in operation.takes, (Problem.INVALID_PARAMETER,)),
        ("key" in operation.takes, (Problem.INVALID_IDEMPOTENCY_KEY,)),
        ("if_match" in operation.takes, (Problem.CHANGED_MEANWHILE, Problem.IF_MATCH_MISSING)),
        (operation.who is Who.SIGNED_IN, (Problem.UNAUTHORIZED,)),
        (operation.who is Who.APPLICATIONS, (Problem.INVALID_API_KEY,)),
        (bool(operation.machine), (Problem.IDEMPOTENCY_KEY_USED, Problem.UNSUPPORTED_MEDIA_TYPE)),
        (bool(operation.machine and operation.path_ids), (Problem.BOOKING_NOT_FOUND,)),
        # An id with a slash is another path, for whoever reads the slash before API Gateway does.
        (bool(operation.path_ids and not operation.machine), (Problem.NO_SUCH_CALL,)),
        (True, OF_EVERY_CALL),
    ]
    found = {*operation.refusals, *(each for holds, group in common if holds for each in group)}
    return sorted(found, key=lambda each: (each.status, each.kind))


def listed(operation: Operation) -> str:
    """The problems of a call, but for those of every call; empty where there are none."""
    found = _own(operation)
    return f"Problems: {_named(found)}." if found else ""


def all_listed() -> str:
    """What is said of a problem's type: every one there is, and no promise that there will be no more."""
    return (
        f"Stable; test this: `{TYPE_PREFIX}` and one of {_named(Problem)}. There may come more: take one you do not "
        f"know by its status. Every call may have {', '.join(each.kind for each in OF_EVERY_CALL)}."
    )


def _own(operation: Operation) -> list[Problem]:
    return [each for each in of(operation) if each not in OF_EVERY_CALL]


def _named(problems: Iterable[Problem]) -> str:
    return ", ".join(f"{each.kind} ({each.status})" for each in problems)


# -- docs/api.md -----------------------------------------------------------------------------------------------------

HEAD = """\
# The API

Written by `make contract-files` from the declarations in `functions/handlers/routes/` and from
`functions/booking/problems.py`: change those. The contract itself is [openapi.yaml](../openapi.yaml). Every practice
serves it at `GET /v1/openapi.json`, open to everyone, without what only API Gateway is told: programs make clients of
it. Who may do what is in [security.md](security.md).
"""

_WHO = {Who.SIGNED_IN: "signed in", Who.APPLICATIONS: "API key", Who.EVERYONE: "everyone"}


def files() -> dict[Path, str]:
    """The page that lists all calls and all problems."""
    every = ", ".join(f"`{each.kind}`" for each in OF_EVERY_CALL)
    text = f"""\
{HEAD}
## Calls

Every call may also have the problems {every}.

{_table(("call", "for", "what", "problems"), map(_row, all_operations()))}
## Problems

An answer of `application/problem+json` (RFC 9457) has a `type` that is stable: `{TYPE_PREFIX}`
and one of these. There may come more: take one you do not know by its status.

{_table(("type", "status", "title", "when"), ((f"`{p.kind}`", str(p.status), p.title, p.when) for p in Problem))}"""
    return {documents.ROOT / "docs" / "api.md": text}


def _row(operation: Operation) -> tuple[str, ...]:
    problems = ", ".join(f"`{each.kind}`" for each in _own(operation))
    return f"`{operation.method} {operation.path}`", _WHO[operation.who], operation.summary, problems


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
