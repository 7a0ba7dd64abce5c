"""The faults that the suite is known to notice: docs/planted-faults.md, from tests/planted/faults.toml."""

from pathlib import Path

from local import documents
from tests.planted import Fault, known

HEAD = """# Planted faults

Tests are worth what they notice. `make planted-faults` breaks the code in one place at a time, in a copy of the last
commit, and runs the test that must fail then; it ends with an error when a fault survives, or when what it replaces is
no longer there. `make planted-faults NAME=calendar` plants those that have the word in their name. They are written
down in `tests/planted/faults.toml`, from which `make contract-files` writes this page; whoever mends a fault that no
test had noticed adds one.

| what goes wrong | planted in | the test that fails |
| --- | --- | --- |
"""


def files() -> dict[Path, str]:
    """The one page."""
    return {documents.ROOT / "docs" / "planted-faults.md": HEAD + "".join(map(_row, known()))}


def _row(fault: Fault) -> str:
    path, _, name = fault.caught_by.partition("::")
    test = f"`{name}` of `{path}`" if name else f"`{path}`"
    return f"| {fault.name} | `{fault.file}` | {test} |\n"
