"""The files that a program writes, or completes, from what is said elsewhere. They are committed, and readable.

``make contract-files`` writes them all; tests/contract/test_contract_files.py says which is stale. Each module here has
a kind of file, and a function ``files()`` that returns their texts by path.
"""

from pathlib import Path

from local.contract_files import (
    calls,
    machines,
    messages,
    mocks,
    monitoring,
    openapi,
    planted_faults,
    problems,
    scale,
)

WRITERS = (calls, machines, messages, mocks, monitoring, openapi, planted_faults, problems, scale)


def written() -> dict[Path, str]:
    """Each written file's text, as it would be written now."""
    return {path: text for writer in WRITERS for path, text in writer.files().items()}
