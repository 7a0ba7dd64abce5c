"""docs/deploy.md, followed to the letter: what can run against the laptop cloud runs, the rest is what AWS knows."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from local import documents, watch
from tests.e2e import aws_cli
from tests.e2e.conftest import Cloud

PAGE = (documents.ROOT / "docs" / "deploy.md").read_text()
AWS = f'aws() {{ {shlex.quote(sys.executable)} -m tests.e2e.aws_cli "$@"; }}'
TYPED = f"< <({shlex.quote(sys.executable)} -m tests.e2e.mailbox $OPERATOR)"
"""What a person does: look into their mailbox, and type the code."""
STACK_OF_THE_PAGE = "STACK=therapist-booking-staging\n"


def blocks(*headings: str) -> str:
    """The commands under these headings."""
    sections = {part.split("\n", 1)[0]: part for part in re.split(r"^## ", PAGE, flags=re.MULTILINE)}
    return "".join(
        block for heading in headings for block in re.findall(r"```sh\n(.*?)```", sections[heading], re.DOTALL)
    )


def test_from_the_deployed_stack_to_the_first_booking(cloud: Cloud) -> None:
    of_the_stack = [line for line in blocks("3. The application").splitlines() if line.startswith(("output()", "curl"))]
    page = blocks("4. Who works here", "5. The first booking").replace(".venv/bin/", f"{Path(sys.executable).parent}/")
    script = [
        "set -eu",
        AWS,
        "STACK=therapist-booking",  # the laptop cloud's
        *of_the_stack[:1],
        f"API={cloud.stack['api_url']}",  # not amazonaws.com's
        *of_the_stack[1:],
        page.replace("bookingctl --stack $STACK", "bookingctl --local").replace(
            "token $OPERATOR)", f"token $OPERATOR {TYPED})"
        ),
    ]
    environment = {
        **cloud.environment,
        "AWS_ENDPOINT_URL": cloud.stack["aws_endpoint_url"],
        "AWS_DEFAULT_REGION": cloud.stack["region"],
    }
    done = subprocess.run(
        ["bash", "-c", "\n".join(script)],
        cwd=documents.ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert '"status": "confirmed"' in done.stdout.replace('":"', '": "')
    assert "ReserveSlot" in done.stdout, "and its path"
    assert cloud.rows("SELECT status FROM bookings WHERE id = 'first-booking'") == [{"status": "confirmed"}]
    invited = [
        each["To"] for each in watch.emails(cloud.stack["aws_endpoint_url"]) if "login for you" in each["Subject"]
    ]
    assert [[f"{name}@practice.example.com"] in invited for name in ("operator", "ada", "carl")] == [True] * 3


def commands() -> list[str]:
    """Every call of the AWS CLI on the page, also those in the middle of a line."""
    text = "".join(re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL))
    found = [line[start.start() :] for line in text.splitlines() for start in re.finditer(r"\baws (?=[a-z])", line)]
    return [re.split(r"; \}|\)$", command)[0] for command in found]


@pytest.mark.parametrize("command", commands())
def test_every_call_is_one_that_aws_knows(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Services, operations, options and the kinds of their values, by the SDK's own descriptions."""
    filled = re.sub(r"\$\((?:[^()]|\([^)]*\))*\)", "from-another-call", command)
    filled = re.sub(r"\$\{?\w+\}?", "filled-in", filled.replace("'$1'", "`x`"))
    parsed = aws_cli.parse(shlex.split(filled)[1:])
    assert parsed.parameters


def test_a_call_that_aws_does_not_know_is_found_out() -> None:
    for wrong in (
        "sns subscribe --topic x",
        "sns subscribed --topic-arn x",
        "rds create-db-instance --allocated-storage much",
    ):
        with pytest.raises(ValueError, match=r"has no|invalid literal"):
            aws_cli.parse(wrong.split())


def test_it_runs_in_any_posix_shell_that_macos_and_linux_have() -> None:
    assert os.path.exists("/bin/bash")
    script = "".join(re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL))
    done = subprocess.run(["bash", "-n"], input=script, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
