"""The project's own documents, parsed: the template, the API contract, the state machines, the events."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent


_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's, where PyYAML was built with it: as it reads ten times as fast, and our documents are long."""


class _CloudFormationLoader(_Loader):  # type: ignore[misc, valid-type]  # one of two
    """YAML with CloudFormation's short tags, kept as their long forms."""


def plain(path: Path) -> Any:
    """A file of YAML as dictionaries; SAM's translator teaches yaml's own loader another kind, for everybody."""
    return yaml.load(path.read_text(), _Loader)  # noqa: S506  # a SafeLoader


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


def _mapping(loader: yaml.SafeLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    """A plain dict, also after SAM's ``yaml_parse``, which gives PyYAML's loaders a constructor of its own."""
    return loader.construct_mapping(node, deep=True)


_CloudFormationLoader.add_multi_constructor("!", _long_form)
_CloudFormationLoader.add_constructor("tag:yaml.org,2002:map", _mapping)


def template() -> dict[str, Any]:
    """The application as CloudFormation has it: template.yaml with what it includes among its resources."""
    document = own_template()
    document["Resources"] |= _parsed(ROOT / "monitoring.yaml")
    return document


def own_template() -> dict[str, Any]:
    """template.yaml itself, without the resources that it includes."""
    document = _parsed(ROOT / "template.yaml")
    del document["Resources"]["Fn::Transform"]
    return document


def data_template() -> dict[str, Any]:
    """The stack of what must not be lost."""
    return _parsed(ROOT / "infrastructure" / "data.yaml")


def site_template() -> dict[str, Any]:
    """The stack of the booking site."""
    return _parsed(ROOT / "infrastructure" / "site.yaml")


def _parsed(path: Path) -> dict[str, Any]:
    return dict(yaml.load(path.read_text(), _CloudFormationLoader))  # noqa: S506  # a SafeLoader


def openapi() -> dict[str, Any]:
    return _parsed(ROOT / "openapi.yaml")


def contract() -> dict[str, Any]:
    """openapi.yaml as far as it is OpenAPI: ``{proxy+}``, where API Gateway looks for OPTIONS, is not."""
    document = openapi()
    document["paths"] = {path: item for path, item in document["paths"].items() if "+}" not in path}
    return document


def resolved(part: Any, values: dict[str, str], conditions: dict[str, bool]) -> Any:
    """The part as CloudFormation would have it, as far as ``values`` and ``conditions`` say: Ref, Sub, If, NoValue."""
    if isinstance(part, list):
        items = [resolved(each, values, conditions) for each in part]
        return [each for each in items if each is not None]
    if not isinstance(part, dict):
        return part
    match part:
        case {"Ref": name}:
            return None if name == "AWS::NoValue" else values.get(name, part)
        case {"Fn::Sub": str(text)}:
            return re.sub(r"\$\{(\w+)\}", lambda found: values.get(found[1], found[0]), text)
        case {"Fn::If": [condition, yes, no]} if condition in conditions:
            return resolved(yes if conditions[condition] else no, values, conditions)
    named = {key: resolved(each, values, conditions) for key, each in part.items()}
    return {key: each for key, each in named.items() if each is not None}


def state_machines() -> dict[str, dict[str, Any]]:
    """By name: ``booking`` is statemachines/booking.asl.json."""
    files = sorted((ROOT / "statemachines").glob("*.asl.json"))
    return {file.name.removesuffix(".asl.json"): json.loads(file.read_text()) for file in files}


def states(machine: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every state of a machine, those inside Map and Parallel too."""
    for name, state in machine["States"].items():
        yield name, state
        for inner in [state.get("ItemProcessor"), *state.get("Branches", [])]:
            if inner is not None:
                yield from states(inner)


def functions_of(machine: dict[str, Any]) -> list[str]:
    """The tasks of a machine that invoke a function, which is named like them."""
    return [name for name, state in states(machine) if "lambda:invoke" in state.get("Resource", "")]


def pascal_case(name: str) -> str:
    """A handler's name as states and resources have it: ``reserve_slot`` is ``ReserveSlot``."""
    return "".join(part.title() for part in name.split("_"))


def snake_case(name: str) -> str:
    """And back: ``ReserveSlot`` is ``reserve_slot``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def event_names() -> list[str]:
    """The handlers there is a sample event for."""
    return sorted(path.stem for path in (ROOT / "events").glob("*.json"))


def event(name: str) -> dict[str, Any]:
    return dict(json.loads((ROOT / "events" / f"{name}.json").read_text()))


def event_of_now(name: str) -> dict[str, Any]:
    """The same for a practice that runs: a schedule's is of this moment.

    The sample's own time is years ahead: it would complete, remind of and offer what is still to come.
    """
    sample = event(name)
    if sample.get("detail-type") == "Scheduled Event":
        sample["time"] = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return sample
