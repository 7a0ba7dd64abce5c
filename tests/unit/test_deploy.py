"""Releasing: migrations first, and the way back. AWS is a fake that remembers what it was asked for."""

import io
import json
import tomllib
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
        self.versions = {"function": "4", "machine": "4"}
        self.kept: dict[str, str] = {}

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

    def get_alias(self, **_: str) -> dict[str, str]:
        return {"FunctionVersion": self.versions["function"]}

    def update_alias(self, **change: Any) -> None:
        self.told.append((change["FunctionName"], change["FunctionVersion"]))

    def describe_state_machine_alias(self, **_: str) -> Any:
        routing = [(f"{MACHINE}:{self.versions['machine']}", 90), (f"{MACHINE}:99", 10)]  # 99 is being shifted to
        return {"routingConfiguration": [{"stateMachineVersionArn": arn, "weight": weight} for arn, weight in routing]}

    def update_state_machine_alias(self, **change: Any) -> None:
        self.told.append(change["routingConfiguration"])

    def put_parameter(self, Name: str, Value: str, **_: Any) -> None:  # noqa: N803
        self.kept[Name] = Value

    def get_parameter(self, Name: str) -> Any:  # noqa: N803
        if Name not in self.kept:
            raise ClientError({"Error": {"Code": "ParameterNotFound", "Message": ""}}, "GetParameter")
        return {"Parameter": {"Value": self.kept[Name]}}

    def update_termination_protection(self, StackName: str, EnableTerminationProtection: bool) -> None:  # noqa: N803
        self.told.append((StackName, "protected", EnableTerminationProtection))

    def set_stack_policy(self, StackName: str, StackPolicyBody: str) -> None:  # noqa: N803
        self.told.append((StackName, json.loads(StackPolicyBody)))


def aws(fake: FakeAws) -> Aws:
    return Aws(fake, fake, fake, fake)


@pytest.fixture
def built(tmp_path: Path) -> Path:
    (tmp_path / "ApiFunction-Shared").mkdir()
    (tmp_path / "ApiFunction-Shared" / "handler.py").write_text("x = 1\n")
    return tmp_path


def release(fake: FakeAws, built: Path) -> None:
    deploy.deploy(aws(fake), "staging", lambda *words: fake.told.append(words), built)


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

    deploy.deploy(aws(fake), "staging", sam, built)
    assert [each[0] for each in fake.told] == ["build", "deploy", "invoked"]


def test_without_the_data_stack_it_says_what_comes_first(built: Path) -> None:
    with pytest.raises(DeployError, match="make deploy-data ENV=staging comes first"):
        release(FakeAws({}), built)


RELEASED = {"ApiFunctionName": "api", "BookingStateMachineArn": MACHINE, "MigrateFunctionName": "migrate"}


def test_rollback_takes_every_alias_back_to_where_it_was_before_the_last_release(built: Path) -> None:
    """Of which only the functions were changed: the machine has no new version, and stays."""
    fake = FakeAws({f"{STACK}-data": DATA, STACK: RELEASED})

    def sam(*words: str) -> None:
        if words[0] == "deploy":
            fake.versions["function"] = "7"

    deploy.deploy(aws(fake), "staging", sam, built)
    deploy.deploy(aws(fake), "staging", lambda *_: None, built)  # nothing to deploy: nothing is forgotten by that
    fake.told.clear()
    deploy.rollback(aws(fake), "staging")
    assert [each for each in fake.told if each[0] != "migrate"] == [
        ("api", "4"),
        [{"stateMachineVersionArn": f"{MACHINE}:4", "weight": 100}],
    ]


def test_a_release_that_fails_half_way_can_be_taken_back(built: Path) -> None:
    fake = FakeAws({f"{STACK}-data": DATA, STACK: RELEASED})

    def sam(*words: str) -> None:
        if words[0] == "deploy":
            fake.versions["function"] = "7"
            raise DeployError("sam deploy failed")

    with pytest.raises(DeployError):
        deploy.deploy(aws(fake), "staging", sam, built)
    fake.told.clear()
    deploy.rollback(aws(fake), "staging")
    assert ("api", "4") in fake.told


def test_a_release_that_removes_a_function_can_be_taken_back(built: Path) -> None:
    fake = FakeAws({f"{STACK}-data": DATA, STACK: {**RELEASED, "OldFunctionName": "old"}})

    def sam(*words: str) -> None:
        if words[0] == "deploy":
            del fake.stacks[STACK]["OldFunctionName"]

    deploy.deploy(aws(fake), "staging", sam, built)
    fake.told.clear()
    deploy.rollback(aws(fake), "staging")
    assert ("api", "4") in fake.told


def test_before_the_first_release_there_is_nothing_to_go_back_to() -> None:
    with pytest.raises(DeployError, match="no release"):
        deploy.rollback(aws(FakeAws({STACK: RELEASED})), "staging")


def test_production_is_asked_for_before_anything_is_changed(built: Path) -> None:
    fake = FakeAws({"therapist-booking-data": DATA, "therapist-booking": RELEASED})
    sam = lambda *words: fake.told.append(words)  # noqa: E731
    with pytest.raises(DeployError, match="nothing was changed"):
        deploy.deploy(aws(fake), "production", sam, built, lambda _: "")
    assert fake.told == [("build",)]
    deploy.deploy(aws(fake), "production", sam, built, lambda _: "y")
    assert fake.told[-1][:3] == ("deploy", "--config-env", "production")


def test_what_must_not_be_lost_is_protected_from_updates_and_from_deletion() -> None:
    fake = FakeAws({})
    deploy.deploy_data(aws(fake), "staging", lambda *words: fake.told.append(words))
    deployed, protected, policy = fake.told
    config = str(documents.ROOT / "samconfig.toml")
    assert deployed[:5] == ("deploy", "--config-file", config, "--config-env", "staging-data")
    assert protected == (f"{STACK}-data", "protected", True)
    denied = policy[1]["Statement"][1]
    assert denied["Effect"] == "Deny"
    assert {each.removeprefix("LogicalResourceId/") for each in denied["Resource"]} <= set(
        documents.data_template()["Resources"]
    )


@pytest.mark.parametrize("environment", ["staging", "production"])
def test_each_environment_has_its_data_stack(environment: str) -> None:
    config = tomllib.loads((documents.ROOT / "samconfig.toml").read_text())
    data = config[f"{environment}-data"]
    assert data["global"]["parameters"]["stack_name"] == f"{deploy.settings(environment)['stack']}-data"
    named = {each.split("=")[0] for each in data["deploy"]["parameters"]["parameter_overrides"].split()}
    assert named <= set(documents.data_template()["Parameters"])


def test_an_environment_that_is_none_is_named() -> None:
    for name in ("nowhere", "local"):
        with pytest.raises(DeployError, match=name):
            deploy.settings(name)


def test_what_the_application_takes_of_the_data_stack_is_there_on_both_sides() -> None:
    assert set(deploy.FROM_DATA.values()) <= set(documents.data_template()["Outputs"])
    assert set(deploy.FROM_DATA) <= set(documents.template()["Parameters"])
    assert documents.template()["Globals"]["Function"]["AutoPublishAlias"] == ALIAS
