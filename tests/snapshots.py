"""What every command of bookingctl says, kept as files: at 80 and 120 columns, plain and in colour.

``.venv/bin/python -m tests.snapshots`` writes tests/unit/snapshots anew; look at the difference before you keep it.
"""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from typer.main import get_command

from booking.codes import Recorded
from booking.contracts.operations import DeadLetterQueue
from booking.contracts.traces import ExecutionStatus, Machine
from booking.errors import ProviderUnavailable
from local import documents
from ops import cli
from tests.gateway import FakeCognito, FakeGateway
from tests.operators import NOW, FakePractice, run

FOLDER = Path(__file__).parent / "unit" / "snapshots"
WIDTHS = (80, 120)
ESCAPE = re.compile(r"\x1b(\[[0-9;]*m|\]8;[^\x1b]*\x1b\\)")

BOOKING = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
LONG = "monday-morning_" + "0123456789" * 6 + "-last"
MESSAGE = "059f36b4-87a3-4a5e-9a53-0e1f6a0b7c11"
CLIENT = "33333333-3333-4333-8333-333333333333"
THERAPIST = "11111111-1111-4111-8111-111111111111"
WHY = ("--reason", "the mail is back")


class Story(NamedTuple):
    """A command, and what makes it say something else than usual."""

    words: tuple[str, ...]
    about: str = ""
    typed: str | None = None
    given: Callable[[FakePractice], None] = lambda _: None


def practice() -> FakePractice:
    """One night of a practice: failures of every kind, a bounced mail, dead letters, keys."""
    made = FakePractice()
    made.executions.fail(BOOKING)
    made.executions.fail(LONG, error="StatementRefused", ago=timedelta(hours=5))
    made.executions.fail(
        "move-tuesday", machine=Machine.RESCHEDULING, state="MoveBooking", booking="b-17", ago=timedelta(hours=2)
    )
    made.executions.fail("of-somebody-else", given="{}", error="ContractViolated", ago=timedelta(days=2))
    expired = made.executions.fail("of-last-month", ago=timedelta(days=20))
    described = made.executions.described[expired]
    made.executions.described[expired] = described._replace(
        redrivable=False, redrive_reason="Execution redrivable period exceeded"
    )
    _waits(made, "b-18")
    made.executions.put("b-19", ExecutionStatus.RUNNING, NOW, given='{"booking_id": "b-19"}')
    made.answers["DescribeBooking"] = _file
    made.answers["FindBookings"] = _found
    made.answers["ClientData"] = {"outcome": "done", "file": {"client": {"name": "erased"}}}
    made.answers["ExportBookings"] = {"bookings": [_line("completed"), _line("no_show")], "next": None}
    charges = [_charge("a"), _charge("b", refunded=4500, disputed=True), _charge("c")]
    made.answers["ListCharges"] = {"charges": charges, "next": None}
    made.answers["ListPayments"] = {"payments": [_payment("a"), _payment("b"), _payment("d")], "next": None}
    task = {"booking_id": BOOKING, "notification_id": "66666666-6666-4666-8666-666666666666", "task_token": "AAA"}
    made.dead(DeadLetterQueue.NOTIFICATIONS, task, "", MESSAGE)
    made.dead(
        DeadLetterQueue.ATTENTION,
        "{}",
        "ExecutionStatusChange: detail: missing",
        "d5f1cbe2-4b1d-4b6c-8b7e-0f6e3b0f7c22",
    )
    made.aws.clients |= {"apigateway": FakeGateway(), "cognito-idp": FakeCognito()}  # type: ignore[attr-defined]  # doubles
    return made


def _waits(made: FakePractice, name: str) -> None:
    arn = made.executions.fail(name, error="ProviderUnavailable", ago=timedelta(seconds=1), state="DeliverNotification")
    described = made.executions.described[arn]
    listed = described.listed._replace(status=ExecutionStatus.RUNNING, stopped=None)
    made.executions.described[arn] = described._replace(listed=listed, error=None)
    made.executions.histories[arn] = made.executions.histories[arn][:-1]
    made.executions.definitions[Machine.BOOKING] = documents.state_machines()["booking"]


def _file(asked: dict[str, Any]) -> dict[str, Any]:
    messages = [
        {"event": "booking_confirmed", "recipient": "client", "channel": "email", "status": "sent", "attempts": 2}
        | {"notification_id": "66666666-6666-4666-8666-666666666666", "delivery": "bounced"},
        {"event": "booking_confirmed", "recipient": "therapist", "channel": "email", "status": "sent", "attempts": 1}
        | {"notification_id": "77777777-7777-4777-8777-777777777777", "delivery": "delivered"},
        {"event": "booking_confirmed", "recipient": "client", "channel": "sms", "status": "undeliverable"}
        | {"notification_id": "88888888-8888-4888-8888-888888888888", "attempts": 1, "reason": "no_contact"},
    ]
    actor = "arn:aws:sts::123456789012:assumed-role/operators/olga"
    detail = {"code": "provider_is_back", "reason": "The mail provider is back, as their status page says since eight."}
    redriven = {"event": "redriven", "actor": actor, "execution": "arn:x", "detail": detail}
    return {
        "booking_id": asked["booking_id"],
        "status": "confirmed",
        "decision": {"status": "confirmed", "reasons": [], "starts_at": "2027-03-07T09:00:00Z", "ends_at": None}
        | {"therapist_id": THERAPIST, "service_id": None, "client_id": CLIENT, "series_id": None},
        "notifications": messages,
        "unreached": {"since": NOW.isoformat(), "recipients": ["client"]},
        "events": [{**redriven, "at": (NOW - timedelta(minutes=1)).isoformat()}],
    }


def _found(asked: dict[str, Any]) -> dict[str, Any]:
    if "client_name" in asked and "on" not in asked:
        client = {"client_id": CLIENT, "active": True, "last_session": "2027-02-01T09:00:00Z", "next_session": None}
        return {"clients": [client]}
    attention = {"status": "UNREACHED", "error": None, "since": (NOW - timedelta(hours=1)).isoformat()}
    ids = {"therapist_id": THERAPIST, "service_id": None, "client_id": CLIENT}
    times = {"starts_at": "2027-03-07T09:00:00Z", "ends_at": None}
    return {"bookings": [{"booking_id": "b-20", "status": "confirmed", **times, **ids, "attention": attention}]}


def _line(status: str) -> dict[str, Any]:
    known = {"booking_id": "b", "day": "2027-03-03", "time": "10:00", "status": status, "minutes": 50}
    named = {"therapist_id": THERAPIST, "therapist": "Miriam Adler", "service": "individual session"}
    return {**known, **named, "price_cents": 9500, "currency": "EUR"}


def _without_postgresql(made: FakePractice) -> None:
    made.answers.clear()
    made.records.where, made.records.why = Recorded.IN_QUEUE, "PostgreSQL is away"


def _failing_again(made: FakePractice) -> None:
    _without_postgresql(made)
    made.executions.ends[BOOKING] = ExecutionStatus.FAILED


def _nothing_recorded(made: FakePractice) -> None:
    made.records.broken = ProviderUnavailable("SQS: EndpointConnectionError")


def _nothing(made: FakePractice) -> None:
    made.executions.described.clear()
    made.sqs.queues.clear()
    made.answers["FindBookings"] = {}


def _lost(made: FakePractice) -> None:
    made.answers["DescribeBooking"] = {"booking_id": "b-9", "status": None}


def _unknown_client(made: FakePractice) -> None:
    made.answers["ClientData"] = {"outcome": "unknown"}


def _agreeing(made: FakePractice) -> None:
    made.answers["ListCharges"] = {"charges": [_charge("a")], "next": None}
    made.answers["ListPayments"] = {"payments": [_payment("a")], "next": None}


def _unpaid(made: FakePractice) -> None:
    made.answers["ListCharges"] = {"charges": [], "next": None}
    made.answers["ListPayments"] = {"payments": [], "next": None}


def _charge(name: str, **more: Any) -> dict[str, Any]:
    known = {"payment_intent_id": f"pi_3Q0aBcDeFgHiJkLmNoPqRs{name}", "booking_id": BOOKING, "key": None}
    sums = {"captured": 9000, "refunded": 0, "currency": "EUR", "disputed": False}
    return {**known, **sums, "created_at": "2027-03-01T08:00:00Z", **more}


def _payment(name: str, **more: Any) -> dict[str, Any]:
    known = {"payment_intent_id": f"pi_3Q0aBcDeFgHiJkLmNoPqRs{name}", "booking_id": BOOKING}
    return {**known, "captured": 9000, "refunded": 0, "currency": "EUR", "at": "2027-03-01T08:01:00Z", **more}


DAYS = ("--from", "2027-03-01", "--to", "2027-03-31")

STORIES: dict[str, tuple[Story, ...]] = {
    "failed": (
        Story(("failed",)),
        Story(("failed", "--limit", "1")),
        Story(("failed",), "nothing has", given=_nothing),
    ),
    "watch": (Story(("watch", "--times", "1")),),
    "attention": (
        Story(("attention",)),
        Story(("attention",), "PostgreSQL is away", given=_without_postgresql),
        Story(("attention",), "nothing", given=_nothing),
    ),
    "find": (
        Story(("find", "--client", "jon", "--on", "2027-03-07")),
        Story(("find", "--client", "jon")),
        Story(("find", "--client", "jon", "--on", "monday")),
        Story(("find", "--client", "jon"), "nobody", given=_nothing),
    ),
    "show": (
        Story(("show", BOOKING)),
        Story(("show", BOOKING, "--input-output"), "PostgreSQL is away", given=_without_postgresql),
        Story(("show", "b-18"), "it waits", given=_without_postgresql),
        Story(("show", "b-9"), "there is none", given=_lost),
    ),
    "graph": (Story(("graph", BOOKING)),),
    "redrive": (
        Story(("redrive", BOOKING, *WHY), "yes", typed="y\n"),
        Story(("redrive", BOOKING, *WHY), "no", typed="n\n"),
        Story(("redrive", "--since", "30d", *WHY, "--yes"), "PostgreSQL is away", given=_failing_again),
        Story(("redrive", "--since", "30d", "--dry-run")),
        Story(("redrive", "--since", "1d", *WHY, "--yes"), "nothing records", given=_nothing_recorded),
        Story(("redrive",)),
    ),
    "rerun": (
        Story(("rerun", BOOKING, "of-last-month", *WHY), typed="y\n"),
        Story(("rerun", BOOKING, "--dry-run")),
        Story(("rerun", "b-9", *WHY), "nothing was kept", given=_lost),
    ),
    "resend": (Story(("resend", BOOKING, *WHY), typed="y\n"), Story(("resend", BOOKING, "--dry-run"))),
    "dlq-list": (Story(("dlq", "list")), Story(("dlq", "list"), "nothing", given=_nothing)),
    "dlq-show": (Story(("dlq", "show", MESSAGE)), Story(("dlq", "show", "m"))),
    "dlq-redrive": (
        Story(("dlq", "redrive", MESSAGE, *WHY), typed="y\n"),
        Story(("dlq", "redrive", "--all", "--dry-run")),
        Story(("dlq", "redrive", *WHY)),
    ),
    "keys-create": (Story(("keys", "create", "calendar")), Story(("keys", "create", "site"))),
    "keys-list": (Story(("keys", "list")),),
    "keys-rotate": (Story(("keys", "rotate", "site"), typed="y\n"), Story(("keys", "rotate", "site", "--dry-run"))),
    "keys-revoke": (Story(("keys", "revoke", "site"), typed="y\n"), Story(("keys", "revoke", "nobody"))),
    "client-export": (
        Story(("client", "export", CLIENT, *WHY)),
        Story(("client", "export", "jonas", *WHY)),
        Story(("client", "export", CLIENT, *WHY), "there is none", given=_unknown_client),
    ),
    "client-erase": (
        Story(("client", "erase", CLIENT, *WHY), typed="y\n"),
        Story(("client", "erase", CLIENT, "--dry-run")),
    ),
    "export-bookings": (Story(("export", "bookings", *DAYS)),),
    "payments-reconcile": (
        Story(("payments", "reconcile", *DAYS)),
        Story(("payments", "reconcile", *DAYS), "they agree", given=_agreeing),
        Story(("payments", "reconcile", *DAYS), "nothing", given=_unpaid),
    ),
    "statistics": (Story(("statistics", *DAYS)),),
    "login-operator": (Story(("login", "operator", "olga@example.com")),),
    "login-token": (
        Story(("login", "token", "olga@example.com"), typed="123456\n"),
        Story(("login", "token", "olga@example.com", "--with-app"), typed="correct-Horse-9\n123456\n"),
    ),
    "login-pages": (Story(("login", "pages")),),
    "login-second-factor": (
        Story(
            ("login", "second-factor", "olga@example.com"),
            typed="123456\n654321\n123123\ncorrect-Horse-9\n",
        ),
    ),
}


def commands() -> Iterator[str]:
    """Every command there is, as its file is called."""
    root: Any = get_command(cli.app)
    for name, command in root.commands.items():
        below = getattr(command, "commands", None)
        yield from (f"{name}-{each}" for each in below) if below else (name,)


@cache
def said(name: str) -> tuple[tuple[str, int, str], ...]:
    """What a command says: a heading, how wide it may be, and the text."""
    return tuple(_said(name))


def _said(name: str) -> Iterator[tuple[str, int, str]]:
    yield "--help", 80, run(practice(), *name.split("-", 1), "--help").output
    for story in STORIES[name]:
        for width in WIDTHS:
            for colour in (False, True):
                environment: dict[str, Any] = {"COLUMNS": str(width)}
                if colour:
                    environment |= {"NO_COLOR": None, "FORCE_COLOR": "1", "TERM": "xterm-256color", "COLORTERM": None}
                made = practice()
                story.given(made)
                answer = run(made, *story.words, typed=story.typed, **environment)
                if answer.exception is not None and not isinstance(answer.exception, SystemExit):
                    raise answer.exception
                told = " ".join(story.words) + (f" ({story.about})" if story.about else "")
                heading = f"{told} | {width} columns{', in colour' if colour else ''} | exit {answer.exit_code}"
                yield heading, width, answer.output


def snapshot(name: str) -> str:
    """The file of a command. Escape sequences begin with a character that can be seen."""
    text = "".join(f"=== {heading}\n{output.rstrip()}\n\n" for heading, _, output in said(name))
    text = re.sub(r"\x1b\]8;id=\d+", "\x1b]8;id=0", text)  # Rich draws a number for a link
    return "\n".join(line.rstrip() for line in text.replace("\x1b", "␛").splitlines()) + "\n"


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.txt"):
        old.unlink()
    for name in commands():
        (FOLDER / f"{name}.txt").write_text(snapshot(name), encoding="utf-8")


if __name__ == "__main__":
    main()
