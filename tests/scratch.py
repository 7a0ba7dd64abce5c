"""Folders that are thrown away, for servers that tests start: in memory where that is possible.

Tests make and drop more than a thousand databases, each of hundreds of files; a disk has most of the work with them.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MEMORY, DISK = Path("/dev/shm"), Path("/tmp")  # noqa: S108  # folders of one's own are made in them
ROOM_BYTES = 4 * 2**30


@contextmanager
def scratch_folder(name: str) -> Iterator[Path]:
    """A new folder that PostgreSQL's user can enter, too; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix=f"therapist-booking-{name}-", dir=_place()) as folder:
        home = Path(folder)
        home.chmod(0o755)
        yield home


def _place() -> Path:
    if not os.access(MEMORY, os.W_OK) or shutil.disk_usage(MEMORY).free < ROOM_BYTES:
        return DISK
    may_run_programs = not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC  # as root, PostgreSQL's are copied there
    return MEMORY if may_run_programs else DISK
