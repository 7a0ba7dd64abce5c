"""Derives the laptop's template from the real one, so that there is never a second template to keep.

Two things differ, and only these:
- the runtime: ``provided.al2023`` with a bootstrap that runs AWS's own runtime client in the project's environment,
  because the emulator's Python runtime loses the names of exceptions, which Step Functions matches;
- openapi.yaml stands in the template instead of being included by a transform.
"""

import shlex
import shutil
import sys
from pathlib import Path
from typing import Any

import yaml

from local import documents


def write_local_build(folder: Path) -> Path:
    """Writes template, code and bootstrap below ``folder``; returns the template's path, ready for ``sam deploy``."""
    code = folder / "functions"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(documents.ROOT / "functions", code, ignore=shutil.ignore_patterns("__pycache__", "requirements.*"))
    bootstrap = code / "bootstrap"
    runtime = Path(__file__).with_name("lambda_runtime.py")
    bootstrap.write_text(f"#!/bin/sh\nexec {shlex.quote(sys.executable)} {shlex.quote(str(runtime))}\n")
    bootstrap.chmod(0o755)
    shutil.copytree(documents.ROOT / "statemachines", folder / "statemachines")
    path = folder / "template.yaml"
    path.write_text(yaml.safe_dump(local_template(), sort_keys=False))
    return path


def local_template() -> dict[str, Any]:
    """The real template with those differences."""
    template = documents.template()
    template["Globals"]["Function"].update(Runtime="provided.al2023", CodeUri="functions/")
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource.pop("Metadata")
        if resource["Type"] == "AWS::Serverless::Api":
            resource["Properties"]["DefinitionBody"] = documents.openapi()
    return template
