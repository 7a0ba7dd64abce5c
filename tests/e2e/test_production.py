"""Production's own configuration: through the SAM translator, and to the laptop cloud as far as that knows it."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import boto3
import pytest
from samcli.yamlhelper import yaml_parse  # type: ignore[import-untyped]  # SAM's own way to read a template
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from local import documents
from local.cloud import CODE_BUCKET
from local.template import unknown_to_the_emulator, write_local_build
from ops import deploy
from tests.e2e.conftest import Cloud

STACK = "therapist-booking-production"
DATA = {
    "SubnetIds": "subnet-0aaaaaaaaaaaaaaaa,subnet-0bbbbbbbbbbbbbbbb",
    "SecurityGroupIds": "sg-0aaaaaaaaaaaaaaaa",
    "DatabaseHost": "therapist-booking-data-proxy.proxy-abc.us-east-1.rds.amazonaws.com",
    "DatabaseName": "booking",
    "DatabaseUser": "booking",
    "DatabaseResource": "prx-0123456789abcdef0",
    "DatabaseProxyName": "therapist-booking-data-proxy",
    "WorkflowKeyArn": "arn:aws:kms:us-east-1:000000000000:key/11111111-2222-4333-8444-555555555555",
}
"""What the data stack would put out."""


def parameters() -> dict[str, str]:
    own = deploy.settings("production")
    given = deploy.parameters(own.get("parameter_overrides", ""), DATA)
    return {"EmailSender": "practice@example.com", **dict(each.split("=", 1) for each in given)}


def translate(**given: str) -> dict[str, Any]:
    """The template as CloudFormation gets it from SAM, with production's parameters and these."""
    template = json.loads(json.dumps(documents.template()))  # no shared parts
    template["Globals"]["Function"]["CodeUri"] = "s3://bucket/code"
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::StepFunctions::StateMachine":  # as sam package leaves it
            resource["Properties"]["DefinitionS3Location"] = {"Bucket": "bucket", "Key": "definition"}
    session = boto3.Session(region_name="eu-central-1")
    return dict(Translator({}, Parser(), boto_session=session).translate(template, {**parameters(), **given}))


@pytest.fixture(scope="module")
def translated() -> dict[str, Any]:
    return translate()


def versions(template: dict[str, Any]) -> dict[str, str]:
    """The version that each function's alias names, and what Lambda would compare to the version before."""
    resources = template["Resources"]
    return {
        name.removesuffix("Aliaslive"): each["Properties"]["FunctionVersion"]["Fn::GetAtt"][0]
        for name, each in resources.items()
        if each["Type"] == "AWS::Lambda::Alias"
    }


def test_no_resource_waits_for_itself(translated: dict[str, Any]) -> None:
    """CloudFormation refuses a template whose resources name each other in a circle, and no linter sees it all."""
    resources = translated["Resources"]
    TopologicalSorter({name: _named(each) & set(resources) - {name} for name, each in resources.items()}).prepare()


def _named(part: Any) -> set[str]:
    """What this part of a template names."""
    if isinstance(part, list):
        return {name for each in part for name in _named(each)}
    if not isinstance(part, dict):
        return set()
    found = {
        name for key, each in part.items() if key not in ("Ref", "Fn::GetAtt", "DependsOn") for name in _named(each)
    }
    for key in {"Ref", "Fn::GetAtt", "DependsOn"} & set(part):
        found |= {part[key]} if isinstance(part[key], str) else set(part[key])
    texts = part.get("Fn::Sub", "")
    text = texts if isinstance(texts, str) else texts[0]
    return found | {name.split(".")[0] for name in re.findall(r"\$\{(\w+)", text)}


RELEASES = "20270301T090000Z-aaaaaaaaaaaa", "20270301T100000Z-aaaaaaaaaaaa"


def test_every_release_makes_a_version_of_every_function_so_that_a_changed_setting_is_live() -> None:
    """SAM sees that the code has changed, and not that a parameter has: the sender, the database's host, a time-out."""
    first = versions(translate(Release=RELEASES[0]))
    then = versions(translate(Release=RELEASES[1], EmailSender="another@example.com"))
    assert (
        set(first)
        == set(then)
        == {
            name
            for name, each in documents.template()["Resources"].items()
            if each["Type"] == "AWS::Serverless::Function"
        }
    )
    assert [name for name in first if first[name] == then[name]] == []


def test_the_same_release_twice_changes_nothing_and_the_same_code_again_is_a_version_of_its_own() -> None:
    """Lambda publishes no version that equals the last one ("already exists"): each release differs in two places."""
    first, again = translate(Release=RELEASES[0]), translate(Release=RELEASES[0])
    assert first == again
    then = translate(Release=RELEASES[1])
    for name, each in then["Resources"].items():
        if each["Type"] == "AWS::Lambda::Function":
            was = first["Resources"][name]["Properties"]["Description"]
            assert (RELEASES[0] in was, RELEASES[1] in each["Properties"]["Description"]) == (True, True)
            assert each["Properties"]["Environment"]["Variables"]["RELEASE"] == {"Ref": "Release"}


def test_production_is_translated_with_versions_aliases_and_brakes(translated: dict[str, Any]) -> None:
    kinds = Counter(resource["Type"] for resource in translated["Resources"].values())
    functions = kinds["AWS::Lambda::Function"]
    assert kinds["AWS::Lambda::Version"] == kinds["AWS::Lambda::Alias"] == functions
    # By and by, but for the user pool's triggers, which the alarms wait for.
    assert kinds["AWS::CodeDeploy::DeploymentGroup"] == functions - len(
        ("PreSignUp", "CustomMessage", "PostConfirmation", "PreTokenGeneration")
    )
    assert kinds["AWS::StepFunctions::StateMachineVersion"] == kinds["AWS::StepFunctions::StateMachine"]
    for name, resource in translated["Resources"].items():
        if resource["Type"] == "AWS::Lambda::Function":
            assert resource["Properties"]["SnapStart"]["ApplyOn"]["Fn::If"][0] == "FromSnapshots"
        if resource["Type"] == "AWS::Lambda::Alias":
            assert resource["Properties"]["FunctionVersion"]["Fn::GetAtt"][0].startswith(name.removesuffix("Aliaslive"))
        if resource["Type"] == "AWS::StepFunctions::StateMachineAlias":
            shifted = resource["Properties"]["DeploymentPreference"]
            assert shifted["StateMachineVersionArn"] == {"Ref": f"{name.removesuffix('Alias')}Version"}
            assert {each["Ref"] for each in shifted["Alarms"]["Fn::If"][2]} <= set(translated["Resources"])
    for resource in translated["Resources"].values():
        if resource["Type"] == "AWS::CodeDeploy::DeploymentGroup":
            alarms = {alarm["Name"]["Ref"] for alarm in resource["Properties"]["AlarmConfiguration"]["Alarms"]}
            assert alarms <= set(translated["Resources"])
            assert len(alarms) >= 4


def test_what_watches_is_uploaded_with_a_release_and_included_by_cloudformation(cloud: Cloud, tmp_path: Path) -> None:
    """AWS::Include takes a file from S3 only: the SAM CLI puts it there, and its translator leaves it alone."""
    packaged = tmp_path / "packaged.yaml"
    command = [
        *(str(Path(sys.executable).with_name("sam")), "package", "--template-file", "template.yaml"),
        *("--s3-bucket", CODE_BUCKET, "--output-template-file", str(packaged)),
    ]
    environment = {**os.environ, "AWS_ENDPOINT_URL": cloud.stack["aws_endpoint_url"], "SAM_CLI_TELEMETRY": "0"}
    environment["AWS_DEFAULT_REGION"] = cloud.stack["region"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, cwd=documents.ROOT)
    assert done.returncode == 0, done.stderr[-2000:]
    template = json.loads(json.dumps(yaml_parse(packaged.read_text())))
    included = template["Resources"]["Fn::Transform"]
    bucket, _, key = included["Parameters"]["Location"].removeprefix("s3://").partition("/")
    uploaded = cloud.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    assert uploaded == (documents.ROOT / "monitoring.yaml").read_bytes()
    session = boto3.Session(region_name="eu-central-1")
    after = Translator({}, Parser(), boto_session=session).translate(template, parameters())
    assert after["Resources"]["Fn::Transform"] == included


def test_what_openapi_names_is_what_sam_makes(translated: dict[str, Any]) -> None:
    """The contract is included by CloudFormation, after SAM: it names functions' aliases by the ids that SAM gives."""
    text = (documents.ROOT / "openapi.yaml").read_text()
    for name in ("ApiFunctionAliaslive", "BookingStateMachineAlias", "CancellationStateMachineAlias"):
        assert f"${{{name}}}" in text
        assert name in translated["Resources"]


def test_production_deploys_to_the_laptop_cloud_as_far_as_that_knows_it(cloud: Cloud, tmp_path: Path) -> None:
    template = write_local_build(tmp_path / "build")
    given = [f"{name}={value}" for name, value in {**parameters(), "StageName": "production"}.items()]
    command = [
        *(str(Path(sys.executable).with_name("sam")), "deploy", "--config-env", "local"),
        *("--config-file", str(documents.ROOT / "samconfig.toml"), "--template-file", str(template)),
        *("--stack-name", STACK, "--s3-bucket", CODE_BUCKET, "--parameter-overrides", *given),
    ]
    environment = {
        **os.environ,
        "AWS_ENDPOINT_URL": cloud.stack["aws_endpoint_url"],
        "AWS_DEFAULT_REGION": cloud.stack["region"],
        "SAM_CLI_TELEMETRY": "0",
        "SAM_CLI_POLL_DELAY": "0.1",
    }
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, cwd=tmp_path)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    try:
        formation = cloud.client("cloudformation")
        pages = formation.get_paginator("list_stack_resources").paginate(StackName=STACK)
        made = {
            each["LogicalResourceId"]: each["PhysicalResourceId"]
            for page in pages
            for each in page["StackResourceSummaries"]
        }
        assert {"ConnectToDatabase", "UseWorkflowKey", "Firewall", "Dashboard", "ForgetClientsFunction"} <= set(made)
        function = made["ReserveSlotFunction"]
        variables = cloud.client("lambda").get_function_configuration(FunctionName=function)["Environment"]["Variables"]
        assert variables["DATABASE_HOST"] == DATA["DatabaseHost"]
        assert variables["DATABASE_PASSWORD"] == "", "it opens PostgreSQL with a token"
        not_there = unknown_to_the_emulator(documents.template())
        assert not set(made) & set(not_there)
        watching = {name for name in not_there if name not in documents.own_template()["Resources"]}
        assert set(not_there) - watching == {"FirewallBeforeApi", "FirewallBeforeLogin", "LoginBranding"}
        assert {"SlowestCalls", "FunctionErrorsAlarm"} <= watching
    finally:
        cloud.client("cloudformation").delete_stack(StackName=STACK)
