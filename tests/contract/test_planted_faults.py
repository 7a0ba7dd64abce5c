"""The faults of ``make planted-faults`` can still be planted, and the tests that catch them are there."""

import shutil
from pathlib import Path

import pytest

from local import documents
from tests.planted import Fault, known

FAULTS = known()


def test_there_are_thirty_and_no_two_are_called_alike() -> None:
    assert len({each.name for each in FAULTS}) == len(FAULTS) >= 30


@pytest.mark.parametrize("fault", FAULTS, ids=lambda each: each.name)
def test_it_can_be_planted(fault: Fault, tmp_path: Path) -> None:
    whole, planted = documents.ROOT / fault.file, tmp_path / fault.file
    planted.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(whole, planted)
    fault.plant(tmp_path)
    assert planted.read_text() != whole.read_text()
    path, _, name = fault.caught_by.partition("::")
    assert f"def {name}" in (documents.ROOT / path).read_text()
