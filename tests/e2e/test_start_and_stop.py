"""``make demo``, and what happens when a part dies or Ctrl-C comes early: one line, and nothing left behind."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from local.postgres import PostgresServer
from tests.e2e.conftest import laptop_environment, nobody_is_left, start_laptop

SECONDS = 240  # on a busy machine


@pytest.fixture
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A laptop of its own, in a folder that only its owner can enter: as root, PostgreSQL has to live elsewhere."""
    folder = tmp_path_factory.mktemp("laptop")
    made = laptop_environment(folder)
    for name in ("ALLOWED_ORIGIN", "OPEN_LIMITS"):  # as on a newcomer's machine, who has set neither
        del made[name]
    yield made
    home = PostgresServer(folder / "local" / "postgres", int(made["POSTGRES_PORT"])).home
    shutil.rmtree(home, ignore_errors=True)


def read_until(process: subprocess.Popen[str], text: str) -> str:
    assert process.stdout is not None
    printed = ""
    for line in process.stdout:
        printed += line
        if text in line:
            return printed
    raise AssertionError(f"{text!r} never came:\n{printed}")


def test_make_demo_follows_a_booking_through_its_life_one_that_is_paid_for_and_a_newcomer_and_ends(
    environment: dict[str, str],
) -> None:
    process = start_laptop(environment, "--demo")
    printed, _ = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, printed
    life, _, rest = printed.partition("The practice asks that its video sessions are paid for")
    paid, _, by_themselves = rest.partition("A person signs up")
    assert '"status": "confirmed"' in life
    for subject in ("is booked", "has a new time", "is coming up", "is cancelled"):
        assert life.count(f"E-mail to jonas.weber@example.com: Your session {subject}") == 1
    assert life.count("E-mail to miriam.adler@example.com") == 3
    assert life.count("Text to") == 3
    for subject in ("Please pay by", "Your session is booked", "Your session is cancelled", "EUR 90.00 is on its way"):
        assert paid.count(f"E-mail to jonas.weber@example.com: {subject}") == 1, subject
    assert "→ complete" in paid, "they have paid at Stripe"
    statuses = ("held", "due", "confirmed", "paid", "cancelled", "refunded")
    seen = [paid.index(f'"status": "{each}"') for each in statuses]
    assert seen == sorted(seen)
    assert by_themselves.count("E-mail to nora.neumann@example.com: Your code for") == 2
    assert by_themselves.count("E-mail to nora.neumann@example.com: Your session is booked") == 1
    left = {path.name for path in Path(environment["LOCAL_FOLDER"]).iterdir()}
    assert not left & {"stack.json", "env.json", "tmp", "state"}


@pytest.mark.parametrize("seen", ["PostgreSQL", "emulator", "template.yaml"])
def test_ctrl_c_before_it_is_ready_leaves_nothing_behind(environment: dict[str, str], seen: str) -> None:
    process = start_laptop(environment)
    read_until(process, seen)
    time.sleep(0.2)
    family = psutil.Process(process.pid).children(recursive=True)
    os.killpg(process.pid, signal.SIGINT)
    printed, _ = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, printed
    assert "Traceback" not in printed
    assert nobody_is_left(family)


def test_a_run_that_is_killed_leaves_nothing_in_the_way_of_the_next(environment: dict[str, str]) -> None:
    process = start_laptop(environment)
    read_until(process, "✓ AWS emulator")
    family = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.wait()
    [emulator] = [each for each in family if "local.emulator" in each.cmdline()]
    assert nobody_is_left([emulator]), "it sees that nobody can stop it any more"
    assert Path(environment["LOCAL_FOLDER"], "executions.json").exists(), "and keeps what it knows"

    process = start_laptop(environment)
    printed = read_until(process, "✓ AWS emulator")
    assert "its PostgreSQL is stopped first" in printed
    family += psutil.Process(process.pid).children(recursive=True)
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=SECONDS)
    assert process.returncode == 0
    assert nobody_is_left(family)


def test_a_crashed_emulator_is_one_line_and_the_rest_is_stopped(environment: dict[str, str]) -> None:
    process = start_laptop(environment)
    read_until(process, "Ready.")
    family = psutil.Process(process.pid).children(recursive=True)
    [emulator] = [each for each in family if "local.emulator" in each.cmdline()]
    emulator.kill()
    printed, _ = process.communicate(timeout=SECONDS)
    assert process.returncode == 1
    [line] = [line for line in printed.splitlines() if line.startswith("✗")]
    assert "emulator has stopped" in line
    assert "emulator.log" in line
    assert nobody_is_left(family)
