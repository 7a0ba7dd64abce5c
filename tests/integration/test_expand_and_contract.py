"""Old code on the new schema: while a release goes over, and after a rollback, the previous queries still work."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg2.extensions import connection as Connection

from local import documents

PREVIOUS = documents.ROOT / "tests" / "previous_release" / "sql"
NOW = documents.ROOT / "functions" / "booking" / "sql"


def queries(folder: Path) -> Iterator[tuple[str, str]]:
    """Every query's name, and its text with parameters as PREPARE has them."""
    for path in sorted(folder.glob("*.sql")):
        for part in re.split(r"^-- name: ", path.read_text(), flags=re.MULTILINE)[1:]:
            head, _, text = part.partition("\n")
            name = re.match(r"\w+", head)
            assert name is not None
            yield f"{path.stem}.{name[0]}", text


def prepared(text: str) -> str:
    statement = "\n".join(line.split("--")[0] for line in text.splitlines()).strip().rstrip(";")
    names: list[str] = []

    def numbered(found: re.Match[str]) -> str:
        if found[1] not in names:
            names.append(found[1])
        return f"${names.index(found[1]) + 1}"

    return re.sub(r"(?<![:\w]):([a-z_]+)\b", numbered, statement)


@pytest.mark.parametrize(("name", "text"), [pytest.param(*each, id=each[0]) for each in queries(PREVIOUS)])
def test_a_query_of_the_previous_release_still_works(db: Connection, name: str, text: str) -> None:
    """PREPARE looks up every table, column and type, and does nothing."""
    with db.cursor() as cursor:
        cursor.execute(f"PREPARE old AS {prepared(text)}")


def test_a_query_that_names_what_is_gone_is_found_out(db: Connection) -> None:
    with db.cursor() as cursor, pytest.raises(Exception, match="no_such_column"):
        cursor.execute("PREPARE old AS " + prepared("SELECT no_such_column FROM bookings WHERE id = :id;"))  # noqa: S608  # ours


def test_there_is_a_previous_release_to_compare_with() -> None:
    assert {name for name, _ in queries(PREVIOUS)} & {name for name, _ in queries(NOW)}


MIGRATIONS = sorted((documents.ROOT / "functions" / "migrations").glob("*.sql"))
RELEASED = (PREVIOUS.parent / "migrations.txt").read_text().split()
"""The migrations the previous release had: those since may only expand."""


def test_a_migration_that_was_released_is_still_there() -> None:
    assert [path.name for path in MIGRATIONS[: len(RELEASED)]] == RELEASED


@pytest.mark.parametrize("path", MIGRATIONS[len(RELEASED) :], ids=lambda path: path.stem)
def test_a_migration_takes_nothing_away_that_old_code_needs(path: Path) -> None:
    text = re.sub(r"--.*", "", path.read_text())
    assert not re.search(r"\bDROP (TABLE|COLUMN)\b|\bRENAME\b|\bALTER COLUMN \w+ (TYPE|SET NOT NULL)\b", text)
    for column in re.findall(r"ADD COLUMN (\w+ [^,;]*)", text):
        assert "NOT NULL" not in column or "DEFAULT" in column, f"old code does not fill it: {column}"
