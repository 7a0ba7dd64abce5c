"""``make deploy``, ``make deploy-data`` and ``make rollback``: a release, and the way back.

A release migrates first, with its own code and before any traffic: the new zip goes into MigrateFunction, which is
invoked. When that fails nothing else has changed, and the old code goes on with the schema it knows: migrations only
expand (docs/decisions.md). Then SAM deploys; aliases go over to the new versions by and by, and back by themselves
when an alarm sounds. Which versions they named before is kept (SSM Parameter Store), for ``make rollback``: a release
need not have made a version of everything.
"""

import argparse
import io
import json
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from ops.patience import patiently

ROOT = Path(__file__).parent.parent
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


class DeployError(Exception):
    """One line for whoever deploys."""


@dataclass
class Aws:
    """The clients that are needed; tests bring their own."""

    cloudformation: Any
    functions: Any
    states: Any
    parameters: Any

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
        )

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


Release = dict[str, str]
"""The version that each alias names, by the function's name or the state machine's ARN."""


def release(aws: Aws, outputs: dict[str, str]) -> Release:
    """What takes the traffic now; while it is being shifted, what took it before."""
    found: Release = {}
    for name, value in sorted(outputs.items()):
        if name.endswith("StateMachineArn"):
            alias = aws.states.describe_state_machine_alias(stateMachineAliasArn=f"{value}:{ALIAS}")
            most = max(alias["routingConfiguration"], key=lambda each: each["weight"])
            found[value] = most["stateMachineVersionArn"].rsplit(":", 1)[1]
        elif name.endswith("FunctionName"):
            found[value] = aws.functions.get_alias(FunctionName=value, Name=ALIAS)["FunctionVersion"]
    return found


def deploy(
    aws: Aws, environment: str, sam: Any, built: Path = ROOT / ".aws-sam" / "build", ask: Callable[[str], str] = input
) -> None:
    """Builds, migrates, deploys. Raises ``DeployError``."""
    own = settings(environment)
    data = aws.outputs(f"{own['stack']}-data")
    if data is None:
        raise DeployError(f"there is no stack {own['stack']}-data: make deploy-data ENV={environment} comes first")
    sam("build")
    known = aws.outputs(own["stack"])
    if own.get("confirm_changeset") and ask(f"Migrate and deploy {own['stack']}? [y/N] ").strip().lower() != "y":
        raise DeployError("nothing was changed")
    before: Release = {}
    if known:
        before = release(aws, known)
        migrate(aws, known["MigrateFunctionName"], _zipped(next(built.glob("*Function*"))))
    overrides = parameters(own.get("parameter_overrides", ""), data)
    try:
        sam("deploy", "--config-env", environment, "--parameter-overrides", *overrides)
    finally:
        now = release(aws, aws.outputs(own["stack"]) or {})
        if any(now.get(name) != version for name, version in before.items()):
            named = {"Name": _kept_as(own["stack"]), "Type": "String", "Tier": "Intelligent-Tiering"}
            aws.parameters.put_parameter(**named, Value=json.dumps(before), Overwrite=True)
    if not known:  # the first time: there was nothing to migrate with, and nobody calls yet
        migrate(aws, (aws.outputs(own["stack"]) or {})["MigrateFunctionName"], None)


def deploy_data(aws: Aws, environment: str, sam: Any) -> None:
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


def rollback(aws: Aws, environment: str) -> None:
    """Every alias goes back to the version it named before the last release. Running executions finish on their own.

    Raises ``DeployError`` when there is no release before.
    """
    own = settings(environment)
    outputs = aws.outputs(own["stack"])
    if outputs is None:
        raise DeployError(f"there is no stack {own['stack']}")
    before = _kept(aws, own["stack"])
    for known, version in release(aws, outputs).items():
        short = known.rsplit(":", 1)[-1]
        wanted = before.get(known)
        if wanted is None:
            print(f"{short}: new in this release")
        elif known.startswith("arn:"):
            target = [{"stateMachineVersionArn": f"{known}:{wanted}", "weight": 100}]
            aws.states.update_state_machine_alias(stateMachineAliasArn=f"{known}:{ALIAS}", routingConfiguration=target)
            print(f"{short}: {version} → {wanted}")
        else:
            whole: Any = {"AdditionalVersionWeights": {}}
            aws.functions.update_alias(FunctionName=known, Name=ALIAS, FunctionVersion=wanted, RoutingConfig=whole)
            print(f"{short}: {version} → {wanted}")


def _kept_as(stack: str) -> str:
    return f"/{stack}/before-the-last-release"


def _kept(aws: Aws, stack: str) -> Release:
    try:
        value = aws.parameters.get_parameter(Name=_kept_as(stack))["Parameter"]["Value"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ParameterNotFound":
            raise DeployError(f"there is no release of {stack} before this one") from None
        raise
    return dict(json.loads(value))


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
            deploy_data(aws, given.environment, _sam)
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
