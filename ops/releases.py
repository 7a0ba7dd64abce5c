"""Which releases were live, and this repository's part in making one: its commits.

A release is a commit, and a name that no other release has. What was live is kept in SSM Parameter Store, so that
anybody who may deploy can take a release back from a repository of their own.
"""

import json
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

ROOT = Path(__file__).parent.parent
KEPT = 10


class DeployError(Exception):
    """One line for whoever deploys."""


@dataclass(frozen=True)
class Release:
    """What is or was live."""

    name: str
    commit: str


def release_of(commit: str, now: datetime) -> Release:
    """A release of this commit, named by the time (UTC) and the commit: ``20270301T090000Z-0123456789ab``."""
    return Release(f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{commit[:12]}", commit)


def kept(parameters: Any, stack: str) -> list[Release]:
    """What was live, oldest first, and the last is what is live now."""
    try:
        value = parameters.get_parameter(Name=_kept_as(stack))["Parameter"]["Value"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ParameterNotFound":
            return []
        raise
    return [Release(**each) for each in json.loads(value)]


def keep(parameters: Any, stack: str, history: list[Release]) -> None:
    """Keeps the last ten."""
    value = json.dumps([asdict(each) for each in history[-KEPT:]])
    parameters.put_parameter(
        Name=_kept_as(stack), Value=value, Type="String", Tier="Intelligent-Tiering", Overwrite=True
    )


def up_to_the_one_before(history: list[Release]) -> list[Release]:
    """The history without what is live, which may have been released more than once; empty when nothing was before."""
    return history[: max((n for n, each in enumerate(history, 1) if each.commit != history[-1].commit), default=0)]


def commit_of_this_folder() -> str:
    """The commit that is checked out. Raises ``DeployError`` when the folder has more than was committed."""
    if _git("status", "--porcelain"):
        raise DeployError("commit your changes first: a release is a commit, so that it can be made again")
    return _git("rev-parse", "HEAD")


@contextmanager
def checked_out(commit: str) -> Iterator[Path]:
    """A folder with this commit, for as long as it is needed. Raises ``DeployError`` when it is not known here."""
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent) / "release"
        _git("worktree", "add", "--quiet", "--detach", str(folder), commit)
        try:
            yield folder
        finally:
            _git("worktree", "remove", "--force", str(folder))


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True)
    if done.returncode != 0:
        raise DeployError(f"git {words[0]}: {done.stderr.strip()}")
    return done.stdout.strip()


def _kept_as(stack: str) -> str:
    return f"/{stack}/releases"
