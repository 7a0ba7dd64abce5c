"""What PostgreSQL really did for a call: its own plans, by auto_explain, and what in them reads too much."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from psycopg2.extensions import connection as Connection

from tests.rows import rows

LARGE = 5_000
"""Rows. A table that has more grows with what happens; the others are as large as the practice."""
MANY = 1_000
"""Rows that one step of a plan may read and throw away, or read without a condition of its index."""

SETTINGS = {
    "session_preload_libraries": "auto_explain",
    "auto_explain.log_min_duration": "0",
    "auto_explain.log_analyze": "on",
    "auto_explain.log_timing": "off",
    "auto_explain.log_nested_statements": "on",  # of triggers, functions and foreign keys
    "auto_explain.log_format": "json",
    "auto_explain.log_level": "notice",  # so that who asked is told, and nobody else's plans are among them
}


class TooMuch(NamedTuple):
    """A step of a plan that reads more than it should: how, of which table, for which statement."""

    table: str
    how: str
    statement: str


class Plans:
    """What a connection's ``notices`` may be: keeps the plans that are said."""

    def __init__(self) -> None:
        self.kept: list[dict[str, Any]] = []

    def append(self, notice: str) -> None:
        _, is_plan, text = notice.partition("plan:\n")
        if is_plan:
            self.kept.append(json.loads(text))

    def taken(self) -> list[dict[str, Any]]:
        """Those since the last time."""
        kept, self.kept = self.kept, []
        return kept


def explain(connection: Connection, database: str) -> None:
    """Every later connection to this database says its plans. ``connection`` is a superuser's, in autocommit."""
    with connection.cursor() as cursor:
        cursor.execute("LOAD 'auto_explain'")  # who has not loaded it may not set it
        for name, value in SETTINGS.items():
            cursor.execute(f"ALTER DATABASE {database} SET {name} = %s", (value,))


def large_tables(db: Connection) -> set[str]:
    return {
        row["relname"] for row in rows(db, "SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples > %s", LARGE)
    }


def too_much(plan: dict[str, Any], large: set[str]) -> Iterator[TooMuch]:
    """The steps that read a large table from end to end, or many rows for few."""
    for step in _steps(plan["Plan"]):
        table, times = step.get("Relation Name"), step.get("Actual Loops", 0)
        if table not in large or not times:
            continue
        removed = times * sum(step.get(f"Rows Removed by {each}", 0) for each in ("Filter", "Index Recheck"))
        unasked = "Index Cond" not in step and "Recheck Cond" not in step and "TID Cond" not in step
        how = ""
        if step["Node Type"] == "Seq Scan":
            how = "reads all of it"
        elif removed > MANY:
            how = f"throws {removed:.0f} rows away"
        elif unasked and times * step.get("Actual Rows", 0) > MANY:
            how = "reads an index from end to end"
        if how:
            yield TooMuch(table, how, " ".join(plan["Query Text"].split())[:160])


def _steps(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for each in node.get("Plans", ()):
        yield from _steps(each)
