"""Documentation under test: what it shows is run by something, and what it names is there."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.built import REASONS
from booking.services.payments.receive_event import OF_USE
from local import documents
from local.stripe import webhooks

DOCUMENTS = [
    *sorted(documents.ROOT.glob("*.md")),
    *sorted((documents.ROOT / "docs").glob("*.md")),
    documents.ROOT / "tests" / "previous_release" / "README.md",
]
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
    "make token USER=client": "tests/e2e/test_laptop_cloud.py",
    "make postgres-stop": "tests/e2e/test_booking.py: the outage",
    "make postgres-start": "tests/e2e/test_booking.py: the outage",
    "make stepfunctions-local": "tests/contract/test_stepfunctions_local.py: every case; in the container by hand",
    "make sam-invoke F=reserve_slot": "tests/e2e/test_sam_invoke.py, where there is Docker",
    ".venv/bin/bookingctl --local failed": "tests/e2e/test_bookingctl.py",
    "bookingctl": "tests/e2e/test_runbook.py: every command of the runbook, in the situation that it is for",
    "make deploy": "tests/unit/test_deploy.py, against a fake; with an account by hand",
    "make rollback": "tests/unit/test_deploy.py, against a fake; with an account by hand",
    "make deploy-site": "tests/e2e/test_site_release.py, against the laptop cloud; with an account by hand",
    "make rollback-site": "the same",
    "make restore-drill": "tests/integration/test_restore.py",
    "make release-queries": "tests/integration/test_expand_and_contract.py: what it keeps",
    **dict.fromkeys(
        (
            "aws ",
            "curl ",
            "call",
            "output()",
            "group()",
            "until",
            "export AWS",
            "STACK=",
            "API=",
            "OPERATOR=",
            "TOKEN=",
        ),
        "tests/e2e/test_deploy_guide.py: run against the laptop cloud, or held against the SDK's descriptions",
    ),
    **dict.fromkeys(("SERVICE=", "MONTH=", "WHEN=", "BOOKING=", "CLUSTER=", "GROUP=", "SITE="), "the same"),
    ".venv/bin/bookingctl --stack": "the same",
}


FENCE = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)


def name_of(path: Path) -> str:
    return str(path.relative_to(documents.ROOT))


each_document = pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)


def shown() -> list[str]:
    blocks = [block for path in DOCUMENTS for block in re.findall(r"```sh\n(.*?)```", path.read_text(), re.DOTALL)]
    return [line.split("#")[0].strip() for block in blocks for line in block.splitlines() if line.strip()]


@pytest.mark.parametrize("command", shown())
def test_every_command_shown_is_run_by_something(command: str) -> None:
    assert any(command.startswith(known) for known in RUN_BY), command


def test_nothing_is_listed_that_is_not_shown() -> None:
    assert [known for known in RUN_BY if not any(command.startswith(known) for command in shown())] == []


@each_document
def test_every_make_command_named_in_the_documents_exists(path: Path) -> None:
    text = path.read_text()
    named = set(re.findall(r"`make ([a-z0-9-]+)", text)) | set(re.findall(r"^make ([a-z0-9-]+)", text, re.MULTILINE))
    assert named <= TARGETS


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


@each_document
def test_lines_of_prose_fit(path: Path) -> None:
    """Tables and what is shown as it is may be longer, and a link that nobody can break."""
    prose = FENCE.sub("", path.read_text()).splitlines()
    assert [line for line in prose if len(line) > 120 and not line.startswith("|") and " " in line.strip()] == []


def anchors(path: Path) -> set[str]:
    """What GitHub makes of a page's headings."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", path.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@each_document
def test_every_link_leads_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", FENCE.sub("", path.read_text())):
        if not target.startswith("https://"):
            file, _, anchor = target.partition("#")
            page = path.parent / file if file else path
            assert page.exists(), target
            assert not anchor or anchor in anchors(page), target


WHERE_PATHS_BEGIN = ("", "docs", "functions", "functions/booking")
MADE_HERE = (".local", ".venv")


def paths_named(path: Path) -> Iterator[str]:
    """Of what stands between backticks: what begins with a folder of the project's, or ends as its files do."""
    folders = {each.name for each in documents.ROOT.iterdir() if each.is_dir()} | {"booking", "handlers"}
    for word in re.findall(r"`([\w./*-]+)`", FENCE.sub("", path.read_text())):
        ours = "/" in word and word.split("/")[0] in folders
        if (ours or re.search(r"\.(py|sql|md|ya?ml|json|j2|toml)$", word)) and not word.startswith(MADE_HERE):
            yield word


def is_there(word: str) -> bool:
    if "/" not in word:
        return any(documents.ROOT.glob(word)) or any(
            any((documents.ROOT / folder).rglob(word)) for folder in ("functions", "local", "ops", "tests", "docs")
        )
    return any(any((documents.ROOT / start).glob(word.rstrip("/"))) for start in WHERE_PATHS_BEGIN)


@each_document
def test_every_file_named_is_there(path: Path) -> None:
    assert [word for word in paths_named(path) if word not in REASONS and not is_there(word)] == []


def test_the_index_of_the_decisions_names_every_subject_in_order() -> None:
    text = (documents.ROOT / "docs" / "decisions.md").read_text()
    assert re.findall(r"^\| \[(.+?)\]", text, re.MULTILINE) == re.findall(r"^## (.+)$", text, re.MULTILINE)


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


def test_the_price_of_alarms_is_of_as_many_metrics_as_they_watch() -> None:
    watched = (documents.ROOT / "monitoring.yaml").read_text().count("MetricName: ")
    assert watched > 50
    assert f"+ {watched} × 0.10 |" in (documents.ROOT / "docs" / "cost.md").read_text()


def test_the_webhook_is_told_of_what_is_of_use() -> None:
    section = (documents.ROOT / "docs" / "deploy.md").read_text().partition("## 8. Payments")[2].partition("\n## ")[0]
    types = set(re.findall(r"\b(?:checkout|payment_intent|refund|charge)\.[a-z_.]+", section))
    assert types == OF_USE
    assert types == set(webhooks.TYPES), "the laptop's, too"
