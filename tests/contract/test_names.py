"""One name, five places; and imports that point one way."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from booking.store.queries import Queries
from local import documents

FUNCTIONS = documents.ROOT / "functions"
HANDLERS = sorted(path.stem for path in (FUNCTIONS / "handlers").glob("[a-z]*.py"))
RESOURCES = documents.template()["Resources"]
LAMBDAS = {name: each for name, each in RESOURCES.items() if each["Type"] == "AWS::Serverless::Function"}


def test_every_handler_has_its_function_its_event_and_no_function_lacks_one() -> None:
    assert {f"{documents.pascal_case(name)}Function" for name in HANDLERS} == set(LAMBDAS)
    assert {LAMBDAS[f"{documents.pascal_case(name)}Function"]["Properties"]["Handler"] for name in HANDLERS} == {
        f"handlers.{name}.handler" for name in HANDLERS
    }
    assert documents.event_names() == HANDLERS


def test_every_task_that_invokes_a_function_is_named_after_it_and_tested() -> None:
    for machine in documents.state_machines().values():
        for name in documents.functions_of(machine):
            assert machine["States"][name]["Parameters"]["FunctionName"] == f"${{{name}FunctionArn}}"
            snake = documents.snake_case(name)
            assert snake in HANDLERS
            assert list((documents.ROOT / "tests").rglob(f"test_{snake}.py"))


@pytest.mark.parametrize("name", HANDLERS)
def test_a_handler_fits_on_a_page(name: str) -> None:
    assert len((FUNCTIONS / "handlers" / f"{name}.py").read_text().splitlines()) <= 40


# What a module of a room may import of the project. Rooms are listed from the outside in.
ROOMS = {
    "handlers": {"handlers", "booking"},
    "booking/services": {
        *("access", "addresses", "changing", "codes", "contracts", "dues", "errors", "free_days", "invitations"),
        *("letters", "login_mails", "migrations", "model", "money", "notices", "notifications", "paid", "ports"),
        *("problems", "reasons", "recurrence", "rules", "services", "store", "versions", "working_time", "zones"),
    },
    "booking/channels": {"addresses", "channels", "contracts", "notices", "codes", "model", "errors"},
    "booking/ports.py": {"contracts", "codes", "model", "notices"},
    "booking/notifications.py": {"codes", "model"},
    "booking/letters.py": {"codes", "model", "notifications", "places"},
    "booking/dates.py": {"codes", "model", "zones"},
    "booking/migrations.py": {"config"},
    "booking/notices.py": {"dates", "gsm", "layouts", "letters", "codes", "model", "money", "places"},
    "booking/layouts.py": {"colours", "notices"},
    "booking/places.py": {"codes"},
    "booking/colours.py": set(),
    "booking/login_mails.py": {"codes", "letters", "notices"},
    "booking/invitations.py": {"letters", "codes", "model", "notices", "notifications", "vtimezone", "zones"},
    "booking/vtimezone.py": {"working_time"},
    "booking/store": {
        *("store", "database", "dues", "letters", "codes", "model", "notifications", "paid", "places", "texts"),
        "zones",
    },
    "booking/database.py": {"config", "errors"},
    "booking/contracts": {"addresses", "contracts", "dues", "errors", "codes", "model", "money", "problems", "texts"},
    "booking/versions.py": {"errors", "problems"},
    "booking/access.py": {"errors", "codes", "model", "problems"},
    "booking/config.py": {"errors", "rds_token"},
    "booking/rds_token.py": set(),
    "booking/rules.py": {"codes", "model", "reasons", "working_time"},
    "booking/free_days.py": {"codes", "model", "rules"},
    "booking/changing.py": {"codes", "model", "rules"},
    "booking/dues.py": {"codes", "money"},
    "booking/paid.py": {"codes", "dues"},
    "booking/recurrence.py": {"codes", "model"},
    "booking/working_time.py": {"codes", "model"},
    "booking/model.py": {"codes"},
    "booking/codes.py": set(),
    "booking/money.py": {"codes"},
    "booking/reasons.py": {"codes", "model"},
    "booking/errors.py": {"problems"},
    "booking/problems.py": set(),
    "booking/gsm.py": set(),
    "booking/addresses.py": {"codes", "model"},
    "booking/texts.py": set(),
    "booking/zones.py": set(),
}
STANDARD_LIBRARY_ONLY = {
    *(
        "booking/rds_token.py",
        "booking/dates.py",
        "booking/letters.py",
        "booking/places.py",
        "booking/colours.py",
        "booking/notifications.py",
        "booking/codes.py",
        "booking/model.py",
        "booking/money.py",
        "booking/reasons.py",
        "booking/rules.py",
        "booking/free_days.py",
        "booking/changing.py",
        "booking/dues.py",
        "booking/paid.py",
        "booking/errors.py",
        "booking/problems.py",
        "booking/access.py",
        "booking/working_time.py",
        "booking/texts.py",
        "booking/zones.py",
    ),
}


def modules(room: str) -> list[Path]:
    path = FUNCTIONS / room
    return [path] if path.is_file() else sorted(path.rglob("*.py"))


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "booking":
            found.update(f"booking.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


@pytest.mark.parametrize("room", ROOMS)
def test_imports_point_one_way(room: str) -> None:
    for path in modules(room):
        for name in imports(path):
            top, *rest = name.split(".")
            if top == "booking":
                allowed = ROOMS[room] if room != "handlers" else None
                assert allowed is None or rest[0] in allowed, f"{path.name} imports {name}"
            elif top in ("handlers", "local", "tests", "ops"):
                assert top in ROOMS[room], f"{path.name} imports {name}"
            elif room in STANDARD_LIBRARY_ONLY:
                assert top in sys.stdlib_module_names, f"{path.name} imports {name}"


def test_what_use_cases_share_lies_in_no_use_case() -> None:
    """A service that handlers import is a use case; another service imports only what is none."""
    services = modules("booking/services")
    by_handlers = {name for path in modules("handlers") for name in _services(path)}
    by_services = {name for path in services for name in _services(path)}
    assert by_handlers
    assert by_services
    assert by_handlers & by_services == set()


def _services(path: Path) -> set[str]:
    """The modules of services that a file imports, or imports from."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("booking.services"):
            package = FUNCTIONS.joinpath(*str(node.module).split("."))
            found.update(f"{node.module}.{each.name}" if package.is_dir() else str(node.module) for each in node.names)
    return found


def test_every_module_of_the_application_is_in_a_room() -> None:
    top_level = {f"booking/{path.name}" for path in (FUNCTIONS / "booking").glob("[a-z]*.py")}
    folders = {f"booking/{path.name}" for path in (FUNCTIONS / "booking").iterdir() if (path / "__init__.py").exists()}
    assert top_level | folders | {"handlers"} == set(ROOMS)


def test_only_the_store_speaks_sql_and_only_config_reads_the_environment() -> None:
    for path in FUNCTIONS.rglob("*.py"):
        text = path.read_text()
        if path.parent.name != "store" and path.name != "migrations.py":
            assert "aiosql" not in text, path
            assert ".execute(" not in text, path
        if path.name != "config.py":
            assert "environ" not in text.replace("environment", ""), path


# What takes long to import, and few calls need: whoever does imports it then.
DEAR = {
    *("boto3", "botocore.session", "stripe", "requests", "email_validator", "jinja2", "icalendar", "dateutil", "yoyo"),
    *("aiosql", "asyncio", "importlib.metadata", "aws_lambda_powertools.event_handler"),
}
NEEDED_AT_ONCE = {
    "custom_message": {"jinja2"},
    "send_notification": {"boto3", "botocore.session", "jinja2", "icalendar", "dateutil", "importlib.metadata"},
}
"""By who is there to fill in words or to send them."""


@pytest.mark.parametrize("name", HANDLERS)
def test_a_handler_imports_nothing_dear_that_its_first_call_may_not_need(name: str) -> None:
    program = f"import json, sys, handlers.{name}; print(json.dumps(sorted({DEAR!r} & set(sys.modules))))"
    done = subprocess.run([sys.executable, "-c", program], cwd=FUNCTIONS, check=True, capture_output=True, text=True)
    assert set(json.loads(done.stdout)) == NEEDED_AT_ONCE.get(name, set())


@pytest.mark.parametrize("name", ["email", "sms", "dead_letters"])
def test_a_channel_does_not_load_the_store(name: str) -> None:
    program = f"import sys, booking.channels.{name}; sys.exit('psycopg2' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=FUNCTIONS, check=False)
    assert done.returncode == 0


def test_one_place_turns_a_kept_name_into_a_time_zone() -> None:
    """tzdata may not have it any more, and that is one row's trouble: see booking/zones.py."""
    for path in FUNCTIONS.rglob("*.py"):
        if path.name != "zones.py":
            assert not re.search(r"ZoneInfo\((?!\"UTC\"\))", path.read_text()), path


LOCKS = r"\bFOR (UPDATE|NO KEY UPDATE|KEY SHARE)\b|pg_advisory_xact_lock|\bchanges_are_too_many\b"
SQL = sorted((FUNCTIONS / "booking" / "sql").glob("*.sql"))


@pytest.mark.parametrize("path", SQL, ids=lambda path: path.stem)
def test_a_module_of_the_store_uses_every_query_of_its_file_and_no_other(path: Path) -> None:
    named = re.findall(r"^-- name: (\w+)", path.read_text(), re.MULTILINE)
    module = FUNCTIONS / "booking" / "store" / f"{path.stem}.py"
    assert len(named) == len(set(named)), "the later one would be taken, and nothing said"
    assert set(re.findall(r"\bqueries\.(\w+)\(", module.read_text())) == set(named)


@pytest.mark.parametrize("path", SQL, ids=lambda path: path.stem)
def test_every_query_has_the_parameters_that_it_declares(path: Path) -> None:
    """aiosql says so when a query is first used. An apostrophe in a comment beside SQL is a quotation mark to it."""
    queries = Queries(path.stem)
    for name in re.findall(r"^-- name: (\w+)", path.read_text(), re.MULTILINE):
        assert callable(getattr(queries, name))


@pytest.mark.parametrize("path", SQL, ids=lambda path: path.stem)
def test_a_query_that_only_locks_or_reads_under_a_lock_says_so_by_its_name(path: Path) -> None:
    for part in re.split(r"^-- name: ", path.read_text(), flags=re.MULTILINE)[1:]:
        name, _, text = part.partition("(")
        statement = re.sub(r"--.*", "", text)
        locks = re.search(LOCKS, statement)
        writes = re.search(r"\b(INSERT INTO|DELETE FROM|UPDATE \w+( AS \w+)? SET)\b", statement)
        assert name.startswith("lock_") == bool(locks and not writes), name
