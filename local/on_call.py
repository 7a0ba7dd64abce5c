"""Who is on call in ``make chaos``: acts by bookingctl only, and holds it to what it said.

What each command says it did is kept. In the end the history must have each of these acts once, and Step Functions what
each act says: as many restarts as ``redriven`` acts that were not refused, for a rerun or a resend its execution.
"""

import json
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from booking.codes import ACT_REFUSED, Act, Recorded
from ops.batch import REFUSED
from ops.errors import EXIT_FAILED_AGAIN

MACHINES = ("booking", "cancellation", "rescheduling", "reminder", "offer", "payment", "resend")
RECORDED_SECONDS = 60
"""So long after the last outage the queue of acts may need to be empty."""

ACTS = {
    ("redrive",): Act.REDRIVEN,
    ("rerun",): Act.RERUN,
    ("resend",): Act.RESENT,
    ("dlq", "redrive"): Act.MESSAGE_REDRIVEN,
}
"""Which act a command does to each thing that it names."""


class Told(NamedTuple):
    """One act, as bookingctl told it or as the history has it."""

    act: str
    subject: str
    is_refused: bool


class OnCall:
    """Several people may act at once. ``broke``: commands that ended in nothing an operator could read."""

    def __init__(self, states: Any, stack: dict[str, Any], rows: Callable[..., list[dict[str, Any]]]) -> None:
        self._states, self._stack, self._rows = states, stack, rows
        self._lock = threading.Lock()
        self.told: list[Told] = []
        self.queued = 0
        self.broke: list[str] = []

    # -- Acting ----------------------------------------------------------------------------------------------------

    def act(self, *command: str) -> list[dict[str, Any]]:
        """Does it without being asked, and returns what became of each thing."""
        act = next(act for words, act in ACTS.items() if command[: len(words)] == words)
        found = self.look(*command, "--reason", "chaos", "--yes") or []
        for each in found:
            if each["recorded"] is not None:
                subject = each["execution"] if "execution" in each else f"message:{each['message_id']}"
                with self._lock:
                    self.told.append(Told(act, subject, each["outcome"] == REFUSED))
                    self.queued += each["recorded"] == Recorded.IN_QUEUE
        return list(found)

    def look(self, *command: str) -> Any:
        """What a command says as JSON; None when it had nothing to say."""
        program = str(Path(sys.executable).with_name("bookingctl"))
        done = subprocess.run([program, "--local", *command, "--json"], capture_output=True, text=True)
        if "Traceback" in done.stderr or done.returncode not in (0, EXIT_FAILED_AGAIN):
            with self._lock:
                self.broke.append(f"{' '.join(command)}: {done.returncode}: {done.stderr[-2000:]}")
        return json.loads(done.stdout) if done.stdout else None

    def failed(self) -> list[dict[str, Any]]:
        """What failed, and nothing has mended since."""
        return list(self.look("failed", "--limit", "1000") or [])

    # -- The account -----------------------------------------------------------------------------------------------

    def account(self) -> list[tuple[str, int, int | str | None]]:
        """Lines of the account: what, how many, how many there must be (``some``: at least one)."""
        told = Counter(self.told)
        written = self._written(told)
        done = [(act, subject) for act, subject, is_refused in written.elements() if not is_refused]
        acts = Counter(act for act, _ in done)
        redriven = Counter(subject for act, subject in done if act == Act.REDRIVEN)
        started = Counter(subject for act, subject in done if act in (Act.RERUN, Act.RESENT))
        arns = self._arns()
        restarts = Counter({arn: self._restarts(arn) for arn in arns})
        runs = Counter(arn for arn in arns if arn.rpartition(":")[2].startswith(("rerun-", "resend-")))
        return [
            ("acts that bookingctl told", told.total(), None),
            ("of these in the queue, for PostgreSQL was away", self.queued, "some"),
            ("of these refused: somebody else was faster", sum(each.is_refused for each in self.told), None),
            ("executions redriven", acts[Act.REDRIVEN], "some"),
            ("bookings run again", acts[Act.RERUN], "some"),
            ("resends", acts[Act.RESENT], "some"),
            ("dead letters put back", acts[Act.MESSAGE_REDRIVEN], "some"),
            ("acts that were told and are not in the history", (told - written).total(), 0),
            ("acts in the history that nobody told, or twice", (written - told).total(), 0),
            ("restarts in Step Functions that no act says", (restarts - redriven).total(), 0),
            ("acts that say a restart that was not", (redriven - restarts).total(), 0),
            ("reruns and resends in Step Functions that no act says", (runs - started).total(), 0),
            ("acts that say a rerun or a resend that was not", (started - runs).total(), 0),
            ("commands that ended in no words for an operator", len(self.broke), 0),
        ]

    def _written(self, told: Counter[Told]) -> Counter[Told]:
        """The acts of the history, once the queue has brought what was told, or had the time for it."""
        deadline = time.monotonic() + RECORDED_SECONDS
        while (written := self._history()) != told and time.monotonic() < deadline:
            time.sleep(1)
        return written

    def _history(self) -> Counter[Told]:
        query = (
            "SELECT act.event, act.execution, refusal.id IS NOT NULL AS is_refused FROM booking_events act "
            "LEFT JOIN booking_events refusal ON refusal.act_id = act.act_id AND refusal.event = %s "
            "WHERE act.event = ANY (%s)"
        )
        found = self._rows(query, ACT_REFUSED, [str(act) for act in Act])
        return Counter(Told(each["event"], each["execution"], each["is_refused"]) for each in found)

    def _arns(self) -> list[str]:
        pages = self._states.get_paginator("list_executions")
        machines = [self._stack[f"{'' if name == 'booking' else f'{name}_'}state_machine_arn"] for name in MACHINES]
        return [
            each["executionArn"]
            for machine in machines
            for page in pages.paginate(stateMachineArn=machine)
            for each in page["executions"]
        ]

    def _restarts(self, arn: str) -> int:
        pages = self._states.get_paginator("get_execution_history").paginate(executionArn=arn)
        return sum(event["type"] == "ExecutionRedriven" for page in pages for event in page["events"])
