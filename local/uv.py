"""uv, trusting whom pip trusts: ``python -m local.uv pip …``. Standard library only: it makes the environment.

Behind a proxy that has a certificate of its own, pip finds it where pip was told, or in the system's store; uv looks
at ``SSL_CERT_FILE`` and ``SSL_CERT_DIR`` alone, and trusts a list that it brings otherwise
(https://docs.astral.sh/uv/concepts/authentication/certificates).
"""

import ast
import os
import ssl
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

UV = Path(__file__).resolve().parent.parent / ".venv" / "bin" / "uv"
TOLD_TO_PIP = ("PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""Where pip is told whom to trust, in the order in which it looks; its own file comes after the first."""


def environment(given: Mapping[str, str], in_pips_file: str = "") -> dict[str, str]:
    """The variables uv is started with. ``in_pips_file`` is the setting ``cert`` of pip.conf, if there is one."""
    first, *others = (given.get(name, "") for name in TOLD_TO_PIP)
    told = next(filter(None, (first, in_pips_file, *others)), "")
    made = dict(given)
    if told:
        made["SSL_CERT_DIR" if Path(told).is_dir() else "SSL_CERT_FILE"] = told
    elif _has_a_store():
        made.setdefault("UV_SYSTEM_CERTS", "true")
    return made


def of_this_machine() -> dict[str, str]:
    """The same, for whoever runs this."""
    listed = subprocess.run([UV.with_name("python"), "-m", "pip", "config", "list"], capture_output=True, text=True)
    return environment(os.environ, certificates_of(listed.stdout))


def certificates_of(listed: str) -> str:
    """The setting ``cert`` in what ``pip config list`` prints, or nothing (``pip config get`` reads one file)."""
    settings = dict(line.split("=", 1) for line in listed.splitlines() if "=" in line)
    found = settings.get("install.cert") or settings.get("global.cert") or "''"
    return str(ast.literal_eval(found))


def _has_a_store() -> bool:
    """Whether the system trusts anybody: a bare container may not, and uv's own list is better than none."""
    found = ssl.get_default_verify_paths()
    in_folder = os.listdir(found.capath) if found.capath else []
    return sys.platform == "darwin" or bool(found.cafile or in_folder)


def main() -> None:
    os.execve(UV, [str(UV), *sys.argv[1:]], of_this_machine())  # noqa: S606  # no shell is wanted


if __name__ == "__main__":
    main()
