"""``make chaos``: bookings flow while everything around them breaks; afterwards every 202 is accounted for.

In a laptop cloud of its own, bounded in count and time. While submissions come in, PostgreSQL is stopped and started,
Lambda environments are killed, queue messages are doubled and delayed, and the providers fail half of the time and then
always. A third of the sessions are paid for beforehand: people pay, are declined, leave and cancel, and the payment
provider loses answers and events. Two people on call redrive what fails and run bookings again, also while PostgreSQL
is away. Then everything is mended, what failed is redriven, messages bounce and are sent again, dead letters are put
back: all through bookingctl. At last the account is drawn up, of bookings, messages, acts and money.
"""

import json
import os
import random
import signal
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import psutil
import psycopg2
from psycopg2.extras import RealDictCursor
from rich.console import Console
from rich.table import Table

from booking import notices
from booking.codes import UndeliverableReason
from booking.database import Database
from booking.store import Stores
from local import demo, environments, watch
from local.api import call
from local.cloud import LaptopCloud
from local.command import run
from local.errors import LocalCloudError
from local.faults import set_faults
from local.on_call import OnCall
from local.payers import Payers
from local.places import PORTS, Ports, free_ports

SUBMISSIONS = 120
SLOTS = 40
SUBMITTING_SECONDS = 45
DRAIN_SECONDS = 420
LONGEST_SECONDS = 180
"""So long anything else is waited for."""
WAIT_SCALE = "0.05"
VISIBILITY_SECONDS = {"notification": 65, "acts": 5}
"""Just over a claim's lease: what a killed consumer held comes back within a minute instead of five. Acts that found
PostgreSQL away come back at once, instead of after two minutes."""
DECIDED = ("confirmed", "rejected", "cancelled")
MACHINES = ("booking", "cancellation", "payment")
PREPAID_EACH = 3
"""Each third submission is of a session that is paid for beforehand; of three that want a slot, one."""
STRIPE_FAULTS = {
    "limited": 0.05,
    "unavailable": 0.1,
    "dropped": 0.05,
    "failed": 0.05,
    "failed_late": 0.05,
    "lost": 0.1,
    "events_lost": 0.3,
    "events_repeated": 0.3,
    "events_late": 5.0,
}
OF_MONEY = "of a session that is paid for"
"""In place of words that told how its payment stood when they were sent: they are counted by whom they went to."""
OVERTAKEN = (UndeliverableReason.BOOKING_CHANGED, UndeliverableReason.TOO_LATE)
FAILURES, RERUN, RESENT, DEAD_LETTERS = 20, 3, 3, 5
"""So many executions fail before anybody acts; of the rest, with how many it is done."""

console = Console(highlight=False)


class Chaos:
    """One run: submitting, breaking, mending, accounting."""

    def __init__(self, cloud: LaptopCloud, stack: dict[str, Any]) -> None:
        self._cloud, self._stack = cloud, stack
        self._random = random.Random(7)  # noqa: S311  # the same chaos each time, as far as threads allow
        self.on_call = OnCall(cloud.client("stepfunctions"), stack, self._rows)
        self.accepted: dict[str, str] = {}  # the start that was wanted, by booking
        self.payers = Payers(cloud.client("stepfunctions"), stack, self._rows, _user)

    def run(self) -> bool:
        """Whether every line of the account is as it must be."""
        self.payers.ask_for_payment()
        is_over = threading.Event()
        with ThreadPoolExecutor(2) as pool:
            paying = pool.submit(self._pay, is_over)
            try:
                breaking = pool.submit(self._break_things)
                self._submit()
                breaking.result()  # chaos that did not happen proves nothing
                self._mend()
                self._redrive_until_all_is_decided()
            finally:
                is_over.set()
            paying.result()
        self._bounce_and_resend()
        self._put_dead_letters_back()
        return self._account()

    def _pay(self, is_over: threading.Event) -> None:
        while not is_over.wait(0.5):
            self.payers.act()

    def _submit(self) -> None:
        starts = [start.isoformat() for start in islice(demo.starts(datetime.now(UTC)), SLOTS)]
        therapist, service = (self._stack["demo"][name] for name in ("therapist_id", "service_id"))

        def post(number: int) -> None:
            time.sleep(number * SUBMITTING_SECONDS / SUBMISSIONS)
            key, start = f"chaos-{number}", starts[number % SLOTS]
            wanted = service if number % PREPAID_EACH else str(demo.VIDEO_SERVICE_ID)
            answer = call(
                "POST",
                f"{self._stack['api_url']}/v1/bookings",
                token=self._stack["users"][_user(key)]["id_token"],
                headers={"Idempotency-Key": key},
                body={"therapist_id": therapist, "service_id": wanted, "starts_at": start},
            )
            if answer.status == 202:
                self.accepted[key] = start

        with ThreadPoolExecutor(SUBMISSIONS) as pool:
            list(pool.map(post, range(SUBMISSIONS)))
        self._say(f"{SUBMISSIONS} submissions, {len(self.accepted)} accepted")

    def _break_things(self) -> None:
        aws = self._stack["aws_endpoint_url"]
        time.sleep(3)
        self._say("queue messages come twice and late; each provider fails half of the time")
        set_faults(aws, email=0.5, sms=0.5, duplicate=0.3, delay=3)
        self._say("the payment provider fails, loses answers, and loses, repeats and delays its events")
        set_faults(self._stack["stripe_url"], **STRIPE_FAULTS)
        for outage in (4, 6):
            time.sleep(5)
            self._say(f"PostgreSQL is stopped for {outage} s")
            self._cloud.postgres.stop()
            time.sleep(outage)
            self._cloud.postgres.start()
            self._say(f"{self._kill_environments()} Lambda environments are killed")
        self._say("the providers are down altogether")
        set_faults(aws, email=1.0, sms=1.0)
        self._wait_until(f"{FAILURES} failures", lambda: len(self.on_call.failed()) >= FAILURES)
        self._act_during_an_outage()

    def _act_during_an_outage(self) -> None:
        """Two people redrive the same, and PostgreSQL goes and comes back while they do; then bookings run again."""
        with ThreadPoolExecutor(2) as pool:
            acting = [pool.submit(self.on_call.act, "redrive", "--since", "1h", "--rate", "4") for _ in range(2)]
            self._wait_until("an act", lambda: self._rows("SELECT 1 FROM booking_events WHERE event = 'redriven'"))
            self._say("PostgreSQL is stopped for 5 s, while two people redrive")
            self._cloud.postgres.stop()
            time.sleep(5)
            self._cloud.postgres.start()
            done = [each.result() for each in acting]
        self._say(f"of {' and '.join(str(len(each)) for each in done)} acts {self.on_call.queued} are in the queue")
        failed = [each["booking_id"] for each in self.on_call.failed() if _can_run_again(each)]
        again = self.on_call.act("rerun", *sorted(failed)[:RERUN])
        self._say(f"{len(again)} bookings were run again: {dict(Counter(each['outcome'] for each in again))}")

    def _kill_environments(self) -> int:
        environments = [each for each in psutil.Process().children(recursive=True) if _is_environment(each)]
        chosen = self._random.sample(environments, min(3, len(environments)))
        for each in chosen:
            each.send_signal(signal.SIGKILL)
        return len(chosen)

    def _mend(self) -> None:
        set_faults(self._stack["aws_endpoint_url"])
        set_faults(self._stack["stripe_url"])
        self._say("everything is mended")

    def _redrive_until_all_is_decided(self) -> None:
        deadline = time.monotonic() + DRAIN_SECONDS
        while time.monotonic() < deadline:
            running, failed = self._running(), len(self.on_call.failed())
            if not running and not failed:
                return
            self._say(f"executions: {running} running, {failed} failed")
            if failed:
                self.on_call.act("redrive", "--since", "1h", "--rate", "50")
            time.sleep(2)

    def _running(self) -> int:
        pages = self._cloud.client("stepfunctions").get_paginator("list_executions")
        machines = [self._stack[f"{'' if name == 'booking' else f'{name}_'}state_machine_arn"] for name in MACHINES]
        found = [page for each in machines for page in pages.paginate(stateMachineArn=each, statusFilter="RUNNING")]
        return sum(len(page["executions"]) for page in found)

    def _bounce_and_resend(self) -> None:
        """Messages of some clients bounce; two people hear of it, mend the addresses, and both send again."""
        query = (
            "SELECT booking_id, n.id FROM notifications n JOIN bookings b ON b.id = booking_id WHERE b.id IN (SELECT id"
            " FROM bookings WHERE status = 'confirmed' AND payment = 'none' ORDER BY id LIMIT %s)"
            " AND recipient = 'client'"
        )
        theirs = self._rows(query, RESENT)
        chosen, later = sorted({each["booking_id"] for each in theirs}), datetime.now(UTC) + timedelta(minutes=5)
        for each in theirs:
            news = {"notification_id": str(each["id"]), "delivery": "bounced", "at": later.isoformat()}
            self._send("delivery_queue_url", news)
        self._say(f"{len(theirs)} messages to clients bounce")
        self._wait_until("who is unreached", lambda: self._unreached() == chosen)
        self._rows("UPDATE client_contacts SET undeliverable = NULL RETURNING 1")
        with ThreadPoolExecutor(2) as pool:
            for booking_id in chosen:
                list(pool.map(lambda _, each=booking_id: self.on_call.act("resend", each), range(2)))
        self._say("the addresses are mended, and two people sent them again")

    def _unreached(self) -> list[str]:
        found = self.on_call.look("attention", "--kind", "unreached") or {"attention": []}
        return sorted({each["booking_id"] for each in found["attention"]})

    def _put_dead_letters_back(self) -> None:
        """Messages whose tokens are long gone, put back while PostgreSQL is away: nothing is sent again."""
        sent = self._rows("SELECT booking_id, id FROM notifications WHERE status = 'sent' LIMIT %s", DEAD_LETTERS)
        for each in sent:
            task = {"booking_id": each["booking_id"], "notification_id": str(each["id"]), "task_token": "gone"}
            self._send("notification_dead_letter_queue_url", task)
        self._say("PostgreSQL is stopped, while dead letters are put back")
        self._cloud.postgres.stop()
        put_back = self.on_call.act("dlq", "redrive", "--all")
        self._cloud.postgres.start()
        self._say(f"{len(put_back)} dead letters were put back")

    def _send(self, queue: str, message: dict[str, Any]) -> None:
        self._cloud.client("sqs").send_message(QueueUrl=self._stack[queue], MessageBody=json.dumps(message))

    @staticmethod
    def _wait_until(what: str, is_so: Callable[[], Any]) -> None:
        deadline = time.monotonic() + LONGEST_SECONDS
        while not is_so():
            if time.monotonic() > deadline:
                raise LocalCloudError(f"{what} did not come within {LONGEST_SECONDS} s")
            time.sleep(0.2)

    # -- The account --------------------------------------------------------------------------------------------------

    def _account(self) -> bool:
        bookings = {row["id"]: row for row in self._rows("SELECT id, status FROM bookings")}
        doubled = self._rows(
            "SELECT 1 FROM bookings a JOIN bookings b ON a.id < b.id AND a.therapist_id = b.therapist_id "
            "AND a.occupied && b.occupied WHERE a.status = 'confirmed' AND b.status = 'confirmed'"
        )
        decided = Counter(bookings[key]["status"] for key in self.accepted if key in bookings)
        had = {
            start for key, start in self.accepted.items() if key in bookings and bookings[key]["status"] != "rejected"
        }
        due = self._due()
        known = {row["key"] for row in due}
        sent = Counter[Any](each if each in known else (each[0], OF_MONEY) for each in self._sent().elements())
        tried, keys = Counter[Any](), {str(row["id"]): row["key"] for row in due}
        for row in due:
            tried[row["key"]] += row["attempts"]
        resent = Counter(keys[message] for message in self._put_back())
        expected = Counter(row["key"] for row in due) + resent
        missing = expected - sent
        again = sent - expected
        lines: list[tuple[str, int, int | str | None]] = [
            ("202 answers", len(self.accepted), None),
            ("confirmed", decided["confirmed"], None),
            ("rejected", decided["rejected"], None),
            ("cancelled, or not paid for in time", decided["cancelled"], None),
            ("202 answers without a decision", len(self.accepted) - sum(decided[each] for each in DECIDED), 0),
            ("slots wanted that nobody had", len(set(self.accepted.values()) - had), 0),
            ("slots with two bookings", len(doubled), 0),
            ("executions that run still", self._running(), 0),
            ("failures that nothing has mended", len(self.on_call.failed()), 0),
            ("messages overtaken: what they were about had changed before they were sent", self._overtaken(), None),
            ("messages due", expected.total() - resent.total(), None),
            ("messages due again, for they had bounced", resent.total(), "some"),
            ("messages not recorded as sent", sum(row["status"] != "sent" for row in due), 0),
            ("messages that never reached a provider", missing.total(), 0),
            ("messages sent again: their sender died before it could write it down", again.total(), None),
            ("messages sent more often than they were tried", (sent - tried).total(), 0),
            ("messages that nobody was due", sum(times for key, times in sent.items() if key not in expected), 0),
            ("people told on no channel", len(self._unreached()), 0),
            ("dead letters", len(self.on_call.look("dlq", "list") or []), 0),
            *self.on_call.account(),
            *self._money(),
        ]
        table = Table("account", "count", "must be", box=None)
        for what, count, must_be in lines:
            table.add_row(what, str(count), "" if must_be is None else str(must_be))
        console.print(table)
        for each in self.on_call.broke:
            console.print(each, markup=False)
        return all(_is_right(count, must_be) for _, count, must_be in lines) and bool(self.accepted)

    def _money(self) -> list[tuple[str, int, int | str | None]]:
        database = Database(self._cloud.postgres.config(), "chaos")
        try:
            return self.payers.account(Stores(database))
        finally:
            database.close()

    def _put_back(self) -> list[str]:
        """The messages that were to be sent again, by their ids, as often as they were."""
        found = self._rows("SELECT detail -> 'messages' AS messages FROM booking_events WHERE event = 'put_back'")
        return [each["notification_id"] for row in found for each in row["messages"]]

    def _overtaken(self) -> int:
        return len(self._rows("SELECT 1 FROM notifications WHERE reason = ANY (%s)", list(OVERTAKEN)))

    def _due(self) -> list[dict[str, Any]]:
        """Every message of the ledger that was still true, with what it says and to whom as its key."""
        database = Database(self._cloud.postgres.config(), "chaos")
        rows = self._rows(
            "SELECT n.id, n.status, n.attempts, b.payment FROM notifications n JOIN bookings b ON b.id = n.booking_id"
            " WHERE n.reason IS NULL OR n.reason <> ALL (%s)",
            list(OVERTAKEN),
        )
        with Stores(database).transaction() as store:
            letters = {row["id"]: store.ledger.letter_of(row["id"]) for row in rows}
        database.close()
        for row in rows:
            letter, message = letters[row["id"]], notices.compose(letters[row["id"]], self._stack["site_url"])
            said = message.text if letter.channel == "email" else message.sms
            row["key"] = (letter.address, said if row["payment"] == "none" else OF_MONEY)
        return rows

    def _sent(self) -> Counter[tuple[str, str]]:
        endpoint = self._stack["aws_endpoint_url"]
        mails = Counter((mail["To"][0], mail["BodyText"]) for mail in watch.emails(endpoint))
        return mails + Counter((text["PhoneNumber"], text["Message"]) for text in watch.texts(endpoint))

    def _rows(self, query: str, *parameters: object) -> list[dict[str, Any]]:
        connection = psycopg2.connect(self._stack["database_url"], cursor_factory=RealDictCursor)
        with connection, connection.cursor() as cursor:
            cursor.execute(query, parameters)
            found = [dict(row) for row in cursor.fetchall()]
        connection.close()
        return found

    @staticmethod
    def _say(text: str) -> None:
        console.print(f"{datetime.now(UTC):%H:%M:%S}  {text}")


def _user(key: str) -> str:
    """Whose login a submission is made with: the second round of slots is the other client's."""
    return ("client", "other_client")[_number(key) // SLOTS % 2]


def _can_run_again(failure: dict[str, Any]) -> bool:
    """Of a booking that waits for nothing: two executions of one that waits for its payment would both wait, and only
    the one that came last is woken; the other goes on when the hold's half hour is over."""
    return failure["machine"] == "booking" and _number(failure["booking_id"]) % PREPAID_EACH != 0


def _number(key: str) -> int:
    return int(key.removeprefix("chaos-"))


def _is_right(count: int, must_be: int | str | None) -> bool:
    return must_be is None or (count > 0 if must_be == "some" else count == must_be)


def _is_environment(process: psutil.Process) -> bool:
    try:
        return process.name() == environments.NAME or any("lambda_runtime" in word for word in process.cmdline())
    except psutil.Error:
        return False  # it has gone by itself


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="therapist-booking-chaos-", dir="/tmp") as folder:  # gone after
        Path(folder).chmod(0o755)
        ports = {name: str(port) for name, port in free_ports(*PORTS).items()}
        os.environ.update(ports, LOCAL_FOLDER=f"{folder}/local", SFN_WAIT_SCALE=WAIT_SCALE, OPEN_LIMITS="1")
        cloud = LaptopCloud(Path(os.environ["LOCAL_FOLDER"]), Ports(), console.print)
        try:
            stack = cloud.start()
            for name, seconds in VISIBILITY_SECONDS.items():
                attributes = {"VisibilityTimeout": str(seconds)}
                cloud.client("sqs").set_queue_attributes(QueueUrl=stack[f"{name}_queue_url"], Attributes=attributes)
            clean = Chaos(cloud, stack).run()
        finally:
            cloud.stop()
    console.print("✓ a clean account" if clean else "✗ the account is off")
    return 0 if clean else 1


if __name__ == "__main__":
    run(main)
