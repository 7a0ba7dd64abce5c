"""What ``sam build`` makes: each function imported with nothing but its own files, and what those weigh.

The build is for Lambda (Python 3.13 on arm64), so its compiled parts can't be loaded here. Those this machine's
environment lends, and nothing else: a module that only the developer's environment has is found missing.
"""

import json
import subprocess
import sys
from pathlib import Path

from local import documents
from local.errors import LocalCloudError

BUILD = documents.ROOT / ".aws-sam" / "build"
COMPILED = ("psycopg2", "psycopg2_binary.libs", "pydantic_core", "markupsafe")
LAMBDA_HAS = ("boto3", "botocore", "s3transfer", "urllib3", "jmespath", "six")
"""What the runtime brings along."""

PROGRAM = """
import importlib, importlib.machinery, json, sys
own, lent, handler = sys.argv[1], set(json.loads(sys.argv[2])), sys.argv[3]
environment = [path for path in sys.path if path.endswith("site-packages")]
sys.path[:] = [own, *(path for path in sys.path if not path.endswith("site-packages") and path)]

class Lender:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.split(".")[0] in lent:
            return importlib.machinery.PathFinder.find_spec(name, environment if path is None else path)

sys.meta_path.insert(0, Lender)
importlib.import_module(handler)
print(json.dumps(sorted({name.split(".")[0] for name in sys.modules})))
"""


def folders() -> dict[str, Path]:
    """The built folder of each function; several share one. Raises ``LocalCloudError`` when nothing was built."""
    template = BUILD / "template.yaml"
    if not template.exists():
        raise LocalCloudError("nothing is built: make build")
    functions = {
        name: each
        for name, each in documents.template()["Resources"].items()
        if each["Type"] == "AWS::Serverless::Function"
    }
    shared = sorted(path for path in BUILD.iterdir() if path.is_dir())
    return {name: next((path for path in shared if path.name == name), shared[0]) for name in functions}


def check() -> str | None:
    """What is wrong with a function's files, or None."""
    try:
        found = folders()
    except LocalCloudError as missing:
        return str(missing)
    for name, folder in found.items():
        handler = documents.template()["Resources"][name]["Properties"]["Handler"].rpartition(".")[0]
        lent = json.dumps([*COMPILED, *LAMBDA_HAS])
        done = subprocess.run(
            [sys.executable, "-I", "-B", "-c", PROGRAM, str(folder), lent, handler], capture_output=True, text=True
        )
        if done.returncode != 0:
            return f"{name}: {done.stderr.strip().splitlines()[-1]}"
    return None


def sizes() -> dict[str, int]:
    """Kibibytes of each function's unpacked files."""
    return {
        name: sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) // 1024
        for name, folder in folders().items()
    }


def main() -> int:
    try:
        for name, kibibytes in sizes().items():
            print(f"{name:28} {kibibytes:>8,} KiB")
    except LocalCloudError as missing:
        print(f"✗ {missing}", file=sys.stderr)
        return 1
    wrong = check()
    print(wrong or "Each of them imports with nothing but its own files.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
