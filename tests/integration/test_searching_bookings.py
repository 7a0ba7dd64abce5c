"""POST /v1/booking-search: where an operator begins in a browser. No name in a URL, none in an answer."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from booking.codes import Group
from booking.contracts.finding import FindBookingsInput, Found
from booking.errors import Refusal
from booking.model import Requester
from booking.problems import Problem
from booking.services.operations.finding import search_bookings
from booking.store import Stores
from local import demo
from tests.asking import NOW, STARTS_AT, reserve, reserve_input
from tests.fakes import clock_at

OPERATOR = Requester("sub-operator", frozenset({Group.OPERATOR}))


def search(stores: Stores, requester: Requester = OPERATOR, **body: Any) -> Found:
    return search_bookings(stores, requester, FindBookingsInput.model_validate(body), clock_at(NOW))


def test_an_operator_finds_a_clients_bookings_of_a_day_and_the_clients_of_a_name(stores: Stores) -> None:
    reserve(stores, reserve_input())
    reserve(stores, reserve_input("booking-2", STARTS_AT + timedelta(days=1)))
    [found] = search(stores, client_name=" jon ", on="2032-03-03").bookings
    assert (found.booking_id, found.client_id) == ("booking-1", demo.CLIENT_ID)
    clients = search(stores, client_name="jon")
    assert [each.client_id for each in clients.clients] == [demo.CLIENT_ID]
    assert not [each for each in demo.PERSONAL_DATA if each in clients.model_dump_json()]


@pytest.mark.parametrize("group", [Group.CLIENT, Group.THERAPIST])
def test_nobody_but_operators_finds_anything(stores: Stores, group: Group) -> None:
    with pytest.raises(Refusal) as caught:
        search(stores, Requester("sub-client", frozenset({group})), client_name="jon")
    assert caught.value.problem == Problem.FORBIDDEN


@pytest.mark.parametrize(
    "body", [{}, {"needing_attention": False}, {"on": "2032-03-03"}, {"client_name": "jon", "needing_attention": True}]
)
def test_one_thing_is_looked_for_at_a_time(body: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="one of client_name"):
        FindBookingsInput.model_validate(body)


@pytest.mark.parametrize("name", ["", " ", "\u200b", "a\x00b", 201 * "x"])
def test_what_can_be_no_name_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        FindBookingsInput.model_validate({"client_name": name})
