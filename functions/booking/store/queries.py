"""The named queries of a module of the store: ``bookings.py`` has ``sql/bookings.sql``. Only this knows aiosql.

A query is parsed when it is first asked for: a step needs three of them, and parsing all takes longer than everything
else it imports of ours.
"""

import re
from collections.abc import Callable, Iterator
from functools import cached_property, wraps
from pathlib import Path
from typing import Any

from psycopg2.extensions import connection as Connection

FOLDER = Path(__file__).parent.parent / "sql"


class Queries:
    """``Queries(__name__)``: those of the file that is named like the module."""

    def __init__(self, module: str) -> None:
        self._path = FOLDER / f"{module.rpartition('.')[2]}.sql"

    @cached_property
    def _texts(self) -> dict[str, str]:
        _, *parts = re.split(r"^(?=-- name: )", self._path.read_text(), flags=re.MULTILINE)
        return {part.split("(")[0].removeprefix("-- name: "): part for part in parts}

    def __getattr__(self, name: str) -> Any:
        """The query of this name. Raises ``AttributeError`` for a name that the file has not."""
        if name.startswith("_") or name not in self._texts:
            raise AttributeError(name)
        import aiosql  # with the first query: it brings importlib.metadata, to ask for its own version

        query = getattr(aiosql.from_str(self._texts[name], "psycopg2"), name)
        if query.operation is aiosql.types.SQLOperationType.SELECT:
            query = _asked_at_once(query)
        setattr(self, name, query)
        return query


def _asked_at_once(query: Callable[..., Iterator[Any]]) -> Callable[..., list[Any]]:
    """A query of several rows, as a list. By itself aiosql asks when the first row is read: a lock that nobody reads
    would never be taken."""

    @wraps(query)
    def asked(connection: Connection, **given: Any) -> list[Any]:
        return list(query(connection, **given))

    return asked
