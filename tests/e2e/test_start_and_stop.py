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
from tests.e2e.conftest import laptop_environment, start_laptop

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


def nobody_is_left(family: list[psutil.Process]) -> bool:
    _, alive = psutil.wait_procs(family, timeout=10)
    return alive == []


def test_make_demo_follows_a_booking_through_its_life_and_a_newcomer_and_ends(
    environment: dict[str, str],
) -> None:
    process = start_laptop(environment, "--demo")
    printed, _ = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, printed
    assert '"status": "confirmed"' in printed
    for subject in ("is booked", "has a new time", "is coming up", "is cancelled"):
        assert printed.count(f"E-mail to jonas.weber@example.com: Your session {subject}") == 1
    by_themselves = printed.index("A person signs up")
    assert printed[:by_themselves].count("E-mail to miriam.adler@example.com") == 3
    assert printed.count("Text to") == 3
    assert printed.count("E-mail to nora.neumann@example.com: Your code for") == 2
    assert printed.count("E-mail to nora.neumann@example.com: Your session is booked") == 1
    assert not Path(environment["LOCAL_FOLDER"], "stack.json").exists()


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
