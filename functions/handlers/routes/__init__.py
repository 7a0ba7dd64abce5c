"""The calls of the API, by what they are about. Each: its declaration, and a function of one call."""

from importlib import import_module
from pathlib import Path

from handlers._operations import OPERATIONS, Operation


def all_operations() -> list[Operation]:
    """All there are. A function imports the modules of calls that are made, and no others: see ``_api.py``."""
    for path in sorted(Path(__file__).parent.glob("[a-z]*.py")):
        import_module(f"{__name__}.{path.stem}")
    return OPERATIONS
