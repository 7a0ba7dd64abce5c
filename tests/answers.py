"""Every answer of the API that a test sees is held to openapi.yaml: its status, headers, content type and schema.

An answer may be of a call that is not in the contract (``/v1/nothing``), or go wrong before a call is known: those are
problems of the gateway. Statuses that stand for a whole class (``default``) are not used: each is declared.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from openapi_schema_validator import OAS30ReadValidator, oas30_format_checker
from referencing import Registry
from referencing.jsonschema import DRAFT4

from handlers.routes import all_operations
from local import documents
from local.contract_files import problems


@cache
def _contract() -> tuple[dict[str, Any], list[tuple[re.Pattern[str], str]], Any]:
    document = documents.contract()
    by_words = sorted(document["paths"], key=lambda each: each.count("{"))  # what is said word by word comes first
    patterns = [(re.compile(re.sub(r"\{[a-z_]+\}", "[^/]+", path)), path) for path in by_words]
    registry: Any = Registry().with_resource("urn:contract", DRAFT4.create_resource(document))
    return document, patterns, registry


@cache
def _problems() -> dict[str, set[str]]:
    """The types that each call of the contract may be refused with, by its operationId."""
    return {each.name: {problem.type for problem in problems.of(each)} for each in all_operations()}


def operation_of(method: str, path: str) -> dict[str, Any] | None:
    """The operation of the contract that a call is, if there is one. API Gateway takes a last slash too."""
    document, patterns, _ = _contract()
    path = path.removesuffix("/")
    for pattern, template in patterns:
        if pattern.fullmatch(path):
            found = document["paths"][template].get(method.lower())
            return None if found is None else dict(found)
    return None


def check(method: str, url: str, status: int, headers: Mapping[str, str], body: Any) -> None:
    """Asserts that the answer is one the contract has. ``body`` is parsed, when it is JSON."""
    document, _, _ = _contract()
    call = f"{method} {re.sub('[^/]{24,}', '…', urlsplit(url).path)} {status}"
    named = {name.lower(): value for name, value in headers.items()}
    kind = named.get("content-type", "").split(";")[0].strip()
    operation = operation_of(method, urlsplit(url).path)
    if operation is None:
        assert 400 <= status < 500, f"{call}: no call of the contract, and not refused"
        assert kind == "application/problem+json", f"{call}: {kind}"
        validate({"$ref": "#/components/schemas/Problem"}, body, call)
        return
    declared = operation["responses"]
    assert str(status) in declared, f"{call}: the contract has {', '.join(declared)}: {json.dumps(body)[:300]}"
    response = declared[str(status)]
    if "$ref" in response:
        response = document["components"]["responses"][response["$ref"].rpartition("/")[2]]
    if "content" not in response:
        assert not body, f"{call}: a body"
        return
    assert kind in response["content"], f"{call}: {kind or 'no content type'}"
    missing = [name for name in response.get("headers", {}) if not named.get(name.lower())]
    assert missing == [], f"{call}: without {missing}"
    validate(response["content"][kind]["schema"], body, call)
    if status >= 400 and "type" in body:
        assert body["type"] in _problems()[operation["operationId"]], f"{call}: {body['type']}"


def validate(schema: Mapping[str, Any], body: Any, call: str) -> None:
    """Asserts that the body is of a schema of the contract; names the field and the rule, and never what is in it."""
    _, _, registry = _contract()
    absolute = json.loads(json.dumps(schema).replace('"#/', '"urn:contract#/'))
    found = OAS30ReadValidator(absolute, registry=registry, format_checker=oas30_format_checker).iter_errors(body)
    wrong = [f"{'.'.join(map(str, each.path)) or 'the body'}: {each.validator}" for each in found]
    assert wrong == [], f"{call}: {'; '.join(wrong)}"
