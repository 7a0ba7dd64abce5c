"""API Gateway's part of the contract, executed: request models and mapping templates, straight from openapi.yaml.

The emulator knows neither for this integration, so the laptop (and the tests) run the contract's own text through a
Velocity interpreter and a JSON Schema validator: what is tested is what is deployed.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import airspeed
from jsonschema import Draft4Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

MAX_BODY_BYTES = 10 * 1024 * 1024
"""API Gateway's payload limit."""


def _pattern(_validator: Any, pattern: str, instance: Any, _schema: Any) -> Iterator[ValidationError]:
    """ECMA 262's ``$`` is the end; Python's is also the place before a last newline."""
    if isinstance(instance, str) and not re.search(re.sub(r"\$$", r"\\Z", pattern), instance):
        yield ValidationError("does not match")


_Validator = extend(Draft4Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call]  # jsonschema types it not


@dataclass(frozen=True)
class Rendered:
    """A mapping template's text, and what it set in ``$context.responseOverride``."""

    text: str
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)


class _Input:
    """``$input``: the payload, and the request's parameters."""

    def __init__(self, payload: bytes, parameters: Mapping[str, str]) -> None:
        self._payload = payload
        self._parameters = parameters

    def json(self, path: str) -> str:
        return json.dumps(self.path(path), ensure_ascii=False, separators=(",", ":"))

    def path(self, path: str) -> Any:
        value = json.loads(self._payload or b"{}")
        for name in filter(None, path.removeprefix("$").split(".")):
            value = value.get(name) if isinstance(value, dict) else None
        return value

    def params(self, name: str) -> str:
        return self._parameters.get(name.lower(), "")


class _Util:
    """``$util``."""

    @staticmethod
    def escapeJavaScript(value: Any) -> str:  # noqa: N802  # API Gateway's name for it
        """As commons-lang does: a single quote and a slash get a backslash too, what is not ASCII becomes \\uXXXX."""
        quoted = json.dumps("" if value is None else str(value))[1:-1]
        return quoted.replace("'", "\\'").replace("/", "\\/")


def render(template: str, payload: bytes, parameters: Mapping[str, str], context: Mapping[str, Any]) -> Rendered:
    """Runs a mapping template as API Gateway would.

    ``parameters`` are the request's query parameters and headers, with names in lower case.
    """
    override: dict[str, Any] = {"header": {}}
    namespace = {
        "input": _Input(payload, parameters),
        "util": _Util(),
        "context": {**context, "responseOverride": override},
    }
    text = airspeed.Template(template).merge(namespace).strip()
    status = override.get("status")
    return Rendered(text, None if status is None else int(status), dict(override["header"]))


def body_problem(schema: Mapping[str, Any], body: bytes) -> str | None:
    """What the model finds wrong with a body, naming each field and rule; None when it is right.

    API Gateway words it differently and, for a value that breaks a pattern, leaves out the field's name.
    """
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return "the body is not JSON"
    problems = sorted(_Validator(dict(schema)).iter_errors(document), key=lambda error: list(error.path))
    return "; ".join(dict.fromkeys(map(_in_words, problems))) or None


def _in_words(error: ValidationError) -> str:
    name = ".".join(map(str, error.path)) or "the body"
    rule, value = str(error.validator), cast(Any, error.validator_value)
    schema, instance = cast(Any, error.schema), cast(Any, error.instance)
    match rule:
        case "required":
            missing = [each for each in value if each not in instance]
            return f"{name} has no {', '.join(missing)}"
        case "additionalProperties":
            unknown = sorted(set(instance) - set(schema["properties"]))
            return f"{name} has unknown fields: {', '.join(unknown)[:200]}"
        case "pattern":
            return f"{name} does not match {value}"
    return f"{name} breaks the rule {rule}: {value}"


def select_response(responses: Mapping[str, Any], backend_status: int) -> Mapping[str, Any]:
    """The integration response whose pattern matches the backend's status, else the default one."""
    for pattern, response in responses.items():
        if pattern != "default" and re.fullmatch(pattern, str(backend_status)):
            return dict(response)
    return dict(responses["default"])
