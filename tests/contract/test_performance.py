"""docs/performance.md names every bench there is, and none that is not."""

import re

from bench.__main__ import BENCHES
from bench.built import REASONS
from local import documents


def test_the_table_has_every_bench() -> None:
    text = (documents.ROOT / "docs" / "performance.md").read_text().split("<!-- bench -->")[1].split("\n\n")[1]
    named = {line.strip("|").split("|")[0].strip() for line in text.strip().splitlines()[2:]}
    assert named == set(BENCHES)
    assert all(re.search(r"\d+\.\d\d×", line) for line in text.strip().splitlines()[2:])


def test_what_nothing_imports_is_there_for_a_reason_that_the_page_names() -> None:
    text = (documents.ROOT / "docs" / "performance.md").read_text()
    for files, why in REASONS.items():
        assert f"| `{files}` | {why} |" in text
