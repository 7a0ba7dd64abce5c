"""The project's own documents, parsed: the template, the API contract, the state machines, the events."""

import json
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent


class _CloudFormationLoader(yaml.SafeLoader):
    """YAML with CloudFormation's short tags, kept as their long forms."""


def _long_form(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    elif isinstance(node, yaml.MappingNode):
        value = loader.construct_mapping(node, deep=True)
    if suffix == "Ref":
        return {"Ref": value}
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {f"Fn::{suffix}": value}


_CloudFormationLoader.add_multi_constructor("!", _long_form)


def template() -> dict[str, Any]:
    return dict(yaml.load((ROOT / "template.yaml").read_text(), _CloudFormationLoader))  # noqa: S506  # a SafeLoader


def data_template() -> dict[str, Any]:
    """The stack of what must not be lost."""
    text = (ROOT / "infrastructure" / "data.yaml").read_text()
    return dict(yaml.load(text, _CloudFormationLoader))  # noqa: S506  # a SafeLoader


def openapi() -> dict[str, Any]:
    return dict(yaml.safe_load((ROOT / "openapi.yaml").read_text()))


def state_machines() -> dict[str, dict[str, Any]]:
    """By name: ``booking`` is statemachines/booking.asl.json."""
    files = sorted((ROOT / "statemachines").glob("*.asl.json"))
    return {file.name.removesuffix(".asl.json"): json.loads(file.read_text()) for file in files}


def pascal_case(name: str) -> str:
    """A handler's name as states and resources have it: ``reserve_slot`` is ``ReserveSlot``."""
    return "".join(part.title() for part in name.split("_"))


def event_names() -> list[str]:
    """The handlers there is a sample event for."""
    return sorted(path.stem for path in (ROOT / "events").glob("*.json"))


def event(name: str) -> dict[str, Any]:
    return dict(json.loads((ROOT / "events" / f"{name}.json").read_text()))
