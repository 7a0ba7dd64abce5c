"""The named queries of ``sql/*.sql``, loaded once. The only place that knows aiosql."""

from pathlib import Path
from typing import Any

import aiosql

queries: Any = aiosql.from_path(Path(__file__).parent.parent / "sql", "psycopg2")
