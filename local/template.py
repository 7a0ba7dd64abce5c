"""Derives the laptop's template from the real one, so that there is never a second template to keep.

What differs, and only this:
- the runtime: ``provided.al2023`` with a bootstrap that runs AWS's own runtime client in the project's environment,
  because the emulator's Python runtime loses the names of exceptions, which Step Functions matches;
- the code is one zip for all functions, made before, and the included contract is JSON;
- monitoring.yaml stands in the template instead of being included by a transform;
- there are no versions and aliases: a laptop has no traffic to shift, so what names them names the thing itself; nor
  are there snapshots of them, or a key of ours;
- what the emulator's CloudFormation does not know is left out: saved queries, the firewalls' places before the API and
  the login, the login's branding, alarms on sums of metrics.
"""

import json
import re
import shlex
import shutil
import sys
from pathlib import Path
from typing import Any

from local import documents

UNKNOWN_TYPES = (
    *("AWS::Logs::QueryDefinition", "AWS::WAFv2::WebACLAssociation"),
    "AWS::Cognito::ManagedLoginBranding",
)
VERSION_TYPES = ("AWS::StepFunctions::StateMachineVersion", "AWS::StepFunctions::StateMachineAlias")
ALIAS = "live"
CODE = "functions"
CONTRACT = "openapi.json"


def write_local_build(folder: Path) -> Path:
    """Writes template, code and bootstrap below ``folder``; returns the template's path, ready for ``sam deploy``."""
    code = folder / "functions"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(documents.ROOT / "functions", code, ignore=shutil.ignore_patterns("__pycache__", "requirements.*"))
    bootstrap = code / "bootstrap"
    runtime = Path(__file__).with_name("lambda_runtime.py")
    bootstrap.write_text(f"#!/bin/sh\nexec {shlex.quote(sys.executable)} {shlex.quote(str(runtime))}\n")
    bootstrap.chmod(0o755)
    shutil.make_archive(str(folder / CODE), "zip", code)  # once: the SAM CLI would make one for each function
    shutil.copytree(documents.ROOT / "statemachines", folder / "statemachines")
    (folder / CONTRACT).write_text(json.dumps(local_contract()))
    path = folder / "template.json"  # the SAM CLI reads it four times, and YAML takes it seconds each time
    path.write_text(json.dumps(local_template()))
    return path


def local_template() -> dict[str, Any]:
    """The real template with those differences."""
    template = documents.template()
    template["Globals"]["Function"].update(Runtime="provided.al2023", CodeUri=f"{CODE}.zip")
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource.pop("Metadata")
            resource["Properties"].pop("AutoPublishCodeSha256")
        if resource["Type"] == "AWS::Serverless::Api":
            resource["Properties"]["DefinitionBody"]["Fn::Transform"]["Parameters"]["Location"] = CONTRACT
        if resource["Type"] == "AWS::StepFunctions::StateMachine":
            del resource["Properties"]["EncryptionConfiguration"]
    for name in ("AutoPublishAlias", "DeploymentPreference", "SnapStart"):
        del template["Globals"]["Function"][name]
    left_out = unknown_to_the_emulator(template)
    template["Resources"] = {
        name: each
        for name, each in template["Resources"].items()
        if name not in left_out and each["Type"] not in VERSION_TYPES
    }
    return dict(_without_aliases(template))


def local_contract() -> dict[str, Any]:
    """The API's contract, which the template includes, with those differences."""
    return dict(_without_aliases(documents.openapi()))


def unknown_to_the_emulator(template: dict[str, Any]) -> list[str]:
    """The resources that the laptop does without."""
    return [
        name
        for name, each in template["Resources"].items()
        if each["Type"] in UNKNOWN_TYPES
        or (each["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in each["Properties"])
    ]


def _without_aliases(part: Any) -> Any:
    """The same, with functions and state machines in place of their versions and aliases."""
    if isinstance(part, list):
        return [_without_aliases(each) for each in part]
    if isinstance(part, str):
        return (
            re.sub(rf"\$\{{(\w+StateMachine)\}}:{ALIAS}\b", r"${\1}", part)
            .replace(f"FunctionAlias{ALIAS}}}", "Function.Arn}")
            .replace("StateMachineAlias}", "StateMachine}")
        )
    if not isinstance(part, dict):
        return part
    named = part.get("Ref", "")
    if named.endswith((".Version", ".Alias")):
        return {"Fn::GetAtt": [named.rpartition(".")[0], "Arn"]}
    if named.endswith("StateMachineAlias"):
        return {"Ref": named.removesuffix("Alias")}
    return {key: _without_aliases(each) for key, each in part.items()}
