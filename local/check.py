"""``make check``: templates, infrastructure, dependencies, secrets and what is built, looked at by tools made for that.

Each tool says what it found; what could not be looked at (no network for the audit) is said as well, and is no success.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from local import artifact, documents

TOOLS = documents.ROOT / ".venv-check" / "bin"
DATA = documents.ROOT / "infrastructure" / "data.yaml"
SITE = documents.ROOT / "infrastructure" / "site.yaml"
PROJECT = Path(sys.executable).parent


def templates() -> str | None:
    """All templates: valid, and without a finding of cfn-lint's."""
    # ``sam validate --lint`` does nothing but call cfn-lint for that region, and takes as long again.
    with whole_template() as application:
        command = (PROJECT / "cfn-lint", "--non-zero-exit-code", "informational", "--regions", "us-east-1", "--")
        return _said((*command, application, DATA, SITE))


@contextmanager
def whole_template() -> Iterator[Path]:
    """The application's template with what it includes: nothing here looks into that by itself."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "template.yaml"
        path.write_text(yaml.safe_dump(documents.template(), sort_keys=False))
        yield path


def infrastructure() -> str | None:
    """No finding but those explained in .checkov.yaml."""
    with whole_template() as application:
        files = (application, DATA, SITE)
        return _said([TOOLS / "checkov", "--config-file", documents.ROOT / ".checkov.yaml", "--file", *files])


def dependencies() -> str | None:
    """No known vulnerability in what runs."""
    command: list[str | Path] = [TOOLS / "pip-audit", "--disable-pip", "--no-deps", "--format", "json"]
    command += ["--progress-spinner", "off", "-r", documents.ROOT / "functions" / "requirements.txt"]
    done = subprocess.run([str(each) for each in command], capture_output=True, text=True)
    try:
        found = json.loads(done.stdout)["dependencies"]
    except ValueError:
        return done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "pip-audit said nothing"
    unknown = [each["name"] for each in found if "skip_reason" in each]
    holes = [f"{each['name']}: {hole['id']}" for each in found for hole in each.get("vulns", [])]
    if holes:
        return "; ".join(holes)
    return f"not audited, for the advisories could not be asked: {', '.join(unknown)}" if unknown else None


def secrets() -> str | None:
    """Nothing that looks like a secret, but for what .secrets.baseline has been told about."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=documents.ROOT, capture_output=True, check=True, text=True)
    files = [name for name in listed.stdout.split("\0") if name and not name.startswith("requirements/")]
    files = [name for name in files if name not in ("functions/requirements.txt", ".secrets.baseline")]
    return _said([TOOLS / "detect-secrets-hook", "--baseline", ".secrets.baseline", *files])


def built() -> str | None:
    """Every function's zip imports with nothing but its own files."""
    return artifact.check()


CHECKS: dict[str, Callable[[], str | None]] = {
    "templates": templates,
    "infrastructure": infrastructure,
    "dependencies": dependencies,
    "secrets": secrets,
    "built": built,
}


def _said(command: Sequence[str | Path]) -> str | None:
    done = subprocess.run([str(each) for each in command], cwd=documents.ROOT, capture_output=True, text=True)
    return None if done.returncode == 0 else (done.stdout + done.stderr).strip()


def main() -> int:
    failed = False
    for name in sys.argv[1:] or CHECKS:
        wrong = CHECKS[name]()
        print(f"{'✓' if wrong is None else '✗'} {name}: {(CHECKS[name].__doc__ or '') if wrong is None else wrong}")
        failed = failed or wrong is not None
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
