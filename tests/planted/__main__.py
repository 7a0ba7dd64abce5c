"""``make planted-faults``: plants one fault after another in a copy of the last commit, and runs what must fail then.

First all these tests, without a fault: a test that fails anyway catches nothing. Exits with 1 when a fault survives, or
when what it replaces is no longer there. A word as its argument: only the faults that have it in their name.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local import documents
from tests.planted import Fault, known

PASSED, FAILED = 0, 1
"""What pytest says by its exit code; anything else is that it could not run them."""
NODE_MODULES = Path("tests") / "js" / "node_modules"


@contextmanager
def copy() -> Iterator[Path]:
    """The last commit in a folder of its own, which is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="therapist-booking-planted-") as folder:
        root = Path(folder) / "copy"
        subprocess.run(["git", "worktree", "add", "--quiet", "--detach", root], cwd=documents.ROOT, check=True)
        try:
            if (documents.ROOT / NODE_MODULES).is_dir():
                (root / NODE_MODULES).symlink_to(documents.ROOT / NODE_MODULES)
            yield root
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", root], cwd=documents.ROOT, check=True)


def run(root: Path, *tests: str) -> int:
    """Pytest's exit code."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    environment = {**os.environ, "PYTHONPATH": f"{root / 'functions'}:{root}", "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=root, env=environment, capture_output=True).returncode


def became_of(fault: Fault, root: Path) -> str:
    """What the suite makes of it: ``caught``, or what is wrong."""
    try:
        before = fault.plant(root)
    except ValueError as error:
        return str(error)
    code = run(root, fault.caught_by)
    (root / fault.file).write_text(before)
    return {PASSED: "SURVIVED", FAILED: "caught"}.get(code, f"pytest could not run {fault.caught_by}")


def main() -> int:
    faults = [each for each in known() if sys.argv[1].lower() in each.name.lower()]
    with copy() as root:
        if run(root, *sorted({each.caught_by for each in faults})) != PASSED:
            print("✗ these tests fail without a fault, too: mend that first", file=sys.stderr)
            return 1
        left = 0
        for fault in faults:
            started = time.monotonic()
            what = became_of(fault, root)
            left += what != "caught"
            print(f"{'✓' if what == 'caught' else '✗'} {fault.name}: {what} ({time.monotonic() - started:.0f} s)")
    print(f"{len(faults) - left} of {len(faults)} faults are caught")
    return min(left, 1)


if __name__ == "__main__":
    sys.exit(main())
