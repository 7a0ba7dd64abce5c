"""``make clean``: forgets the laptop cloud's data, the environment and everything built. Standard library only."""

import hashlib
import shutil
import sys
from pathlib import Path

from local.running import is_running

ROOT = Path(__file__).resolve().parent.parent
BUILT = (
    "therapist_booking.egg-info",
    ".aws-sam",
    ".hypothesis",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".venv",
    ".venv-check",
    "tests/js/node_modules",
)


def postgres_elsewhere(home: Path) -> Path:
    """Where PostgreSQL's data is when its user can't reach ``home``: kept over restarts, and named after it."""
    digest = hashlib.sha256(str(home).encode()).hexdigest()[:12]
    return Path("/var/tmp") / f"therapist-booking-{digest}"  # noqa: S108


def main() -> int:
    if is_running(ROOT / ".local"):
        print("✗ the laptop cloud is running: stop `make run` first", file=sys.stderr)
        return 1
    for folder in (postgres_elsewhere(ROOT / ".local" / "postgres"), ROOT / ".local", *(ROOT / name for name in BUILT)):
        if folder.exists():
            shutil.rmtree(folder)
    for folder in ROOT.rglob("__pycache__"):
        shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
