"""``make check``: what its tools find is said, and what they could not look at is no success."""

import json
from pathlib import Path

import pytest

from local import check


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(check, "TOOLS", tmp_path)
    return tmp_path


def tool(folder: Path, name: str, says: str, code: int = 0) -> None:
    """A scanner that always says the same."""
    path = folder / name
    path.write_text(f"#!/bin/sh\ncat <<'END'\n{says}\nEND\nexit {code}\n")
    path.chmod(0o755)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ([{"name": "pydantic", "vulns": []}], None),
        ([{"name": "pydantic", "vulns": [{"id": "CVE-1"}]}], "pydantic: CVE-1"),
        ([{"name": "pydantic", "skip_reason": "no network"}], "not audited"),
    ],
    ids=["none", "a hole", "not asked"],
)
def test_dependencies_are_safe_known_to_be_unsafe_or_not_known_at_all(
    tools: Path, found: list[dict[str, object]], said: str | None
) -> None:
    tool(tools, "pip-audit", json.dumps({"dependencies": found}))
    answer = check.dependencies()
    assert answer == said or (said is not None and answer is not None and said in answer)


def test_a_scanner_that_finds_something_fails_the_check_with_its_words(tools: Path) -> None:
    tool(tools, "checkov", "CKV_AWS_1: a finding", code=1)
    tool(tools, "detect-secrets-hook", "Secret Type: Private Key", code=1)
    assert "CKV_AWS_1" in (check.infrastructure() or "")
    assert "Private Key" in (check.secrets() or "")


def test_a_scanner_that_finds_nothing_passes(tools: Path) -> None:
    tool(tools, "checkov", "")
    tool(tools, "detect-secrets-hook", "")
    assert check.infrastructure() is check.secrets() is None
