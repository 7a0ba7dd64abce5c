"""``make deploy``, ``make deploy-data`` and ``make rollback``: a release, and the way back.

A release migrates first, with its own code and before any traffic: the new zip goes into MigrateFunction, which is
invoked. When that fails nothing else has changed, and the old code goes on with the schema it knows: migrations only
expand (docs/decisions.md). Then SAM deploys; aliases go over to the new versions by and by, and back by themselves
when an alarm sounds. The way back is a release too, of the commit before, all at once: an alias that was moved by hand
is not where CodeDeploy starts from, and it refuses the next release.
"""

import argparse
import io
import json
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from samcli.yamlhelper import yaml_parse  # type: ignore[import-untyped]  # SAM's own way to read a template

from ops import releases
from ops.brakes import set_brakes
from ops.patience import patiently
from ops.pruning import prune
from ops.releases import ROOT, DeployError, Release

DATA_TEMPLATE = ROOT / "infrastructure" / "data.yaml"
ALIAS = "live"
FROM_DATA = {
    "SubnetIds": "SubnetIds",
    "SecurityGroupIds": "SecurityGroupIds",
    "DatabaseHost": "DatabaseHost",
    "DatabaseName": "DatabaseName",
    "DatabaseUser": "DatabaseUser",
    "DatabaseResource": "DatabaseResource",
    "DatabaseProxyName": "DatabaseProxyName",
    "WorkflowKeyArn": "WorkflowKeyArn",
}
"""Parameters of template.yaml that are outputs of infrastructure/data.yaml."""


PROTECTED = ("Database", "Vpc", "DataKey", "WorkflowKey")
"""Resources of the data stack that no update may replace or delete."""

MIGRATION_SECONDS = 300
"""So long MigrateFunction may run."""


@dataclass
class Aws:
    """The clients that are needed; tests bring their own."""

    cloudformation: Any
    functions: Any
    states: Any
    parameters: Any
    codedeploy: Any
    gateway: Any

    @classmethod
    def of_this_machine(cls) -> "Aws":
        session = boto3.Session()
        # A migration is invoked once, and waited for: a second invocation would meet the first one's lock.
        patient = Config(read_timeout=MIGRATION_SECONDS + 30, retries={"total_max_attempts": 1})
        return cls(
            session.client("cloudformation"),
            session.client("lambda", config=patient),
            session.client("stepfunctions"),
            session.client("ssm"),
            session.client("codedeploy"),
            session.client("apigateway"),
        )

    def resources(self, stack: str, kind: str) -> list[str]:
        """The physical ids of the stack's resources of this type; not those that were deleted from it, or let go."""
        pages = self.cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack)
        found = [each for page in pages for each in page["StackResourceSummaries"] if each["ResourceType"] == kind]
        return [each["PhysicalResourceId"] for each in found if not each["ResourceStatus"].startswith("DELETE_")]

    def outputs(self, stack: str) -> dict[str, str] | None:
        """The stack's outputs, or None when there is no such stack."""
        return outputs_of(self.cloudformation, stack)


def outputs_of(cloudformation: Any, stack: str) -> dict[str, str] | None:
    """The outputs of a stack of this client's region, or None when there is no such stack."""
    try:
        [found] = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    return {each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", [])}


def site_key(aws: Aws, outputs: dict[str, str]) -> str:
    """What the booking site's calls carry; empty before the application's first release, when there is no key."""
    if "SiteKeyId" not in outputs:
        return ""
    return str(aws.gateway.get_api_key(apiKey=outputs["SiteKeyId"], includeValue=True)["value"])


@dataclass
class Desk:
    """What a release needs of this machine; tests bring their own.

    ``sam`` takes its words, and the folder they are for as ``root``.
    """

    sam: Callable[..., None]
    ask: Callable[[str], str] = input
    commit: Callable[[], str] = releases.commit_of_this_folder
    checked_out: Callable[[str], AbstractContextManager[Path]] = releases.checked_out
    root: Path = ROOT
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))

    def agreed(self, own: dict[str, Any], what: str) -> None:
        """Asks where samconfig.toml says so. Raises ``DeployError`` when the answer is not yes."""
        if own.get("confirm_changeset") and self.ask(f"{what} [y/N] ").strip().lower() != "y":
            raise DeployError("nothing was changed")


def settings(environment: str, root: Path = ROOT) -> dict[str, Any]:
    """What samconfig.toml says of an environment: its stack's name and parameters."""
    config = tomllib.loads((root / "samconfig.toml").read_text())
    if environment not in config or environment == "local":
        raise DeployError(f"samconfig.toml has no environment {environment!r}")
    own = config[environment]
    return {"stack": own["global"]["parameters"]["stack_name"], **own.get("deploy", {}).get("parameters", {})}


def parameters(given: str, data: dict[str, str]) -> list[str]:
    """The environment's own parameters, and what the data stack has put out."""
    return [*given.split(), *(f"{name}={data[output]}" for name, output in FROM_DATA.items() if output in data)]


def deploy(aws: Aws, environment: str, desk: Desk, *, urgent: bool = False) -> None:
    """Builds, migrates, deploys; ``urgent``: all at once, whatever alarm sounds. Raises ``DeployError``."""
    own = settings(environment, desk.root)
    data = data_of(aws, environment, own["stack"])
    release = releases.release_of(desk.commit(), desk.now())
    desk.sam("build", root=desk.root)
    known = aws.outputs(own["stack"])
    desk.agreed(own, f"Migrate and deploy {own['stack']}?")
    if known:
        refuse_moved_aliases(aws, own["stack"])
        built = desk.root / ".aws-sam" / "build"
        migrate(aws, known["MigrateFunctionName"], _zipped(next(built.glob("*Function*"))))
    history = releases.kept(aws.parameters, own["stack"])
    go_live(aws, environment, desk, desk.root, release, data, urgent=urgent)
    releases.keep(aws.parameters, own["stack"], [*history, release])
    if not known:  # the first time: there was nothing to migrate with, and nobody calls yet
        migrate(aws, (aws.outputs(own["stack"]) or {})["MigrateFunctionName"], None)
    forget_old_versions(aws, own["stack"], desk.now())


def rollback(aws: Aws, environment: str, desk: Desk) -> None:
    """Releases the commit that was live before, at once; its settings too, and not its schema.

    Raises ``DeployError`` when there is no release before.
    """
    stack = settings(environment, desk.root)["stack"]
    history = releases.up_to_the_one_before(releases.kept(aws.parameters, stack))
    if not history:
        raise DeployError(f"there is no release of {stack} before this one")
    commit = history[-1].commit
    desk.agreed(settings(environment, desk.root), f"Take {stack} back to {history[-1].name}?")
    data = data_of(aws, environment, stack)
    refuse_moved_aliases(aws, stack)
    with desk.checked_out(commit) as root:
        desk.sam("build", root=root)
        release = releases.release_of(commit, desk.now())
        go_live(aws, environment, desk, root, release, data, urgent=True)
    releases.keep(aws.parameters, stack, [*history[:-1], release])


def data_of(aws: Aws, environment: str, stack: str) -> dict[str, str]:
    """What the data stack has put out. Raises ``DeployError`` when there is none."""
    data = aws.outputs(f"{stack}-data")
    if data is None:
        raise DeployError(f"there is no stack {stack}-data: make deploy-data ENV={environment} comes first")
    return data


def go_live(
    aws: Aws,
    environment: str,
    desk: Desk,
    root: Path,
    release: Release,
    data: dict[str, str],
    *,
    urgent: bool,
) -> None:
    """Deploys what was built in this folder. The brakes are on again afterwards, whatever comes."""
    own = settings(environment, root)
    declared = yaml_parse((root / "template.yaml").read_text())["Parameters"]  # an older one may declare fewer
    given = [*parameters(own.get("parameter_overrides", ""), data), f"Release={release.name}"]
    given.append(f"Urgent={'true' if urgent else 'false'}")
    if key := site_key(aws, aws.outputs(own["stack"]) or {}):
        given.append(f"SiteKeyValue={key}")
    overrides = [each for each in given if each.split("=", 1)[0] in declared]
    agreed = ["--no-confirm-changeset"] if urgent else []
    _brakes(aws, own["stack"], on=not urgent)
    try:
        desk.sam("deploy", "--config-env", environment, *agreed, "--parameter-overrides", *overrides, root=root)
    finally:
        if urgent:
            _brakes(aws, own["stack"], on=True)
    print(f"live: {release.name}")


def _brakes(aws: Aws, stack: str, *, on: bool) -> None:
    if aws.outputs(stack) is not None:
        for application in aws.resources(stack, "AWS::CodeDeploy::Application"):
            set_brakes(aws.codedeploy, application, on=on)


def refuse_moved_aliases(aws: Aws, stack: str) -> None:
    """CodeDeploy starts from the version that the stack's template names, and refuses when the alias names another.

    Raises ``DeployError`` before anything is changed.
    """
    for arn in aws.resources(stack, "AWS::Lambda::Version"):
        _, name, version = arn.rsplit(":", 2)
        live = aws.functions.get_alias(FunctionName=name, Name=ALIAS)["FunctionVersion"]
        if live != version:
            back = f"aws lambda update-alias --function-name {name} --name {ALIAS} --function-version {version}"
            raise DeployError(f"{name}: the alias was moved by hand to version {live}. Put it back first: {back}")


def forget_old_versions(aws: Aws, stack: str, now: datetime) -> None:
    """A release is one though this fails."""
    outputs = aws.outputs(stack) or {}
    machines = [value for name, value in sorted(outputs.items()) if name.endswith("StateMachineArn")]
    try:
        functions = sorted(aws.resources(stack, "AWS::Lambda::Function"))
        print(f"old versions deleted: {prune(aws.functions, aws.states, functions, machines, ALIAS, now)}")
    except ClientError as error:
        print(f"old versions are still there: {error}", file=sys.stderr)


def deploy_data(aws: Aws, environment: str, sam: Callable[..., None]) -> None:
    """The data stack, with what keeps it from being lost by mistake. Raises ``DeployError``."""
    stack = f"{settings(environment)['stack']}-data"
    config = str(ROOT / "samconfig.toml")  # SAM would look for it beside the template
    sam("deploy", "--config-file", config, "--config-env", f"{environment}-data", "--template-file", str(DATA_TEMPLATE))
    aws.cloudformation.update_termination_protection(StackName=stack, EnableTerminationProtection=True)
    aws.cloudformation.set_stack_policy(StackName=stack, StackPolicyBody=json.dumps(stack_policy()))


def stack_policy() -> dict[str, Any]:
    """What an update of the data stack may do: everything, but replace or delete what must not be lost."""
    return {
        "Statement": [
            {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"},
            {
                "Effect": "Deny",
                "Action": ["Update:Replace", "Update:Delete"],
                "Principal": "*",
                "Resource": [f"LogicalResourceId/{name}" for name in PROTECTED],
            },
        ]
    }


def migrate(aws: Aws, function: str, code: bytes | None) -> None:
    """Brings the schema up to date with this code. Raises ``DeployError`` when that fails."""
    if code is not None:
        patiently(aws.functions.update_function_code, FunctionName=function, ZipFile=code)
        aws.functions.get_waiter("function_updated_v2").wait(FunctionName=function)
    answer = patiently(aws.functions.invoke, FunctionName=function, Payload=b"{}")
    payload = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        raise DeployError(f"the migration failed, and nothing was deployed: {payload.get('errorType')}")
    print(f"migrated: {', '.join(payload['applied']) or 'nothing to do'}")


def _zipped(folder: Path) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder))
    return packed.getvalue()


def sam(*arguments: str, root: Path = ROOT) -> None:
    command = [str(Path(sys.executable).with_name("sam")), *arguments]
    if subprocess.run(command, cwd=root).returncode != 0:
        raise DeployError(f"sam {arguments[0]} failed: see above")


def main() -> int:
    parser = argparse.ArgumentParser(prog="deploy", description="Releases the application, or takes a release back.")
    parser.add_argument("what", choices=["data", "application", "rollback"])
    parser.add_argument("environment")
    parser.add_argument("--urgent", action="store_true", help="all at once, whatever alarm sounds")
    given = parser.parse_args()
    try:
        aws = Aws.of_this_machine()
        if given.what == "data":
            deploy_data(aws, given.environment, sam)
        elif given.what == "application":
            deploy(aws, given.environment, Desk(sam), urgent=given.urgent)
        else:
            rollback(aws, given.environment, Desk(sam))
    except (DeployError, BotoCoreError, ClientError) as error:
        print(f"✗ {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
