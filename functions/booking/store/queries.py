"""The named queries of ``sql/*.sql``. The only place that knows aiosql.

A file is parsed when one of its queries is first asked for: a step needs three of them, and parsing all takes longer
than everything else it imports of ours.
"""

import re
from pathlib import Path
from typing import Any

import aiosql

FOLDER = Path(__file__).parent.parent / "sql"


class _Queries:
    def __init__(self) -> None:
        self._files = {
            name: path
            for path in sorted(FOLDER.glob("*.sql"))
            for name in re.findall(r"^-- name: (\w+)", path.read_text(), re.MULTILINE)
        }

    def __getattr__(self, name: str) -> Any:
        """The query of this name; with it, all of its file."""
        if name not in self._files:
            raise AttributeError(name)
        loaded: Any = aiosql.from_path(self._files[name], "psycopg2")
        for each in loaded.available_queries:
            if each in self._files:
                setattr(self, each, getattr(loaded, each))
        return self.__dict__[name]


queries: Any = _Queries()
