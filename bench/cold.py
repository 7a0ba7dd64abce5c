"""What a cold start takes: each handler's import against what it must load, Api's with its first call, and the zip."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from statistics import median

from bench import first_calls
from bench.built import built
from bench.measure import Result
from local import documents
from local.postgres import PostgresServer

PAIRS, MORE = 5, 10
AT_MOST = 1.3
Pair = tuple[float, ...]
BARE = """
from pydantic import BaseModel
from aws_lambda_powertools import Logger
class One(BaseModel):
    number: int
Logger(service='x')
"""
"""One model, because ``import pydantic`` alone loads nothing of it: whatever uses it loads it then."""

SETTINGS = ("PYDANTIC_DISABLE_PLUGINS",)
"""Of the template: what changes how packages are loaded, for both sides."""

DRIVER = "import psycopg2, psycopg2.extras"
BESIDES = {"custom_message": ("jinja2",), "send_notification": ("jinja2", "boto3")}
"""What a handler loads at its start for what it is there for: words to fill in, and the provider it writes through."""

PROGRAM = """
import time
began = time.process_time()
{}
took = time.process_time() - began
import json, sys
print(json.dumps([took, "psycopg2" in sys.modules]))
"""
"""Of the processor. A handler and what it is held against are started one after the other: a machine that others use
is as slow for both. The ratio is the median of such pairs, of more where it is over the target."""


def run(postgres: PostgresServer) -> Iterator[Result]:
    """Lines for the slowest handler, Api and ReserveSlot; two of Api's first call; and one for what is built."""
    with tempfile.TemporaryDirectory() as compiled:
        variables = documents.own_template()["Globals"]["Function"]["Environment"]["Variables"]
        environment = {**os.environ, **{name: variables[name] for name in SETTINGS}, "PYTHONPYCACHEPREFIX": compiled}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        yield from _imports(environment)
        yield from first_calls.run(postgres, environment)
    if (line := built()) is not None:
        yield line


def _measured(statement: str, environment: dict[str, str]) -> tuple[float, bool]:
    """Seconds, and whether the driver was loaded."""
    program = [sys.executable, "-c", PROGRAM.format(statement)]
    done = subprocess.run(program, cwd=documents.ROOT / "functions", env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        raise AssertionError(done.stderr[-300:])
    seconds, with_driver = json.loads(done.stdout)
    return seconds, with_driver


def _import(name: str) -> str:
    return f"import handlers.{name}"


def _floor(name: str, environment: dict[str, str]) -> str:
    """What this handler must load. The driver, if its function may connect and does not leave it to the first call."""
    function = documents.template()["Resources"][f"{name.title().replace('_', '')}Function"]["Properties"]
    may_connect = "ConnectToDatabase" in json.dumps(function.get("Policies", []))
    _, with_driver = _measured(_import(name), environment)
    besides = [f"import {each}" for each in BESIDES.get(name, ())]
    return "\n".join((*besides, *([DRIVER] if may_connect and with_driver else []), BARE))


def _imports(environment: dict[str, str]) -> Iterator[Result]:
    floors = {name: _floor(name, environment) for name in documents.event_names()}
    for floor in {*floors.values()}:
        _measured(floor, environment)  # compiled, as the handlers are by now
    starts: dict[str, list[Pair]] = {name: [] for name in floors}
    ratios: dict[str, float] = {}
    for number in range(PAIRS + MORE):
        for name in floors if number < PAIRS else [each for each in floors if ratios[each] > AT_MOST]:
            starts[name].append(tuple(_measured(each, environment)[0] for each in (_import(name), floors[name])))
            ratios[name] = median(ours / least for ours, least in starts[name])
    slowest = max(ratios, key=lambda name: ratios[name])
    print("  " + ", ".join(f"{name} {value:.2f}" for name, value in sorted(ratios.items(), key=lambda each: -each[1])))
    for name in dict.fromkeys((slowest, "api", "reserve_slot")):
        ours, least = (median(each) * 1000 for each in zip(*starts[name], strict=True))
        measured = f"{ours:.0f} ms : {least:.0f} ms"
        if name == slowest:
            measured += f"; {sum(value <= AT_MOST for value in ratios.values())} of {len(ratios)} within it"
        what = f"import of {name}" + (f", the slowest of {len(ratios)} handlers" if name == slowest else "")
        yield Result(
            "cold", what, "the packages it must load", ratios[name], f"≤ {AT_MOST}×", ratios[name] <= AT_MOST, measured
        )
