"""``make restore-drill``: the database is backed up, bookings go on, somebody deletes them, and they are brought back.

The way Aurora does it, on a PostgreSQL of its own: a base backup and the log since (point-in-time recovery). Exits
with 1 unless every booking, message and history of the last good moment is there again, and nothing of what came after.
"""

import os
import shutil
import subprocess
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2.extensions import connection as Connection

from booking import migrations
from booking.codes import Outcome
from booking.contracts.steps import RequestBody, RequestedBy, ReserveSlotInput, SessionContract
from booking.database import Database
from booking.services.bookings.reserve_slot import reserve_slot
from booking.store import Stores
from local import demo
from local.command import run
from local.errors import LocalCloudError
from local.places import free_ports
from local.postgres import USER, PostgresServer, server_user

BEFORE_BACKUP, AFTER_BACKUP = 10, 25
TABLES = ("bookings", "notifications", "booking_events", "clients", "client_contacts", "availability")
START = datetime(2035, 3, 5, 9, 0, tzinfo=UTC)


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="therapist-booking-drill-", dir="/tmp") as folder:
        home = Path(folder)
        home.chmod(0o755)
        drill(home)
    return 0


def drill(home: Path) -> None:
    """Raises ``LocalCloudError`` when something is missing afterwards."""
    ports = free_ports("practice", "restored")
    archive = home / "archive"
    archive.mkdir(mode=0o777)
    archive.chmod(0o777)
    settings = {
        "archive_mode": "on",
        "archive_command": f'test ! -f "{archive}/%f" && cp "%p" "{archive}/%f"',
        "wal_level": "replica",
    }
    practice = PostgresServer(home / "practice", ports["practice"], settings)
    practice.start()
    try:
        migrations.apply(practice.config())
        connection = psycopg2.connect(practice.url())
        demo.seed(connection, {name: f"sub-{name}" for name in demo.USERS}, datetime.now(UTC))
        book(practice, 0, BEFORE_BACKUP)
        base = _back_up(practice, home)
        print(f"✓ backed up, with {BEFORE_BACKUP} bookings")
        book(practice, BEFORE_BACKUP, AFTER_BACKUP)
        good, moment = _counts(connection), _now(connection)
        time.sleep(0.1)
        _disaster(connection)
        left = _counts(connection)["bookings"]
        print(f"✓ at {moment:%H:%M:%S.%f} there are {AFTER_BACKUP}; then somebody deletes them: {left}")
        connection.close()
    finally:
        practice.stop()
    restored = PostgresServer(home / "restored", ports["restored"], _recovery(archive, moment))
    _put_back(restored, practice, base)
    restored.start()
    try:
        _wait_until_promoted(restored)
        connection = psycopg2.connect(restored.url())
        again = _counts(connection)
        connection.close()
        if again != good:
            raise LocalCloudError(f"not everything is back: {again}, and it was {good}")
        book(restored, AFTER_BACKUP, AFTER_BACKUP + 1)
    finally:
        restored.stop()
    print(f"✓ restored to that moment: {', '.join(f'{count} {name}' for name, count in again.items())}")
    print("✓ and it takes bookings again")


def book(server: PostgresServer, first: int, last: int) -> None:
    """One session after the other, by the project's own reserve step."""
    database = Database(server.config(), "restore-drill")
    stores = Stores(database)
    for number in range(first, last):
        start = START + timedelta(hours=number)
        end = start + timedelta(minutes=50)
        times = {"starts_at": start, "ends_at": end, "occupied_from": start, "occupied_until": end, "day": start.date()}
        who: dict[str, Any] = {
            "therapist_id": demo.THERAPIST_ID,
            "service_id": demo.SERVICE_ID,
            "client_id": demo.CLIENT_ID,
        }
        given = ReserveSlotInput(
            booking_id=f"drill-{number}",
            requested_by=RequestedBy.model_validate({"sub": "drill", "groups": "operator"}),
            request=RequestBody(**who, starts_at=start.isoformat()),
            sessions=[SessionContract.model_validate({"booking_id": f"drill-{number}", **who, **times})],
            execution="drill",
        )
        with stores.transaction() as store:
            facts = store.calendars.facts(given.request.to_request(), "drill", start)
        given = given.model_copy(update={"versions": list(facts.versions)})
        if reserve_slot(stores, given, lambda: datetime.now(UTC)).outcome != Outcome.RESERVED:
            raise LocalCloudError(f"booking {number} was not made")
    database.close()


def _back_up(server: PostgresServer, home: Path) -> Path:
    base, config = home / "base", server.config()
    base.mkdir()
    base.chmod(0o777)
    command = [server.binary("pg_basebackup"), "-h", config.host, "-p", str(config.port), "-U", USER]
    done = subprocess.run(
        [*command, "-D", str(base / "data"), "-X", "none", "--checkpoint=fast", "--no-sync"],
        env={**os.environ, "PGPASSWORD": config.password},
        capture_output=True,
        text=True,
        **server_user(),
    )
    if done.returncode != 0:
        raise LocalCloudError(f"pg_basebackup failed: {done.stderr.strip().splitlines()[-1]}")
    return base / "data"


def _disaster(connection: Connection) -> None:
    with connection, connection.cursor() as cursor:
        cursor.execute("TRUNCATE bookings CASCADE")
        cursor.execute("SELECT pg_switch_wal()")  # the log goes to the archive


def _recovery(archive: Path, moment: datetime) -> dict[str, str]:
    return {
        "restore_command": f'cp "{archive}/%f" "%p"',
        "recovery_target_time": moment.isoformat(),
        "recovery_target_action": "promote",
    }


def _put_back(restored: PostgresServer, practice: PostgresServer, base: Path) -> None:
    restored.home.mkdir(parents=True)
    shutil.copy2(practice.home / "password", restored.home / "password")
    base.rename(restored.home / "data")
    (restored.home / "data" / "recovery.signal").touch()


def _wait_until_promoted(server: PostgresServer) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        connection = psycopg2.connect(server.url("postgres"))
        with connection, connection.cursor() as cursor:
            cursor.execute("SELECT pg_is_in_recovery()")
            [recovering] = cursor.fetchone() or [True]
        connection.close()
        if not recovering:
            return
        time.sleep(0.1)
    raise LocalCloudError(f"the restored server is still recovering: see {server.log}")


def _counts(connection: Connection) -> dict[str, int]:
    counts = {}
    with connection, connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608  # our own names
            [counts[table]] = cursor.fetchone() or [0]
    return counts


def _now(connection: Connection) -> datetime:
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        [moment] = cursor.fetchone() or [None]
    return moment if isinstance(moment, datetime) else datetime.now(UTC)


if __name__ == "__main__":
    run(main)
