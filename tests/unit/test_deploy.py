"""Releasing: migrations first, and the way back. AWS is a fake that remembers what it was asked for."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local import documents
from ops import deploy
from ops.deploy import ALIAS, Aws, DeployError

STACK = "therapist-booking-staging"
MACHINE = "arn:aws:states:eu-central-1:123456789012:stateMachine:booking"
DATA = {output: f"the-{output}" for output in deploy.FROM_DATA.values()}


class FakeAws:
    """CloudFormation, Lambda and Step Functions, as far as a release asks them; ``told`` keeps what was changed."""

    def __init__(self, stacks: dict[str, dict[str, str]], migration: dict[str, Any] | None = None) -> None:
        self.stacks, self.told = stacks, list[Any]()
        self.migration = migration or {"applied": ["0012_next"]}
        self.versions = {"function": 4, "machine": 4}

    def describe_stacks(self, StackName: str) -> Any:  # noqa: N803  # boto3's names, here and below
        if StackName not in self.stacks:
            error: Any = {"Error": {"Code": "ValidationError", "Message": f"Stack with id {StackName} does not exist"}}
            raise ClientError(error, "DescribeStacks")
        outputs = self.stacks[StackName].items()
        return {"Stacks": [{"Outputs": [{"OutputKey": key, "OutputValue": value} for key, value in outputs]}]}

    def update_function_code(self, FunctionName: str, ZipFile: bytes) -> None:  # noqa: N803
        self.told.append(("new code", FunctionName, len(ZipFile) > 0))

    def get_waiter(self, _name: str) -> "FakeAws":
        return self

    def wait(self, **_: str) -> None:
        self.told.append("waited")

    def invoke(self, FunctionName: str, **_: Any) -> dict[str, Any]:  # noqa: N803
        self.told.append(("invoked", FunctionName))
        failed = {"FunctionError": "Unhandled"} if "errorType" in self.migration else {}
        return {"Payload": io.BytesIO(json.dumps(self.migration).encode()), **failed}

    def get_paginator(self, _name: str) -> "FakeAws":
        return self

    def paginate(self, **_: str) -> list[dict[str, Any]]:
        return [{"Versions": [{"Version": "$LATEST"}, {"Version": "2"}]}, {"Versions": [{"Version": "10"}]}]

    def get_alias(self, **_: str) -> dict[str, str]:
        return {"FunctionVersion": str(self.versions["function"])}

    def update_alias(self, **change: Any) -> None:
        self.told.append((change["FunctionName"], change["FunctionVersion"]))

    def list_state_machine_versions(self, stateMachineArn: str, **_: Any) -> Any:  # noqa: N803
        return {"stateMachineVersions": [{"stateMachineVersionArn": f"{stateMachineArn}:{n}"} for n in (10, 9, 2)]}

    def describe_state_machine_alias(self, **_: str) -> Any:
        arn = f"{MACHINE}:{self.versions['machine']}"
        return {"routingConfiguration": [{"stateMachineVersionArn": arn, "weight": 100}]}

    def update_state_machine_alias(self, **change: Any) -> None:
        self.told.append(change["routingConfiguration"])


@pytest.fixture
def built(tmp_path: Path) -> Path:
    (tmp_path / "ApiFunction-Shared").mkdir()
    (tmp_path / "ApiFunction-Shared" / "handler.py").write_text("x = 1\n")
    return tmp_path


def release(fake: FakeAws, built: Path) -> None:
    deploy.deploy(Aws(fake, fake, fake), "staging", lambda *words: fake.told.append(words), built)


def test_the_schema_is_migrated_with_the_new_code_before_anything_is_deployed(built: Path) -> None:
    fake = FakeAws({f"{STACK}-data": DATA, STACK: {"MigrateFunctionName": "migrate"}})
    release(fake, built)
    assert [each[0] for each in fake.told if each != "waited"] == ["build", "new code", "invoked", "deploy"]
    overrides = fake.told[-1]
    assert overrides[:4] == ("deploy", "--config-env", "staging", "--parameter-overrides")
    assert "DatabaseHost=the-DatabaseHost" in overrides
    assert "StageName=staging" in overrides, "what samconfig.toml says holds too"


def test_a_migration_that_fails_stops_the_release(built: Path) -> None:
    fake = FakeAws(
        {f"{STACK}-data": DATA, STACK: {"MigrateFunctionName": "migrate"}}, {"errorType": "StatementRefused"}
    )
    with pytest.raises(DeployError, match="nothing was deployed: StatementRefused"):
        release(fake, built)
    assert not any(each[0] == "deploy" for each in fake.told)


def test_the_first_release_migrates_when_there_is_something_to_migrate_with(built: Path) -> None:
    fake = FakeAws({f"{STACK}-data": DATA})

    def sam(*words: str) -> None:
        fake.told.append(words)
        if words[0] == "deploy":
            fake.stacks[STACK] = {"MigrateFunctionName": "migrate"}

    deploy.deploy(Aws(fake, fake, fake), "staging", sam, built)
    assert [each[0] for each in fake.told] == ["build", "deploy", "invoked"]


def test_without_the_data_stack_it_says_what_comes_first(built: Path) -> None:
    with pytest.raises(DeployError, match="make deploy-data ENV=staging comes first"):
        release(FakeAws({}), built)


def test_rollback_takes_every_alias_one_version_back() -> None:
    fake = FakeAws({STACK: {"ApiFunctionName": "api", "BookingStateMachineArn": MACHINE, "ApiUrl": "https://x"}})
    fake.versions = {"function": 10, "machine": 10}
    deploy.rollback(Aws(fake, fake, fake), "staging")
    assert fake.told == [("api", "2"), [{"stateMachineVersionArn": f"{MACHINE}:9", "weight": 100}]]
    fake.told.clear()
    fake.versions = {"function": 2, "machine": 2}
    deploy.rollback(Aws(fake, fake, fake), "staging")
    assert fake.told == [], "there is nothing before the first"


def test_an_environment_that_is_none_is_named() -> None:
    for name in ("nowhere", "local"):
        with pytest.raises(DeployError, match=name):
            deploy.settings(name)


def test_what_the_application_takes_of_the_data_stack_is_there_on_both_sides() -> None:
    assert set(deploy.FROM_DATA.values()) <= set(documents.data_template()["Outputs"])
    assert set(deploy.FROM_DATA) <= set(documents.template()["Parameters"])
    assert documents.template()["Globals"]["Function"]["AutoPublishAlias"] == ALIAS
