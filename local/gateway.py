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

from local import documents

MAX_BODY_BYTES = 10 * 1024 * 1024
"""API Gateway's payload limit."""

FIREWALL_BODY_BYTES = 64 * 1024
"""The firewall before it lets less through: its rule BodyTooLarge, in template.yaml."""


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


@dataclass(frozen=True)
class Parameters:
    """A request's parameters, as a mapping template finds them: names are told apart by case, headers' names too.

    Of a parameter given twice the last value counts. Values in the path are URL-decoded.
    """

    path: Mapping[str, str] = field(default_factory=dict)
    querystring: Mapping[str, str] = field(default_factory=dict)
    header: Mapping[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """The value of a name, looked for in this order; empty where there is none."""
        return next((part[name] for part in (self.path, self.querystring, self.header) if name in part), "")


class _String(str):
    """A Java string's methods, where airspeed has none of that name."""

    def equalsIgnoreCase(self, other: str) -> bool:  # noqa: N802  # Java's name for it
        return self.lower() == other.lower()


class Map:
    """What ``$input.params().header`` is: a Java map."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values

    def keySet(self) -> list[_String]:  # noqa: N802  # Java's name for it
        return [_String(name) for name in self.values]

    def get(self, name: str) -> str | None:
        return self.values.get(name)


class Input:
    """``$input``: the payload, and the request's parameters."""

    def __init__(self, payload: bytes, parameters: Parameters) -> None:
        self._payload = payload
        self._parameters = parameters

    def json(self, path: str) -> str:
        return json.dumps(self.path(path), ensure_ascii=False, separators=(",", ":"))

    def path(self, path: str) -> Any:
        value = parsed(self._payload or b"{}")
        for name in filter(None, path.removeprefix("$").split(".")):
            value = value.get(name) if isinstance(value, dict) else None
        return value

    def params(self, name: str | None = None) -> Any:
        if name is not None:
            return self._parameters.get(name)
        kinds = {"path": self._parameters.path, "querystring": self._parameters.querystring}
        return {kind: Map(values) for kind, values in {**kinds, "header": self._parameters.header}.items()}


class _Util:
    """``$util``."""

    @staticmethod
    def escapeJavaScript(value: Any) -> str:  # noqa: N802  # API Gateway's name for it
        """As commons-lang does: a single quote and a slash get a backslash too, what is not ASCII becomes \\uXXXX."""
        quoted = json.dumps("" if value is None else str(value))[1:-1]
        return quoted.replace("'", "\\'").replace("/", "\\/")


def render(template: str, payload: bytes, parameters: Parameters, context: Mapping[str, Any]) -> Rendered:
    """Runs a mapping template as API Gateway would."""
    override: dict[str, Any] = {"header": {}}
    namespace = {
        "input": Input(payload, parameters),
        "util": _Util(),
        "context": {**context, "responseOverride": override},
    }
    text = airspeed.Template(template).merge(namespace).strip()
    status = override.get("status")
    return Rendered(text, None if status is None else int(status), dict(override["header"]))


def parsed(body: bytes) -> Any:
    """A JSON document as API Gateway reads one: text is UTF-8, and what is not becomes U+FFFD.

    Raises ``ValueError`` or ``RecursionError`` for what is no JSON: UTF-16, a byte order mark and ``NaN`` among it.
    """
    return json.loads(body.decode("utf-8", errors="replace"), parse_constant=_no_number)


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON")


def body_problem(schema: Mapping[str, Any], body: bytes) -> str | None:
    """What the model finds wrong with a body, naming each field and rule; None when it is right.

    API Gateway words it differently and, for a value that breaks a pattern, leaves out the field's name.
    """
    try:
        document = parsed(body)
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


def blocked(rule_name: str, allowed_origin: str) -> tuple[int, dict[str, str], bytes]:
    """What the firewall answers for one of the template's own rules: status, headers, body."""
    firewall = documents.template()["Resources"]["Firewall"]["Properties"]
    [rule] = [each for each in firewall["Rules"] if each["Name"] == rule_name]
    response = rule["Action"]["Block"]["CustomResponse"]
    values, conditions = {"AllowedOrigin": allowed_origin}, {"WithAllowedOrigin": bool(allowed_origin)}
    headers = documents.resolved(response.get("ResponseHeaders", []), values, conditions)
    body = firewall["CustomResponseBodies"][response["CustomResponseBodyKey"]]
    content_type = {"APPLICATION_JSON": "application/json"}[body["ContentType"]]
    named = {each["Name"]: each["Value"] for each in headers or []}
    return response["ResponseCode"], {"Content-Type": content_type, **named}, body["Content"].encode()
