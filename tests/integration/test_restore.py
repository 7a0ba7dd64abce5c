"""The restore drill of docs/deploy.md, as `make restore-drill` runs it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from local import restore_drill
from local.errors import LocalCloudError
from tests.scratch import scratch_folder


@pytest.fixture
def home() -> Iterator[Path]:
    with scratch_folder("drill") as folder:
        yield folder


def test_everything_of_the_last_good_moment_is_back(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    restore_drill.drill(home)
    printed = capsys.readouterr().out
    assert "then somebody deletes them: 0" in printed
    assert f"{restore_drill.AFTER_BACKUP} bookings" in printed


def test_a_drill_that_brings_back_less_says_so(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The log since the backup is lost: only what was in the backup can come back."""
    disaster = restore_drill._disaster

    def worse(connection: object) -> None:
        disaster(connection)  # type: ignore[arg-type]  # psycopg2's
        monkeypatch.setattr(restore_drill, "_recovery", lambda *_: {"restore_command": "false"})

    monkeypatch.setattr(restore_drill, "_disaster", worse)
    with pytest.raises(LocalCloudError):
        restore_drill.drill(home)
