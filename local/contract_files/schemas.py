"""A contract as a schema of OpenAPI 3.0: what openapi.yaml says of a pydantic model."""

from collections.abc import Iterable
from typing import Any

from pydantic import TypeAdapter

from booking.contracts.base import UUID_PATTERN
from handlers._operations import Operation

Schema = dict[str, Any]

_KEPT = (
    *("type", "description", "enum", "format", "pattern", "allOf", "minimum", "maximum"),
    *("minLength", "maxLength", "minItems", "maxItems", "default"),
)
_SUFFIXES = ("Answer", "State", "Contract")


def schemas(operations: Iterable[Operation]) -> dict[str, Schema]:
    """The schemas of all bodies and answers, by name.

    An answer has all its fields, null or empty where there is nothing; a body may leave out what has a default. What
    is part of both (a period of time) is as in the body.
    """
    asked, named = list(operations), dict[str, Schema]()
    bodies = [(each.takes["body"], bool(each.machine)) for each in asked if "body" in each.takes]
    for body, _ in bodies:
        _Reader(body, named, sent=True)
    for each in asked:
        _Reader(each.answer, named, sent=False)
    for body, by_the_gateway in bodies:
        if by_the_gateway:
            name = name_of(TypeAdapter(body).json_schema())
            named[name] = _for_the_gateway(named[name])
    return named


def reference(model: Any) -> Schema:
    """The schema of a body or an answer, where a call names it."""
    return _Reader(model, {}, sent=False).whole


def parameters(query: Any) -> list[Schema]:
    """The parameters of a query, as a call lists them."""
    reader = _Reader(query, {}, sent=True)
    [whole] = reader.named.values()
    found = []
    for name, given in whole["properties"].items():
        schema = never_null(given)
        description, required = schema.pop("description"), name in whole.get("required", [])
        found.append({"name": name, "in": "query", "required": required, "description": description, "schema": schema})
    return found


def name_of(schema: Schema) -> str:
    """A model's name in the contract: ``BookingAnswer`` is ``Booking``. A title of its own stands as it is."""
    title = str(schema["title"])
    return next((title.removesuffix(each) for each in _SUFFIXES if title.endswith(each)), title)


def nullable(schema: Schema) -> Schema:
    """As OpenAPI 3.0.3 has it: beside its ``type`` (a reference would still refuse null), and in the ``enum``."""
    return {**schema, **({"enum": [*schema["enum"], None]} if "enum" in schema else {}), "nullable": True}


def never_null(schema: Schema) -> Schema:
    """The same, for what is there or left out: a parameter, or a field that the gateway looks at."""
    kept = {key: each for key, each in schema.items() if key != "nullable"}
    return {**kept, "enum": [each for each in kept["enum"] if each is not None]} if "enum" in kept else kept


class _Reader:
    """Reads pydantic's schema of a model: ``whole`` is it, and the models in it are put into ``named``."""

    def __init__(self, model: Any, named: dict[str, Schema], *, sent: bool) -> None:
        made = TypeAdapter(model).json_schema(ref_template="{model}", mode="validation" if sent else "serialization")
        self.named, self.sent, self.definitions = named, sent, made.pop("$defs", {})
        if "anyOf" in made:  # one of several answers
            self.whole: Schema = {"anyOf": [self.schema(each) for each in made["anyOf"]]}
        else:
            self.whole = self.name(made) if "properties" in made else self.schema(made)

    def name(self, model: Schema) -> Schema:
        """A reference to a model, which is named."""
        name = name_of(model)
        if name not in self.named:
            self.named[name] = self.fields(model)
        return {"$ref": f"#/components/schemas/{name}"}

    def fields(self, model: Schema) -> Schema:
        """A model where it stands."""
        properties = {name: self.schema(each) for name, each in model["properties"].items()}
        required = model.get("required", []) if self.sent else list(properties)
        closed = {"additionalProperties": False} if model.get("additionalProperties") is False else {}
        return {
            "type": "object",
            "properties": properties,
            **({"required": required} if required else {}),
            **closed,
        }

    def schema(self, given: Schema) -> Schema:
        """Anything in a model."""
        if "$ref" in given:
            definition = self.definitions[given["$ref"]]
            if "properties" in definition:
                return self.name(definition)
            return self.schema({**definition, "description": given.get("description")})  # an enum: its values
        kept = {key: given[key] for key in _KEPT if given.get(key) is not None}
        if not self.sent:
            kept.pop("default", None)
        if "examples" in given:
            [kept["example"]] = given["examples"]
        if "const" in given:
            kept["enum"] = [given["const"]]
        if "items" in given:
            kept["items"] = self.schema(given["items"])
        if "anyOf" in given:
            return nullable({**self.some(given["anyOf"]), **kept})
        return kept

    def some(self, choices: list[Schema]) -> Schema:
        """What an optional is when it is there; a model is written out, for a reference can't be null."""
        [some] = [each for each in choices if each.get("type") != "null"]
        definition = self.definitions.get(some.get("$ref", ""), {})
        return self.fields(definition) if "properties" in definition else self.schema(some)


def _for_the_gateway(model: Schema) -> Schema:
    """A body that API Gateway looks at, by JSON Schema draft 4: nothing is null, and a UUID is its pattern."""

    def field(given: Schema) -> Schema:
        kept = never_null(given)
        return {**kept, "pattern": UUID_PATTERN} if kept.pop("format", None) == "uuid" else kept

    return {**model, "properties": {name: field(each) for name, each in model["properties"].items()}}
