"""What is deployed: how large a function's package is, and what nothing imports of it."""

import subprocess
import sys

from bench.measure import Result
from local import artifact, documents
from local.errors import LocalCloudError

FUNCTIONS = documents.ROOT / "functions"

BIG = 100 * 1024
REASONS = {
    "handlers/openapi.json": "the contract, as it is served",
    ".dist-info/": "licences and descriptions of packages, which their wheels carry",
    "tabulate/": "yoyo-migrations asks for it",
    "pydantic_core/": "pydantic's compiled part",
    "psycopg2_binary.libs/": "libpq with TLS and Kerberos, which psycopg2 links to",
    "psycopg2/": "the driver",
    "typing_extensions.py": "pydantic imports it",
    "tzdata/zoneinfo/tzdata.zi": "the whole table, for a zone that has no file of its own",
    "aws_lambda_powertools/event_handler/": "in Powertools' wheel; SAM leaves nothing out",
    "idna/uts46data.py": "email-validator reads it for a domain of other letters",
    "dateutil/zoneinfo/": "in python-dateutil's wheel, likewise; zoneinfo is used instead",
    "stripe/": "Stripe's package: all of its API, of which we use a few calls",
    "charset_normalizer/": "requests asks for it, Stripe's way to HTTP",
    "certifi/cacert.pem": "the certificates by which requests knows Stripe",
}
"""Of files over 100 KiB that Python does not import by name. docs/performance.md lists them."""


def _module(name: str) -> str:
    """A file's path up to its first dot: the same for a module's source and for what it is compiled to."""
    folder, _, file = name.rpartition("/")
    return f"{folder}/{file.split('.')[0]}"


def built() -> Result | None:
    """A line that is met when every large file is imported or has its reason; None where nothing was built."""
    try:
        folder = next(iter(artifact.folders().values()))
    except LocalCloudError as missing:
        print(f"  not measured: {missing}")
        return None
    sizes = {str(path.relative_to(folder)): path.stat().st_size for path in folder.rglob("*") if path.is_file()}
    program = (
        "import sys, json, importlib\n"
        f"for name in {documents.event_names()!r}: importlib.import_module('handlers.' + name)\n"
        "import jinja2, icalendar, yoyo, dateutil.rrule, email_validator\n"
        "print(json.dumps([m.__file__ for m in sys.modules.values() if getattr(m, '__file__', None)]))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=FUNCTIONS, capture_output=True, text=True, check=True)
    imported = done.stdout
    big = {name: size for name, size in sizes.items() if size > BIG}
    unexplained = {
        name: size
        for name, size in big.items()
        if not any(part in name for part in REASONS) and _module(name) not in imported
    }
    total, whole = sum(sizes.values()), sum(size for name, size in sizes.items() if name not in unexplained)
    told = ", ".join(f"{name} {size // 1024} KiB" for name, size in sorted(unexplained.items())) or "none"
    measured = f"{total / 1024**2:.1f} MiB; over 100 KiB without a reason: {told}"
    return Result(
        "cold",
        "every function, unpacked",
        "less what nothing imports",
        total / whole,
        "no such file",
        not unexplained,
        measured,
    )
