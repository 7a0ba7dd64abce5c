"""What ``make run`` refuses before it starts anything, and what it keeps to itself."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from local import documents
from local.cloud import LaptopCloud
from local.errors import LocalCloudError
from local.places import Ports, check_wait_scale, make_private, open_private
from local.running import RunLock, is_running


@pytest.mark.parametrize("scale", ["abc", "-1", "nan", "inf", ""])
def test_a_wait_scale_that_is_none_is_refused(scale: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SFN_WAIT_SCALE", scale)
    with pytest.raises(LocalCloudError, match="SFN_WAIT_SCALE must be 0 or more") as refused:
        LaptopCloud(tmp_path, Ports(), print).start()
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("scale", ["0", "0.02", "1e-3", None])
def test_a_factor_is_a_wait_scale(scale: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    if scale is None:
        monkeypatch.delenv("SFN_WAIT_SCALE", raising=False)
    else:
        monkeypatch.setenv("SFN_WAIT_SCALE", scale)
    check_wait_scale()


def test_one_laptop_cloud_runs_in_a_folder_and_a_killed_one_does_not(tmp_path: Path) -> None:
    assert not is_running(tmp_path)
    first, second = RunLock(tmp_path), RunLock(tmp_path)
    assert first.take("http://127.0.0.1:8080/v1") is None
    assert is_running(tmp_path)
    who = second.take("http://127.0.0.1:9090/v1")
    assert who is not None
    assert who.startswith("http://127.0.0.1:8080/v1 (process ")
    first.release()  # as the kernel does when the process ends
    assert not is_running(tmp_path)
    assert second.take("http://127.0.0.1:9090/v1") is None
    second.release()


def test_what_is_there_for_all_becomes_its_owners(tmp_path: Path) -> None:
    folder, file = tmp_path / "state", tmp_path / "stack.json"
    folder.mkdir(mode=0o755)
    file.touch(mode=0o644)
    assert make_private(folder).stat().st_mode & 0o777 == 0o700
    open_private(file).close()
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_sweep_that_is_tried_by_hand_is_of_now() -> None:
    """The sample's own time is years ahead: it would complete all sessions that are still to come."""
    names = documents.event_names()
    sweeps = [name for name in names if documents.event(name).get("detail-type") == "Scheduled Event"]
    assert {"complete_bookings", "forget_clients", "start_reminders"} <= set(sweeps)
    before = datetime.now(UTC).replace(microsecond=0)
    for name in sweeps:
        assert before <= datetime.fromisoformat(documents.event_of_now(name)["time"]) <= datetime.now(UTC)
    assert documents.event_of_now("reserve_slot") == documents.event("reserve_slot")
