"""The schemas of OpenAPI 3.0 that the contracts are: a pydantic model, as openapi.yaml says it."""

from collections.abc import Iterable
from typing import Any

from pydantic import TypeAdapter

from handlers._operations import Operation

Schema = dict[str, Any]

UUID_PATTERN = "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$"

_KEPT = (
    *("type", "description", "enum", "format", "pattern", "allOf", "minimum", "maximum"),
    *("minLength", "maxLength", "minItems", "maxItems", "default"),
)
_SUFFIXES = ("Answer", "State", "Contract")


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


class Schemas:
    """The schemas of all bodies and answers, by name.

    An answer has all its fields, null or empty where there is nothing; a body may leave out what has a default. What
    is both (a period of time) is a body.
    """

    def __init__(self, operations: Iterable[Operation]) -> None:
        self.named: dict[str, Schema] = {}
        asked = list(operations)
        for each in asked:
            if "body" in each.takes:
                self._add(each.takes["body"], sent=True)
        for each in asked:
            self._add(each.answer, sent=False)
        for each in asked:
            if each.machine:
                name = self.reference(each.takes["body"])["$ref"].rpartition("/")[2]
                self.named[name] = _for_the_gateway(self.named[name])

    def reference(self, model: Any) -> Schema:
        """What refers to a body's or an answer's schema."""
        made = TypeAdapter(model).json_schema()
        if "anyOf" in made:
            references = [made["$defs"][each["$ref"].rpartition("/")[2]] for each in made["anyOf"]]
            return {"anyOf": [_reference(name_of(each)) for each in references]}
        return _reference(name_of(made)) if "properties" in made else {"type": made["type"]}

    def _add(self, model: Any, *, sent: bool) -> None:
        made = TypeAdapter(model).json_schema(ref_template="{model}", mode="validation" if sent else "serialization")
        definitions = made.pop("$defs", {})
        if "anyOf" in made:
            for each in made["anyOf"]:
                self._plain(each, definitions, sent=sent)
        elif "properties" in made:
            self._name(made, definitions, sent=sent)

    def _name(self, given: Schema, definitions: dict[str, Schema], *, sent: bool) -> Schema:
        name = name_of(given)
        if name not in self.named:
            self.named[name] = self._object(given, definitions, sent=sent)
        return _reference(name)

    def _object(self, given: Schema, definitions: dict[str, Schema], *, sent: bool) -> Schema:
        properties = {name: self._plain(each, definitions, sent=sent) for name, each in given["properties"].items()}
        required = given.get("required", []) if sent else list(properties)
        closed = {"additionalProperties": False} if given.get("additionalProperties") is False else {}
        return {
            "type": "object",
            "properties": properties,
            **({"required": required} if required else {}),
            **closed,
        }

    def _plain(self, given: Schema, definitions: dict[str, Schema], *, sent: bool) -> Schema:
        if "$ref" in given:
            definition = definitions[given["$ref"]]
            if "properties" in definition:
                return self._name(definition, definitions, sent=sent)
            return self._plain({**definition, "description": given.get("description")}, definitions, sent=sent)
        kept = {key: given[key] for key in _KEPT if given.get(key) is not None}
        if "anyOf" in given:  # optional
            [some] = [each for each in given["anyOf"] if each.get("type") != "null"]
            definition = definitions.get(some.get("$ref", ""), {})
            inner = (
                self._object(definition, definitions, sent=sent)
                if "properties" in definition
                else self._plain(some, definitions, sent=sent)
            )
            kept = nullable({**inner, **kept})
        if not sent:
            kept.pop("default", None)
        if "examples" in given:
            [kept["example"]] = given["examples"]
        if "const" in given:
            kept["enum"] = [given["const"]]
        if "items" in given:
            kept["items"] = self._plain(given["items"], definitions, sent=sent)
        return kept

    def parameters(self, query: Any) -> list[Schema]:
        """The parameters of a query, as OpenAPI lists them."""
        made = TypeAdapter(query).json_schema(ref_template="{model}")
        definitions, required = made.get("$defs", {}), made.get("required", [])
        return [
            self._parameter(name, given, definitions, required=name in required)
            for name, given in made["properties"].items()
        ]

    def _parameter(self, name: str, given: Schema, definitions: dict[str, Schema], *, required: bool) -> Schema:
        schema = never_null(self._plain(given, definitions, sent=True))
        description = schema.pop("description")
        return {"name": name, "in": "query", "required": required, "description": description, "schema": schema}


def _reference(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _for_the_gateway(model: Schema) -> Schema:
    """A body that API Gateway looks at, by JSON Schema draft 4: nothing is null, and a UUID is its pattern."""

    def field(given: Schema) -> Schema:
        kept = never_null(given)
        return {**kept, "pattern": UUID_PATTERN} if kept.pop("format", None) == "uuid" else kept

    return {**model, "properties": {name: field(each) for name, each in model["properties"].items()}}
