"""``make deploy``, ``make deploy-data`` and ``make rollback``: a release, and the way back.

A release migrates first, with its own code and before any traffic: the new zip goes into MigrateFunction, which is
invoked. When that fails nothing else has changed, and the old code goes on with the schema it knows: migrations only
expand (docs/decisions.md). Then SAM deploys; aliases go over to the new versions by and by, and back by themselves
when an alarm sounds.
"""

import argparse
import io
import json
import subprocess
import sys
import tomllib
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

ROOT = Path(__file__).parent.parent
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


class DeployError(Exception):
    """One line for whoever deploys."""


@dataclass
class Aws:
    """The clients that are needed; tests bring their own."""

    cloudformation: Any
    functions: Any
    states: Any

    @classmethod
    def of_this_machine(cls) -> "Aws":
        session = boto3.Session()
        return cls(session.client("cloudformation"), session.client("lambda"), session.client("stepfunctions"))

    def outputs(self, stack: str) -> dict[str, str] | None:
        """The stack's outputs, or None when there is no such stack."""
        try:
            [found] = self.cloudformation.describe_stacks(StackName=stack)["Stacks"]
        except ClientError as error:
            if "does not exist" in str(error):
                return None
            raise
        return {each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", [])}


def settings(environment: str) -> dict[str, Any]:
    """What samconfig.toml says of an environment: its stack's name and parameters."""
    config = tomllib.loads((ROOT / "samconfig.toml").read_text())
    if environment not in config or environment == "local":
        raise DeployError(f"samconfig.toml has no environment {environment!r}")
    own = config[environment]
    return {"stack": own["global"]["parameters"]["stack_name"], **own.get("deploy", {}).get("parameters", {})}


def parameters(given: str, data: dict[str, str]) -> list[str]:
    """The environment's own parameters, and what the data stack has put out."""
    return [*given.split(), *(f"{name}={data[output]}" for name, output in FROM_DATA.items() if output in data)]


def deploy(aws: Aws, environment: str, sam: Any, built: Path = ROOT / ".aws-sam" / "build") -> None:
    """Builds, migrates, deploys. Raises ``DeployError``."""
    own = settings(environment)
    data = aws.outputs(f"{own['stack']}-data")
    if data is None:
        raise DeployError(f"there is no stack {own['stack']}-data: make deploy-data ENV={environment} comes first")
    sam("build")
    known = aws.outputs(own["stack"])
    if known is not None:
        migrate(aws, known["MigrateFunctionName"], _zipped(next(built.glob("*Function*"))))
    overrides = parameters(own.get("parameter_overrides", ""), data)
    sam("deploy", "--config-env", environment, "--parameter-overrides", *overrides)
    if known is None:  # the first time: there was nothing to migrate with, and nobody calls yet
        migrate(aws, (aws.outputs(own["stack"]) or {})["MigrateFunctionName"], None)


def migrate(aws: Aws, function: str, code: bytes | None) -> None:
    """Brings the schema up to date with this code. Raises ``DeployError`` when that fails."""
    if code is not None:
        aws.functions.update_function_code(FunctionName=function, ZipFile=code)
        aws.functions.get_waiter("function_updated_v2").wait(FunctionName=function)
    answer = aws.functions.invoke(FunctionName=function, Payload=b"{}")
    payload = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        raise DeployError(f"the migration failed, and nothing was deployed: {payload.get('errorType')}")
    print(f"migrated: {', '.join(payload['applied']) or 'nothing to do'}")


def rollback(aws: Aws, environment: str) -> None:
    """Every alias goes back to the version before. Running executions finish on their own."""
    own = settings(environment)
    outputs = aws.outputs(own["stack"])
    if outputs is None:
        raise DeployError(f"there is no stack {own['stack']}")
    for name, value in sorted(outputs.items()):
        if name.endswith("StateMachineArn"):
            _machine_back(aws.states, value)
        elif name.endswith("FunctionName"):
            _function_back(aws.functions, value)


def _function_back(functions: Any, name: str) -> None:
    pages = functions.get_paginator("list_versions_by_function").paginate(FunctionName=name)
    versions = sorted(
        int(each["Version"]) for page in pages for each in page["Versions"] if each["Version"] != "$LATEST"
    )
    current = int(functions.get_alias(FunctionName=name, Name=ALIAS)["FunctionVersion"])
    before = [version for version in versions if version < current]
    if not before:
        print(f"{name}: there is no version before {current}")
        return
    functions.update_alias(
        FunctionName=name, Name=ALIAS, FunctionVersion=str(before[-1]), RoutingConfig={"AdditionalVersionWeights": {}}
    )
    print(f"{name}: {current} → {before[-1]}")


def _machine_back(states: Any, arn: str) -> None:
    listed = states.list_state_machine_versions(stateMachineArn=arn, maxResults=1000)["stateMachineVersions"]
    versions = sorted(int(each["stateMachineVersionArn"].rsplit(":", 1)[1]) for each in listed)
    routing = states.describe_state_machine_alias(stateMachineAliasArn=f"{arn}:{ALIAS}")["routingConfiguration"]
    current = max(int(each["stateMachineVersionArn"].rsplit(":", 1)[1]) for each in routing)
    before = [version for version in versions if version < current]
    if not before:
        print(f"{arn.rsplit(':', 1)[1]}: there is no version before {current}")
        return
    target = [{"stateMachineVersionArn": f"{arn}:{before[-1]}", "weight": 100}]
    states.update_state_machine_alias(stateMachineAliasArn=f"{arn}:{ALIAS}", routingConfiguration=target)
    print(f"{arn.rsplit(':', 1)[1]}: {current} → {before[-1]}")


def _zipped(folder: Path) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder))
    return packed.getvalue()


def _sam(*arguments: str) -> None:
    command = [str(Path(sys.executable).with_name("sam")), *arguments]
    if subprocess.run(command, cwd=ROOT).returncode != 0:
        raise DeployError(f"sam {arguments[0]} failed: see above")


def main() -> int:
    parser = argparse.ArgumentParser(prog="deploy", description="Releases the application, or takes a release back.")
    parser.add_argument("what", choices=["data", "application", "rollback"])
    parser.add_argument("environment")
    given = parser.parse_args()
    try:
        aws = Aws.of_this_machine()
        if given.what == "data":
            stack = f"{settings(given.environment)['stack']}-data"
            template = str(ROOT / "infrastructure" / "data.yaml")
            _sam("deploy", "--template-file", template, "--stack-name", stack, "--capabilities", "CAPABILITY_IAM")
        elif given.what == "application":
            deploy(aws, given.environment, _sam)
        else:
            rollback(aws, given.environment)
    except (DeployError, BotoCoreError, ClientError) as error:
        print(f"✗ {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
