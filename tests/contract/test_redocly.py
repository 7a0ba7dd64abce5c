"""Redocly's linter on the contract: what editors, portals and generators would stumble over."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from local import documents

FOLDER = documents.ROOT / "tests" / "js"
REDOCLY = FOLDER / "node_modules" / ".bin" / "redocly"
QUIET = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "CI": "true"}  # nothing is sent


def test_the_linter_finds_nothing(tmp_path: Path) -> None:
    if shutil.which("node") is None or not REDOCLY.exists():
        pytest.skip("Redocly's linter is not installed: it needs Node.js, and `npm ci --prefix tests/js`")
    document = tmp_path / "openapi.json"
    document.write_text(json.dumps(documents.contract()))
    command = [str(REDOCLY), "lint", "--config", "redocly.yaml", "--format", "json", str(document)]
    done = subprocess.run(
        command, cwd=FOLDER, env={**os.environ, **QUIET}, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.strip().startswith("{"), done.stderr
    found = json.loads(done.stdout)
    assert [f"{each['ruleId']}: {each['message']}" for each in found["problems"]] == []
    assert found["totals"]["ignored"] == 0
