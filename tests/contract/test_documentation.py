"""Documentation under test: every command it shows exists, and is run by a test or by what runs the tests."""

import re
import subprocess

import pytest

from local import documents

DOCUMENTS = [documents.ROOT / "README.md", *sorted((documents.ROOT / "docs").glob("*.md"))]
TARGETS = {
    line.split(":")[0]
    for line in (documents.ROOT / "Makefile").read_text().splitlines()
    if re.match(r"[a-z0-9-]+:.*## ", line)
}

# What runs each command that the documents show.
RUN_BY = {
    "make run": "tests/e2e/conftest.py: the cloud of all e2e tests is started and stopped as make run is",
    "make test": ".ci/run",
    "make invoke F=reserve_slot": "tests/e2e/test_laptop_cloud.py: every event",
    "make postgres-stop": "tests/e2e/test_booking.py: the outage",
    "make postgres-start": "tests/e2e/test_booking.py: the outage",
    "make stepfunctions-local": "tests/contract/test_stepfunctions_local.py: every case; in the container by hand",
    "make sam-invoke F=reserve_slot": "tests/e2e/test_sam_invoke.py, where there is Docker",
    ".venv/bin/bookingctl --local failed": "tests/e2e/test_bookingctl.py",
    "bookingctl": "tests/e2e/test_bookingctl.py: every command of the runbook",
    "make deploy": "tests/unit/test_deploy.py, against a fake; with an account by hand",
    "make rollback": "tests/unit/test_deploy.py, against a fake; with an account by hand",
    "make restore-drill": "tests/integration/test_restore.py",
    "make release-queries": "tests/integration/test_expand_and_contract.py: what it keeps",
    **dict.fromkeys(
        ("aws ", "curl ", "call", "output()", "group()", "until", "export AWS", "STACK=", "API=", "POOL=", "TOKEN="),
        "tests/e2e/test_deploy_guide.py: run against the laptop cloud, or held against the SDK's descriptions",
    ),
    **dict.fromkeys(("SERVICE=", "MONTH=", "WHEN=", "BOOKING=", "CLUSTER=", "GROUP="), "the same"),
    ".venv/bin/bookingctl --stack": "the same",
}


def shown() -> list[str]:
    blocks = [block for path in DOCUMENTS for block in re.findall(r"```sh\n(.*?)```", path.read_text(), re.DOTALL)]
    return [line.split("#")[0].strip() for block in blocks for line in block.splitlines() if line.strip()]


@pytest.mark.parametrize("command", shown())
def test_every_command_shown_is_run_by_something(command: str) -> None:
    assert any(command.startswith(known) for known in RUN_BY), command


def test_nothing_is_listed_that_is_not_shown() -> None:
    assert [known for known in RUN_BY if not any(command.startswith(known) for command in shown())] == []


def test_every_make_command_named_in_the_documents_exists() -> None:
    for path in DOCUMENTS:
        named = set(re.findall(r"`make ([a-z0-9-]+)", path.read_text()))
        assert named <= TARGETS, path


def test_make_help_lists_every_target_and_make_alone_is_make_help() -> None:
    def make(*words: str) -> str:
        done = subprocess.run(
            ["make", "--no-print-directory", *words], cwd=documents.ROOT, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    listed = make("help")
    assert make() == listed
    assert set(re.findall(r"^  make ([a-z0-9-]+)", listed, re.MULTILINE)) == TARGETS


def test_every_link_leads_somewhere() -> None:
    for path in DOCUMENTS:
        for target in re.findall(r"\]\(([^)#]+)\)", path.read_text()):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_requirements_are_pinned_hashed_and_name_no_index() -> None:
    for path in (documents.ROOT / "requirements").glob("*.txt"):
        _is_locked(path.read_text())
    _is_locked((documents.ROOT / "functions" / "requirements.txt").read_text())


def _is_locked(text: str) -> None:
    assert "://" not in text
    assert "--index-url" not in text
    for entry in re.split(r"\n(?=\S)", text.strip()):
        assert "==" in entry
        assert "--hash=sha256:" in entry
