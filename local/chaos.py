"""``make chaos``: bookings flow while everything around them breaks; afterwards every 202 is accounted for.

In a laptop cloud of its own, bounded in count and time. While submissions come in, PostgreSQL is stopped and started,
Lambda environments are killed, queue messages are doubled and delayed, and the providers fail half of the time and then
always. Then everything is mended, what failed is redriven through bookingctl, and the account is drawn up.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import psutil
import psycopg2
from psycopg2.extras import RealDictCursor
from rich.console import Console
from rich.table import Table

from booking import notices
from booking.database import Database
from booking.store import Stores
from local import demo, watch
from local.api import call
from local.cloud import LaptopCloud
from local.command import run
from local.faults import set_faults
from local.places import Ports, free_ports

SUBMISSIONS = 120
SLOTS = 40
SUBMITTING_SECONDS = 45
DRAIN_SECONDS = 420
WAIT_SCALE = "0.05"
VISIBILITY_SECONDS = 65
"""Just over a claim's lease: what a killed consumer held comes back within a minute instead of five."""

console = Console(highlight=False)


class Chaos:
    """One run: submitting, breaking, mending, accounting."""

    def __init__(self, cloud: LaptopCloud, stack: dict[str, Any]) -> None:
        self._cloud, self._stack = cloud, stack
        self._random = random.Random(7)  # noqa: S311  # the same chaos each time, as far as threads allow
        self.redriven = 0
        self.accepted: dict[str, str] = {}  # the start that was wanted, by booking

    def run(self) -> bool:
        """Whether every line of the account is as it must be."""
        with ThreadPoolExecutor(1) as pool:
            breaking = pool.submit(self._break_things)
            self._submit()
            breaking.result()  # chaos that did not happen proves nothing
        self._mend()
        self._redrive_until_all_is_decided()
        return self._account()

    def _submit(self) -> None:
        starts = [start.isoformat() for start in islice(demo.starts(datetime.now(UTC)), SLOTS)]
        base = {name: self._stack["demo"][name] for name in ("therapist_id", "service_id")}
        users = ("client", "other_client")

        def post(number: int) -> None:
            time.sleep(number * SUBMITTING_SECONDS / SUBMISSIONS)
            key, start = f"chaos-{number}", starts[number % SLOTS]
            answer = call(
                "POST",
                f"{self._stack['api_url']}/v1/bookings",
                token=self._stack["users"][users[number // SLOTS % 2]]["id_token"],
                headers={"Idempotency-Key": key},
                body={**base, "starts_at": start},
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
        for outage in (4, 6):
            time.sleep(5)
            self._say(f"PostgreSQL is stopped for {outage} s")
            self._cloud.postgres.stop()
            time.sleep(outage)
            self._cloud.postgres.start()
            self._say(f"{self._kill_environments()} Lambda environments are killed")
        self._say("the providers are down altogether")
        set_faults(aws, email=1.0, sms=1.0)
        time.sleep(25)

    def _kill_environments(self) -> int:
        environments = [each for each in psutil.Process().children(recursive=True) if _is_environment(each)]
        chosen = self._random.sample(environments, min(3, len(environments)))
        for each in chosen:
            each.send_signal(signal.SIGKILL)
        return len(chosen)

    def _mend(self) -> None:
        set_faults(self._stack["aws_endpoint_url"])
        self._say("everything is mended")

    def _redrive_until_all_is_decided(self) -> None:
        deadline = time.monotonic() + DRAIN_SECONDS
        while time.monotonic() < deadline:
            statuses = Counter(each["status"] for each in self._executions())
            if set(statuses) == {"SUCCEEDED"}:
                return
            self._say(f"executions: {dict(statuses)}")
            self.redriven += statuses["FAILED"] + statuses["TIMED_OUT"] + statuses["ABORTED"]
            if statuses["FAILED"] or statuses["TIMED_OUT"] or statuses["ABORTED"]:
                command = [str(Path(sys.executable).with_name("bookingctl")), "--local", "redrive", "--since", "1h"]
                subprocess.run([*command, "--reason", "chaos is over", "--yes", "--rate", "50"], capture_output=True)
            time.sleep(5)

    def _executions(self) -> list[dict[str, Any]]:
        pages = self._cloud.client("stepfunctions").get_paginator("list_executions")
        machine = self._stack["state_machine_arn"]
        return [each for page in pages.paginate(stateMachineArn=machine) for each in page["executions"]]

    # -- The account --------------------------------------------------------------------------------------------------

    def _account(self) -> bool:
        bookings = {row["id"]: row for row in self._rows("SELECT id, status FROM bookings")}
        doubled = self._rows(
            "SELECT 1 FROM bookings a JOIN bookings b ON a.id < b.id AND a.therapist_id = b.therapist_id "
            "AND a.occupied && b.occupied WHERE a.status = 'confirmed' AND b.status = 'confirmed'"
        )
        decided = Counter(bookings[key]["status"] for key in self.accepted if key in bookings)
        due, sent = self._due(), self._sent()
        attempts = {row["key"]: row["attempts"] for row in due}
        expected = Counter(row["key"] for row in due)
        missing = expected - sent
        again = sent - expected
        too_often = [key for key, times in again.items() if times + expected[key] > attempts[key] * expected[key]]
        lines = [
            ("202 answers", len(self.accepted), None),
            ("confirmed", decided["confirmed"], None),
            ("rejected", decided["rejected"], None),
            ("202 answers without a decision", len(self.accepted) - decided.total(), 0),
            ("slots wanted that nobody has", len(set(self.accepted.values())) - decided["confirmed"], 0),
            ("slots with two bookings", len(doubled), 0),
            ("executions that did not succeed", sum(each["status"] != "SUCCEEDED" for each in self._executions()), 0),
            ("executions redriven by bookingctl", self.redriven, None),
            ("messages due", expected.total(), None),
            ("messages not recorded as sent", sum(row["status"] != "sent" for row in due), 0),
            ("messages that never reached a provider", missing.total(), 0),
            ("messages sent again: their sender died before it could write it down", again.total(), None),
            ("messages sent more often than they were tried", len(too_often), 0),
            ("messages that nobody was due", sum(times for key, times in sent.items() if key not in expected), 0),
        ]
        table = Table("account", "count", "must be", box=None)
        for what, count, must_be in lines:
            table.add_row(what, str(count), "" if must_be is None else str(must_be))
        console.print(table)
        return all(must_be is None or count == must_be for _, count, must_be in lines) and bool(self.accepted)

    def _due(self) -> list[dict[str, Any]]:
        """Every message of the ledger, with what it says and to whom as its key."""
        database = Database(self._cloud.postgres.config(), "chaos")
        rows = self._rows("SELECT id, status, attempts FROM notifications")
        with Stores(database).transaction() as store:
            letters = {row["id"]: store.ledger.letter(row["id"]) for row in rows}
        database.close()
        for row in rows:
            letter, message = letters[row["id"]], notices.compose(letters[row["id"]])
            row["key"] = (letter.address, message.text if letter.channel == "email" else message.sms)
        return rows

    def _sent(self) -> Counter[tuple[str, str]]:
        endpoint = self._stack["aws_endpoint_url"]
        mails = Counter((mail["To"][0], mail["BodyText"]) for mail in watch.emails(endpoint))
        return mails + Counter((text["PhoneNumber"], text["Message"]) for text in watch.texts(endpoint))

    def _rows(self, query: str) -> list[dict[str, Any]]:
        connection = psycopg2.connect(self._stack["database_url"], cursor_factory=RealDictCursor)
        with connection, connection.cursor() as cursor:
            cursor.execute(query)
            found = [dict(row) for row in cursor.fetchall()]
        connection.close()
        return found

    @staticmethod
    def _say(text: str) -> None:
        console.print(f"{datetime.now(UTC):%H:%M:%S}  {text}")


def _is_environment(process: psutil.Process) -> bool:
    try:
        return any("lambda_runtime" in word for word in process.cmdline())
    except psutil.Error:
        return False  # it has gone by itself


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="therapist-booking-chaos-", dir="/tmp") as folder:  # gone after
        Path(folder).chmod(0o755)
        ports = {name: str(port) for name, port in free_ports("API_PORT", "AWS_PORT", "POSTGRES_PORT").items()}
        os.environ.update(ports, LOCAL_FOLDER=f"{folder}/local", SFN_WAIT_SCALE=WAIT_SCALE, OPEN_LIMITS="1")
        cloud = LaptopCloud(Path(os.environ["LOCAL_FOLDER"]), Ports(), console.print)
        try:
            stack = cloud.start()
            attributes = {"VisibilityTimeout": str(VISIBILITY_SECONDS)}
            cloud.client("sqs").set_queue_attributes(QueueUrl=stack["notification_queue_url"], Attributes=attributes)
            clean = Chaos(cloud, stack).run()
        finally:
            cloud.stop()
    console.print("✓ a clean account" if clean else "✗ the account is off")
    return 0 if clean else 1


if __name__ == "__main__":
    run(main)
