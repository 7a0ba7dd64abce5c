"""How a contract becomes a schema of openapi.yaml."""

from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from pydantic import BaseModel, Field, TypeAdapter

from booking.contracts.base import UUID_PATTERN, Contract
from booking.errors import Refusal
from handlers._http import path_id
from handlers._operations import Operation
from handlers.routes import all_operations
from local.contract_files.schemas import name_of, schemas


class RoomState(BaseModel):
    name: str
    floor: int | None = None


class HouseBody(Contract):
    number: Annotated[int, Field(ge=1, description="On the door", examples=[7])] = 1
    kind: Literal["old", "new"] | None = None
    owner: UUID


class HouseAnswer(BaseModel):
    number: int = 1
    kind: Literal["old", "new"] | None = None
    rooms: list[RoomState]
    attic: Annotated[RoomState | None, Field(description="Under the roof")] = None


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> Operation:
    """The declaration of a call that is none of ours."""
    monkeypatch.setattr("handlers._operations.OPERATIONS", [])
    declared = Operation("addHouse", "POST", "/v1/houses", tag="Houses", summary="A new house")

    @declared
    def add(body: HouseBody) -> HouseAnswer:
        raise NotImplementedError

    return declared


def test_a_body_may_leave_out_what_has_a_default_and_says_it(house: Operation) -> None:
    assert schemas([house])["HouseBody"] == {
        "type": "object",
        "properties": {
            "number": {"type": "integer", "description": "On the door", "minimum": 1, "default": 1, "example": 7},
            "kind": {"type": "string", "enum": ["old", "new", None], "nullable": True},
            "owner": {"type": "string", "format": "uuid"},
        },
        "required": ["owner"],
        "additionalProperties": False,
    }


def test_an_answer_has_all_its_fields_and_what_may_be_null_is_no_reference(house: Operation) -> None:
    room: dict[str, Any] = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "floor": {"type": "integer", "nullable": True}},
        "required": ["name", "floor"],
    }
    named = schemas([house])
    assert named["Room"] == room
    assert named["House"]["properties"]["rooms"] == {"type": "array", "items": {"$ref": "#/components/schemas/Room"}}
    assert named["House"]["properties"]["attic"] == {**room, "description": "Under the roof", "nullable": True}
    assert named["House"]["required"] == ["number", "kind", "rooms", "attic"]


def test_what_the_gateway_looks_at_has_no_null_and_uuids_by_their_pattern(house: Operation) -> None:
    house.machine = "HouseStateMachine"
    properties = schemas([house])["HouseBody"]["properties"]
    assert properties["kind"] == {"type": "string", "enum": ["old", "new"]}
    assert properties["owner"] == {"type": "string", "pattern": UUID_PATTERN}


def test_a_declaration_takes_what_its_function_does() -> None:
    [put] = [each for each in all_operations() if each.name == "putAvailability"]
    assert set(put.takes) == {"therapist_id", "requester", "body", "if_match"}
    assert put.answer is put.takes["body"]
    for each in all_operations():
        assert set(each.path_ids) <= set(each.takes), each.name


def test_an_id_that_nothing_can_have_is_answered_as_one_that_nothing_has() -> None:
    for each in all_operations():
        for name in each.path_ids if each.route is not None else ():
            with pytest.raises(Refusal) as caught:
                path_id("no id", each.takes[name], each)
            assert caught.value.problem.status == 404, f"{each.name}, {name}"


def test_no_two_models_have_one_name_in_the_contract() -> None:
    """The one would stand for the other: callers would be told of fields that nobody sends."""
    titles: dict[str, set[str]] = {}
    for operation in all_operations():
        for model in (operation.answer, operation.takes.get("body")):
            if model is not None:
                made = TypeAdapter(model).json_schema()
                for each in (made, *made.get("$defs", {}).values()):
                    if "properties" in each:
                        titles.setdefault(name_of(each), set()).add(each["title"])
    assert {name: found for name, found in titles.items() if len(found) > 1} == {}
