"""As much of the AWS CLI as docs/deploy.md uses, by the AWS SDK's own descriptions of the calls: for its test.

``python -m tests.e2e.aws_cli SERVICE OPERATION --option value …``, as ``aws`` would be called.
"""

import json
import sys
from dataclasses import dataclass
from functools import cache
from typing import Any

import boto3
import jmespath
from botocore import xform_name
from botocore.model import ServiceModel, Shape
from botocore.validate import ParamValidator

RENAMED = {("sns", "subscribe", "notification-endpoint"): "endpoint"}
"""Options that the CLI calls otherwise than the call does."""


@dataclass(frozen=True)
class Command:
    """One call: of which service, which operation, with which parameters; what is printed of the answer, and how."""

    service: str
    operation: str  # as boto3 names it
    parameters: dict[str, Any]
    query: str | None
    output: str


def parse(words: list[str]) -> Command:
    """Raises ``ValueError`` for a service, an operation, an option or a value that AWS does not know."""
    service, operation, *rest = words
    model = _model(service)
    named = {xform_name(name, "-"): name for name in model.operation_names}
    if operation not in named:
        raise ValueError(f"aws {service} has no {operation}")
    shape: Any = model.operation_model(named[operation]).input_shape
    members = {xform_name(name, "-"): (name, each) for name, each in shape.members.items()}
    parameters: dict[str, Any] = {}
    own = {"query": "", "output": "json", "region": ""}  # every call's; where it is made is no parameter of it
    for given, values in _options(rest):
        option = RENAMED.get((service, operation, given), given)
        if option in own:
            [own[option]] = values
        elif option in members:
            name, member = members[option]
            parameters[name] = _value(member, values)
        else:
            raise ValueError(f"aws {service} {operation} has no --{given}")
    report = ParamValidator().validate(parameters, shape)
    if report.has_errors():
        raise ValueError(report.generate_report())
    return Command(service, xform_name(named[operation]), parameters, own["query"] or None, own["output"])


@cache
def _model(service: str) -> ServiceModel:
    session = boto3.Session(region_name="us-east-1")
    service = {"deploy": "codedeploy"}.get(service, service)  # the CLI has a name of its own for this one
    return session.client(service).meta.service_model  # type: ignore[call-overload, no-any-return]  # any service


def _options(words: list[str]) -> list[tuple[str, list[str]]]:
    found: list[tuple[str, list[str]]] = []
    for word in words:
        if word.startswith("--"):
            found.append((word[2:], []))
        else:
            found[-1][1].append(word)
    return found


def _value(shape: Shape, values: list[str]) -> Any:
    """What the words after an option mean, by the kind of its parameter; a list of structures in shorthand syntax."""
    kind, member = shape.type_name, getattr(shape, "member", None)
    if kind == "boolean":
        return True
    if kind == "list":
        return [_value(member, [each]) for each in values] if member is not None else values
    [text] = values
    if kind in ("structure", "map"):
        pairs = dict(pair.split("=", 1) for pair in text.split(","))
        return {name: _value(_of(shape, name), [each]) for name, each in pairs.items()}
    return {"integer": int, "long": int, "double": float, "float": float}.get(kind, str)(text)


def _of(shape: Any, name: str) -> Shape:
    part: Shape = shape.value if shape.type_name == "map" else shape.members[name]
    return part


def main() -> int:
    command = parse(sys.argv[1:])
    client: Any = boto3.client(command.service)  # type: ignore[call-overload]  # any service
    answer = getattr(client, command.operation)(**command.parameters)
    found = jmespath.search(command.query, answer) if command.query else answer
    if command.output == "text":
        print("\t".join(map(str, found)) if isinstance(found, list) else found)  # noqa: T201  # as the CLI does
    else:
        print(json.dumps(found, default=str))  # noqa: T201  # the same
    return 0


if __name__ == "__main__":
    sys.exit(main())
