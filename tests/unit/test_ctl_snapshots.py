"""What every command says is as it was kept, and fits: ``.venv/bin/python -m tests.snapshots`` keeps it anew."""

import pytest
from rich.cells import cell_len

from tests.snapshots import BOOKING, ESCAPE, FOLDER, LONG, MESSAGE, commands, said, snapshot


def test_every_command_has_a_snapshot() -> None:
    assert {path.stem for path in FOLDER.glob("*.txt")} == set(commands())


@pytest.mark.parametrize("name", list(commands()))
def test_a_command_says_what_was_kept_of_it(name: str) -> None:
    assert snapshot(name) == (FOLDER / f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", list(commands()))
def test_no_line_is_wider_than_the_terminal(name: str) -> None:
    for heading, width, output in said(name):
        for line in ESCAPE.sub("", output).splitlines():
            assert cell_len(line) <= width, f"{heading}\n{line}"


@pytest.mark.parametrize(
    ("name", "ids"), [("failed", (BOOKING, LONG)), ("dlq-list", (MESSAGE,)), ("redrive", (BOOKING,))]
)
def test_what_one_pastes_is_whole(name: str, ids: tuple[str, ...]) -> None:
    _, *listed = said(name)
    heading, _, plain = listed[0]
    for each in ids:
        assert each in plain.split(), heading
