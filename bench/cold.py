"""What a cold start loads, against what it must load anyway; and what is deployed."""

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator

from bench.measure import Result
from local import artifact, documents
from local.errors import LocalCloudError
from local.postgres import PostgresServer

ROUNDS = 9
FUNCTIONS = documents.ROOT / "functions"
NOT_ONLY_POSTGRESQL = ("send_notification",)
BARE = """
import psycopg2, psycopg2.extras
from pydantic import BaseModel
from aws_lambda_powertools import Logger
class One(BaseModel):
    number: int
Logger(service='x')
"""
"""One model, because ``import pydantic`` alone loads nothing of it: whatever uses it loads it then."""

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
    "aws_lambda_powertools/event_handler/openapi/swagger_ui/": "in Powertools' wheel; SAM leaves nothing out",
    "idna/uts46data.py": "email-validator reads it for a domain of other letters",
    "dateutil/zoneinfo/": "in python-dateutil's wheel, likewise; zoneinfo is used instead",
    "stripe/": "Stripe's package: all of its API, of which we use a few calls",
    "charset_normalizer/": "requests asks for it, Stripe's way to HTTP",
    "certifi/cacert.pem": "the certificates by which requests knows Stripe",
}
"""Of files over 100 KiB that Python does not import by name. docs/performance.md lists them."""


def run(_postgres: PostgresServer) -> Iterator[Result]:
    """Lines for the slowest handler and for ReserveSlot, and one for what is built."""
    yield from _imports()
    if (built := _built()) is not None:
        yield built


def _seconds(statement: str, environment: dict[str, str]) -> float:
    program = f"import time\nt = time.perf_counter()\n{statement}\nprint(time.perf_counter() - t)"
    program += "\nimport sys\nsys.exit(bool({'boto3', 'botocore.session'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=FUNCTIONS, env=environment, capture_output=True, text=True
    )
    if done.returncode != 0:
        raise AssertionError(f"boto3 was imported, or nothing was: {done.stderr[-300:]}")
    return float(done.stdout.split()[-1])


def _imports() -> Iterator[Result]:
    names = [name for name in documents.event_names() if name not in NOT_ONLY_POSTGRESQL]
    with tempfile.TemporaryDirectory() as compiled:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": compiled}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        seconds: dict[str, list[float]] = {name: [] for name in (*names, "")}
        for n in range(ROUNDS + 1):
            for name, kept in seconds.items():
                took = _seconds(f"import handlers.{name}" if name else BARE, environment)
                if n:
                    kept.append(took)
    bare = statistics.median(seconds.pop(""))
    medians = {name: statistics.median(each) for name, each in seconds.items()}
    slowest = max(medians, key=lambda name: medians[name])
    for name in (slowest, "reserve_slot"):
        value = medians[name] / bare
        measured = f"{medians[name] * 1000:.0f} ms : {bare * 1000:.0f} ms"
        what = f"import of {name}" + (f", the slowest of {len(names)} handlers" if name == slowest else "")
        against = "psycopg2, pydantic with a model, Powertools' Logger"
        yield Result("cold", what, against, value, "≤ 1.3×", value <= 1.3, measured)


def _module(name: str) -> str:
    """A file's path up to its first dot: the same for a module's source and for what it is compiled to."""
    folder, _, file = name.rpartition("/")
    return f"{folder}/{file.split('.')[0]}"


def _built() -> Result | None:
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
