"""Which function answers a call, and which module of ``handlers.routes`` declares it."""

import json
from pathlib import Path

from handlers.routes import all_operations
from local.documents import ROOT


def files() -> dict[Path, str]:
    """The table that ``handlers/_api.py`` reads."""
    calls: dict[str, dict[str, str]] = {}
    for each in all_operations():
        if each.route is not None:
            module = each.route.__module__.rpartition(".")[2]
            calls.setdefault(each.function, {})[f"{each.method} {each.path}"] = module
    return {ROOT / "functions" / "handlers" / "calls.json": json.dumps(calls, indent=2) + "\n"}
