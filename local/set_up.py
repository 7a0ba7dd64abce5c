"""``make setup``: an environment with what a requirement file pins. Few lines, which show how far it is.

``python -m local.set_up FOLDER REQUIREMENTS``. Standard library only: what it makes is not there yet.
"""

import re
import subprocess
import sys
from collections.abc import Iterable

from local import uv

ROOT = uv.UV.parents[2]
MAIN = ROOT / ".venv"
"""The environment of the project itself; others are beside it, and made with its uv."""

_PACKAGE = re.compile(r" [-+~] \S+==")
_DOWNLOAD = re.compile(r" *(Downloading|Downloaded|Building|Built) ")


def told(lines: Iterable[str], is_terminal: bool) -> Iterable[str]:
    """What is shown of uv's lines: not each package, and each download only where the next one takes its place."""
    clear = "\r\033[K" if is_terminal else ""
    for line in lines:
        if _DOWNLOAD.match(line):
            if is_terminal:
                yield f"{clear}  {line.strip()}"
        elif not _PACKAGE.match(line):
            yield f"{clear}  {line.rstrip()}\n"
            if line.startswith("Installed "):
                yield "  Compiling, which takes the longest\n"


def main() -> int:
    folder, requirements = ROOT / sys.argv[1], sys.argv[2]
    print(f"… setting up {folder.name}, once (half a minute, and the download)", flush=True)
    if subprocess.run([sys.executable, "-m", "venv", folder]).returncode != 0:
        print("✗ Python's venv module is missing: install it (Debian: apt install python3-venv)", file=sys.stderr)
        return 1
    python = str(folder / "bin" / "python")
    if folder == MAIN:
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
        if (code := subprocess.run([*pip, "-r", "requirements/uv.txt"]).returncode) != 0:
            return code
    environment = uv.of_this_machine()
    sync = ["pip", "sync", "--compile-bytecode", "--require-hashes", "--python", python, requirements]
    with subprocess.Popen(
        [uv.UV, *sync], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as syncing:
        assert syncing.stdout is not None  # noqa: S101  # it was asked for
        for text in told(syncing.stdout, sys.stdout.isatty()):
            print(text, end="", flush=True)
    if syncing.returncode == 0 and folder == MAIN:
        own = ["pip", "install", "--quiet", "--python", python, "--no-deps", "--no-build-isolation", "--editable", "."]
        return subprocess.run([uv.UV, *own], env=environment).returncode
    return syncing.returncode


if __name__ == "__main__":
    sys.exit(main())
