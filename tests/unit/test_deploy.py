"""Releasing: migrations first, and the way back. AWS is a fake that refuses what AWS refuses."""

import io
import json
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local import documents
from ops import brakes, deploy, releases
from ops.deploy import ALIAS, Aws, Desk
from ops.pruning import KEPT, prune
from ops.releases import DeployError

STACK = "therapist-booking-staging"
MACHINE = "arn:aws:states:eu-central-1:123456789012:stateMachine:booking"
FUNCTION = "arn:aws:lambda:eu-central-1:123456789012:function"
DATA = {output: f"the-{output}" for output in deploy.FROM_DATA.values()}
OUTPUTS = {"BookingStateMachineArn": MACHINE, "MigrateFunctionName": "migrate"}
NAMES = ("api", "migrate")


def refused(code: str, message: str, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, operation)


@dataclass
class Pages:
    """One page of what the operation says."""

    operation: Any

    def paginate(self, **given: Any) -> list[Any]:
        return [self.operation(**given)]


@dataclass
class FakeAws:
    """One account with one stack. What Lambda, CodeDeploy and CloudFormation refuse, it refuses:

    - Lambda publishes no version that is as the last one ("already exists");
    - CodeDeploy shifts an alias from the version that the stack's template names, and from no other;
    - it stops a deployment when an alarm of an enabled alarm configuration sounds, also one that sounded before;
    - a deployment that fails takes the stack back to where it was, and the published versions stay.
    """

    stacks: dict[str, dict[str, str]] = field(default_factory=lambda: {f"{STACK}-data": DATA})
    migration: dict[str, Any] = field(default_factory=lambda: {"applied": ["0012_next"]})
    sounding: bool = False  # whether an alarm sounds
    told: list[Any] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)
    live: dict[str, int] = field(default_factory=dict)  # the alias of each function and machine
    in_the_template: dict[str, int] = field(default_factory=dict)
    published: dict[str, list[str]] = field(default_factory=dict)  # by function: the release of each version
    machine_versions: dict[int, str] = field(default_factory=dict)  # definitions
    groups: dict[str, Any] = field(default_factory=dict)
    origins: list[tuple[int, int, str]] = field(default_factory=list)  # api's: from, to, how
    executions: list[dict[str, Any]] = field(default_factory=list)

    def aws(self) -> Aws:
        return Aws(self, self, self, self, self, self)

    def get_paginator(self, operation: str) -> Pages:
        return Pages(getattr(self, operation))

    # -- CloudFormation -----------------------------------------------------------------------------------------------

    def describe_stacks(self, StackName: str) -> Any:  # noqa: N803  # boto3's names, here and below
        if StackName not in self.stacks:
            raise refused("ValidationError", f"Stack with id {StackName} does not exist", "DescribeStacks")
        outputs = self.stacks[StackName].items()
        return {"Stacks": [{"Outputs": [{"OutputKey": key, "OutputValue": value} for key, value in outputs]}]}

    def list_stack_resources(self, StackName: str) -> Any:  # noqa: N803
        assert StackName in self.stacks
        version, there = "AWS::Lambda::Version", "CREATE_COMPLETE"
        found = [("AWS::CodeDeploy::Application", "application", there)]
        found += [("AWS::Lambda::Function", name, there) for name in NAMES]
        found += [(version, f"{FUNCTION}:{name}:{self.in_the_template[name]}", there) for name in NAMES]
        found += [(version, f"{FUNCTION}:{name}:{self.in_the_template[name] - 1}", "DELETE_SKIPPED") for name in NAMES]
        keys = ("ResourceType", "PhysicalResourceId", "ResourceStatus")
        return {"StackResourceSummaries": [dict(zip(keys, each, strict=True)) for each in found]}

    def update_termination_protection(self, StackName: str, EnableTerminationProtection: bool) -> None:  # noqa: N803
        self.told.append((StackName, "protected", EnableTerminationProtection))

    def set_stack_policy(self, StackName: str, StackPolicyBody: str) -> None:  # noqa: N803
        self.told.append((StackName, json.loads(StackPolicyBody)))

    def update_stack(self, given: dict[str, str]) -> None:
        """What ``sam deploy`` asks for. Raises ``DeployError`` after everything is as it was."""
        before, release = dict(self.live), given["Release"]
        new: dict[str, int] = {}
        for name in NAMES:
            versions = self.published.setdefault(name, [])
            if versions and versions[-1] == release:
                raise DeployError(f"{name}: a version for this Lambda function exists")
            versions.append(release)
            new[name] = len(versions)
        new[MACHINE] = max(self.machine_versions, default=0) + 1
        self.machine_versions[new[MACHINE]] = f'{{"Resource": "{FUNCTION}:api:{new["api"]}"}}'
        try:
            for name in NAMES:
                self._shift(name, new[name])
            if MACHINE in self.live and given["Urgent"] == "false" and self.sounding:
                raise DeployError("an alarm sounds: the machine's alias goes back")
            self.live[MACHINE] = new[MACHINE]
        except DeployError:
            self.live = before
            raise
        self.in_the_template = new
        self.stacks[STACK] = OUTPUTS

    # -- CodeDeploy ---------------------------------------------------------------------------------------------------

    def _shift(self, name: str, version: int) -> None:
        if name not in self.live:  # an alias that is new is made as it shall be
            self.live[name] = version
            self.groups[name] = {
                "deploymentConfigName": brakes.CANARY,
                "alarmConfiguration": {"enabled": True, "alarms": [{"name": "errors"}]},
            }
            return
        group, origin = self.groups[name], self.in_the_template[name]
        if name == "api":
            self.origins.append((origin, version, group["deploymentConfigName"].rsplit(".", 1)[1]))
        if self.live[name] != origin:
            raise DeployError(f"{name}: the alias names {self.live[name]}, and the deployment starts from {origin}")
        if self.sounding and group["alarmConfiguration"]["enabled"]:
            raise DeployError(f"{name}: one or more alarms have been activated")
        self.live[name] = version

    def list_deployment_groups(self, applicationName: str) -> Any:  # noqa: N803
        assert applicationName == "application"
        return {"deploymentGroups": list(self.groups)}

    def get_deployment_group(self, deploymentGroupName: str, **_: str) -> Any:  # noqa: N803
        return {"deploymentGroupInfo": json.loads(json.dumps(self.groups[deploymentGroupName]))}

    def update_deployment_group(self, applicationName: str, currentDeploymentGroupName: str, **change: Any) -> None:  # noqa: N803
        assert applicationName == "application"
        self.groups[currentDeploymentGroupName].update(change)  # what is left out stays

    # -- Lambda -------------------------------------------------------------------------------------------------------

    def update_function_code(self, FunctionName: str, ZipFile: bytes) -> None:  # noqa: N803
        self.told.append(("new code", FunctionName, len(ZipFile) > 0))

    def get_waiter(self, _name: str) -> "FakeAws":
        return self

    def wait(self, **_: str) -> None:
        self.told.append(("waited",))

    def invoke(self, FunctionName: str, **_: Any) -> dict[str, Any]:  # noqa: N803
        self.told.append(("invoked", FunctionName))
        failed = {"FunctionError": "Unhandled"} if "errorType" in self.migration else {}
        return {"Payload": io.BytesIO(json.dumps(self.migration).encode()), **failed}

    def get_alias(self, FunctionName: str, Name: str) -> Any:  # noqa: N803
        assert Name == ALIAS
        return {"FunctionVersion": str(self.live[FunctionName])}

    def list_versions_by_function(self, FunctionName: str) -> Any:  # noqa: N803
        there = [n for n, release in enumerate(self.published[FunctionName], 1) if release != "deleted"]
        return {"Versions": [{"Version": "$LATEST"}, *({"Version": str(n)} for n in there)]}

    def delete_function(self, FunctionName: str, Qualifier: str) -> None:  # noqa: N803
        if int(Qualifier) == self.live[FunctionName]:
            raise refused("ResourceConflictException", "the alias live refers to it", "DeleteFunction")
        self.published[FunctionName][int(Qualifier) - 1] = "deleted"

    # -- Step Functions -----------------------------------------------------------------------------------------------

    def describe_state_machine_alias(self, **_: str) -> Any:
        return {"routingConfiguration": [{"stateMachineVersionArn": f"{MACHINE}:{self.live[MACHINE]}", "weight": 100}]}

    def list_state_machine_versions(self, **_: Any) -> Any:
        return {"stateMachineVersions": [{"stateMachineVersionArn": f"{MACHINE}:{n}"} for n in self.machine_versions]}

    def describe_state_machine(self, stateMachineArn: str) -> Any:  # noqa: N803
        number = stateMachineArn.removeprefix(MACHINE).removeprefix(":") or max(self.machine_versions)
        return {"definition": self.machine_versions[int(number)]}

    def delete_state_machine_version(self, stateMachineVersionArn: str) -> None:  # noqa: N803
        number = int(stateMachineVersionArn.rsplit(":", 1)[1])
        if number == self.live[MACHINE]:
            raise refused("ConflictException", "an alias refers to it", "DeleteStateMachineVersion")
        del self.machine_versions[number]

    def list_executions(self, stateMachineArn: str, statusFilter: str) -> Any:  # noqa: N803
        assert stateMachineArn == MACHINE
        return {"executions": [each for each in self.executions if each["status"] == statusFilter]}

    # -- SSM ----------------------------------------------------------------------------------------------------------

    def put_parameter(self, Name: str, Value: str, **_: Any) -> None:  # noqa: N803
        self.kept[Name] = Value

    def get_parameter(self, Name: str) -> Any:  # noqa: N803
        if Name not in self.kept:
            raise refused("ParameterNotFound", "", "GetParameter")
        return {"Parameter": {"Value": self.kept[Name]}}


class Practice:
    """A repository whose commits are released; every release is a minute after the one before."""

    def __init__(self, folder: Path, fake: FakeAws) -> None:
        self.fake, self.commit, self.answer, self.minute = fake, "a" * 40, "y", 0
        self.built: dict[str, str] = {}  # by release: its commit
        self.desk = Desk(self.sam, lambda _: self.answer, lambda: self.commit, self.checked_out, folder, self.now)
        self.folders = {folder: ""}  # "": what is checked out here
        self._furnish(folder)

    def _furnish(self, folder: Path) -> None:
        (folder / ".aws-sam" / "build" / "ApiFunction-Shared").mkdir(parents=True)
        (folder / ".aws-sam" / "build" / "ApiFunction-Shared" / "handler.py").write_text("x = 1\n")
        for name in ("samconfig.toml", "template.yaml"):
            shutil.copy(documents.ROOT / name, folder / name)

    def now(self) -> datetime:
        return datetime(2027, 3, 1, 9, self.minute, tzinfo=UTC)

    @contextmanager
    def checked_out(self, commit: str) -> Iterator[Path]:
        folder = self.desk.root / f"worktree-{self.minute}"
        folder.mkdir()
        self._furnish(folder)
        self.folders[folder] = commit
        yield folder
        shutil.rmtree(folder)

    def sam(self, *words: str, root: Path) -> None:
        self.fake.told.append(words)
        if words[0] == "deploy":
            given = dict(each.split("=", 1) for each in words if "=" in each)
            self.built[given["Release"]] = self.folders[root] or self.commit
            self.fake.update_stack(given)

    def release(self, commit: str, *, urgent: bool = False, environment: str = "staging") -> None:
        self.commit, self.minute = commit * 40, self.minute + 1
        deploy.deploy(self.fake.aws(), environment, self.desk, urgent=urgent)

    def rollback(self) -> None:
        self.minute += 1
        deploy.rollback(self.fake.aws(), "staging", self.desk)

    def live(self) -> str:
        """The first letter of the commit that takes the traffic; from there CodeDeploy would start."""
        assert self.fake.live == self.fake.in_the_template
        group = {json.dumps(each) for each in self.fake.groups.values()}
        assert len(group) == 1
        assert all(each["alarmConfiguration"]["enabled"] for each in self.fake.groups.values())
        assert {each["deploymentConfigName"] for each in self.fake.groups.values()} == {brakes.CANARY}
        return self.built[self.fake.published["api"][self.fake.live["api"] - 1]][0]


@pytest.fixture
def fake() -> FakeAws:
    return FakeAws()


@pytest.fixture
def practice(tmp_path: Path, fake: FakeAws) -> Practice:
    return Practice(tmp_path, fake)


def test_the_way_of_releases(practice: Practice, fake: FakeAws) -> None:
    """Release, release, back, release, one that fails, an urgent one; after each, what is live, and from where next."""
    practice.release("a")
    assert practice.live() == "a"
    practice.release("b")
    assert practice.live() == "b"
    assert fake.origins[-1] == (1, 2, "LambdaCanary10Percent5Minutes")
    practice.rollback()
    assert practice.live() == "a"
    assert fake.origins[-1] == (2, 3, "LambdaAllAtOnce"), "b is wrong: nobody waits five minutes"
    practice.release("c")
    assert practice.live() == "c"
    assert fake.origins[-1] == (3, 4, "LambdaCanary10Percent5Minutes"), "the canary starts from what was live"

    fake.sounding = True
    with pytest.raises(DeployError, match="alarms have been activated"):
        practice.release("d")
    assert practice.live() == "c"
    with pytest.raises(DeployError, match="alarms have been activated"):
        practice.release("d")  # a release that was taken back can be made again, as far as the alarm lets it
    practice.release("d", urgent=True)
    assert practice.live() == "d"
    assert fake.origins[-1] == (4, 7, "LambdaAllAtOnce")

    fake.sounding = False
    practice.release("e")
    assert practice.live() == "e"
    assert fake.origins[-1] == (7, 8, "LambdaCanary10Percent5Minutes")
    practice.rollback()
    assert practice.live() == "d"
    practice.rollback()
    assert practice.live() == "c", "and not b, which was taken back"


def test_a_rollback_while_an_alarm_sounds_goes_through_and_one_after_another_goes_further_back(
    practice: Practice, fake: FakeAws
) -> None:
    for commit in "abbc":
        practice.release(commit)
    fake.sounding = True
    for commit in "ba":
        practice.rollback()
        assert practice.live() == commit
    with pytest.raises(DeployError, match="no release"):
        practice.rollback()


def test_an_urgent_release_that_fails_leaves_the_brakes_on(practice: Practice, fake: FakeAws) -> None:
    practice.release("a")
    fake.published["api"].append("20270301T090200Z-bbbbbbbbbbbb")  # by whatever
    with pytest.raises(DeployError, match="exists"):
        practice.release("b", urgent=True)
    assert all(each["alarmConfiguration"]["enabled"] for each in fake.groups.values())


def test_brakes_that_were_left_off_are_on_for_the_next_release(practice: Practice, fake: FakeAws) -> None:
    """Somebody switched the computer off in the middle of an urgent one."""
    practice.release("a")
    brakes.set_brakes(fake, "application", on=False)
    practice.release("b")
    assert practice.live() == "b"
    assert fake.origins[-1] == (1, 2, "LambdaCanary10Percent5Minutes")


def test_an_alias_that_was_moved_by_hand_is_told_before_anything_is_changed(practice: Practice, fake: FakeAws) -> None:
    practice.release("a")
    practice.release("b")
    fake.live["api"], told = 1, len(fake.told)
    with pytest.raises(DeployError, match="update-alias --function-name api --name live --function-version 2"):
        practice.release("c")
    assert [each[0] for each in fake.told[told:]] == ["build"]
    with pytest.raises(DeployError, match="moved by hand"):
        practice.rollback()
    with pytest.raises(DeployError, match="the deployment starts from 2"):  # which is what CodeDeploy would say
        fake.update_stack({"Release": "another", "Urgent": "false"})


def test_the_schema_is_migrated_with_the_new_code_before_anything_is_deployed(
    practice: Practice, fake: FakeAws
) -> None:
    practice.release("a")
    fake.told.clear()
    practice.release("b")
    assert [each[0] for each in fake.told] == ["build", "new code", "waited", "invoked", "deploy"]
    overrides = fake.told[-1]
    assert overrides[:4] == ("deploy", "--config-env", "staging", "--parameter-overrides")
    assert "DatabaseHost=the-DatabaseHost" in overrides
    assert "StageName=staging" in overrides, "what samconfig.toml says holds too"
    assert "Release=20270301T090200Z-bbbbbbbbbbbb" in overrides


def test_a_migration_that_fails_stops_the_release(practice: Practice, fake: FakeAws) -> None:
    practice.release("a")
    fake.told.clear()
    fake.migration = {"errorType": "StatementRefused"}
    with pytest.raises(DeployError, match="nothing was deployed: StatementRefused"):
        practice.release("b")
    assert not any(each[0] == "deploy" for each in fake.told)


def test_the_first_release_migrates_when_there_is_something_to_migrate_with(practice: Practice, fake: FakeAws) -> None:
    practice.release("a")
    assert [each[0] for each in fake.told] == ["build", "deploy", "invoked"]


def test_going_back_migrates_nothing(practice: Practice, fake: FakeAws) -> None:
    practice.release("a")
    practice.release("b")
    fake.told.clear()
    practice.rollback()
    assert [each[0] for each in fake.told] == ["build", "deploy"]


def test_without_the_data_stack_it_says_what_comes_first(practice: Practice, fake: FakeAws) -> None:
    fake.stacks.clear()
    with pytest.raises(DeployError, match="make deploy-data ENV=staging comes first"):
        practice.release("a")


def test_before_the_second_release_there_is_nothing_to_go_back_to(practice: Practice) -> None:
    practice.release("a")
    practice.release("a")  # the same commit, with what the data stack says now
    with pytest.raises(DeployError, match="no release"):
        practice.rollback()


def test_production_is_asked_for_before_anything_is_changed(practice: Practice, fake: FakeAws) -> None:
    fake.stacks = {"therapist-booking-data": DATA, "therapist-booking": OUTPUTS}
    practice.answer = ""
    with pytest.raises(DeployError, match="nothing was changed"):
        practice.release("a", environment="production")
    assert fake.told == [("build",)]


def test_a_release_is_a_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a repository of its own: what was not committed is refused, and a commit before is checked out for a while."""
    monkeypatch.setattr(releases, "ROOT", tmp_path)

    def git(*words: str) -> None:
        subprocess.run(["git", "-c", "user.name=x", "-c", "user.email=x@example.com", *words], cwd=tmp_path, check=True)

    git("init", "--quiet")
    for number in ("1", "2"):
        (tmp_path / "code.py").write_text(number)
        git("add", "code.py")
        git("commit", "--quiet", "-m", number)
    commit = releases.commit_of_this_folder()
    assert releases.release_of(commit, datetime(2027, 3, 1, 9, tzinfo=UTC)).name == f"20270301T090000Z-{commit[:12]}"
    with releases.checked_out(f"{commit}~1") as folder:
        assert (folder / "code.py").read_text() == "1"
    assert not folder.exists()
    with pytest.raises(DeployError, match="git worktree"), releases.checked_out("0" * 40):
        raise AssertionError
    (tmp_path / "code.py").write_text("3")
    with pytest.raises(DeployError, match="commit your changes first"):
        releases.commit_of_this_folder()


NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)


def pruned(fake: FakeAws, *executions: dict[str, Any]) -> tuple[list[int], list[int]]:
    """Versions of api and of the machine that are left of ten releases, by the executions there are."""
    fake.executions = list(executions)
    prune(fake, fake, ["api"], [MACHINE], ALIAS, NOW)
    left = [n for n, release in enumerate(fake.published["api"], 1) if release != "deleted"]
    return left, sorted(fake.machine_versions)


@pytest.fixture
def after_ten() -> FakeAws:
    fake = FakeAws()
    for number in range(10):
        fake.update_stack({"Release": str(number), "Urgent": "false"})
    return fake


def test_old_versions_go(after_ten: FakeAws) -> None:
    assert pruned(after_ten) == ([8, 9, 10], [8, 9, 10])
    assert KEPT == 3


def test_what_an_execution_may_need_stays(after_ten: FakeAws) -> None:
    """One that runs, and one that may be redriven; not one that failed too long ago."""
    day = timedelta(days=1)
    assert pruned(
        after_ten,
        {"status": "RUNNING", "stateMachineVersionArn": f"{MACHINE}:2"},
        {"status": "FAILED", "stateMachineVersionArn": f"{MACHINE}:3", "stopDate": NOW - 15 * day},
        {"status": "FAILED", "stateMachineVersionArn": f"{MACHINE}:4", "stopDate": NOW - 13 * day},
        {"status": "ABORTED", "stateMachineVersionArn": f"{MACHINE}:5", "stopDate": NOW - 1 * day},
        {"status": "PENDING_REDRIVE", "stateMachineVersionArn": f"{MACHINE}:6"},
    ) == ([2, 4, 5, 6, 8, 9, 10], [2, 4, 5, 6, 8, 9, 10])


def test_what_an_alias_names_stays(after_ten: FakeAws) -> None:
    after_ten.live.update({"api": 1, MACHINE: 1})
    assert pruned(after_ten) == ([1, 8, 9, 10], [1, 8, 9, 10])


def test_nothing_goes_while_an_execution_runs_that_names_no_version(after_ten: FakeAws) -> None:
    assert pruned(after_ten, {"status": "RUNNING"}) == (list(range(1, 11)), list(range(1, 11)))


def test_what_must_not_be_lost_is_protected_from_updates_and_from_deletion() -> None:
    fake = FakeAws()
    told = list[Any]()
    deploy.deploy_data(fake.aws(), "staging", lambda *words: told.append(words))
    deployed, protected, policy = [*told, *fake.told]
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
    assert brakes.CANARY.endswith(documents.template()["Globals"]["Function"]["DeploymentPreference"]["Type"])
