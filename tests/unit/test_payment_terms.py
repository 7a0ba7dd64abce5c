"""What a service may ask for, what a fee comes to, and how the executions are called that move money."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from booking.codes import FeeKind
from booking.contracts.people import ServiceBody
from booking.dues import Fee
from booking.paid import tax_in
from booking.services.payments.naming import HOUR, LONGEST, booking_of, movement_name, page_name
from tests.asking import NOW

NONE = {"kind": "none", "value": 0}


def service(**terms: Any) -> ServiceBody:
    known = {"name": "X", "duration_minutes": 50, "price_cents": 9000, "currency": "EUR"}
    return ServiceBody.model_validate({**known, **terms})


def fee(kind: str, value: int) -> dict[str, Any]:
    return {"kind": kind, "value": value}


@pytest.mark.parametrize(
    ("terms", "named"),
    [
        ({"late_cancellation_fee": fee("percent", 101)}, "late_cancellation_fee: value must be 100"),
        ({"no_show_fee": fee("none", 5)}, "no_show_fee: value must be 0"),
        (
            {"payment": "prepay", "no_show_fee": fee("amount", 9001)},
            "no_show_fee: value must be the price at most, 9000",
        ),
        ({"payment": "card_on_file"}, "payment: card_on_file needs"),
        ({"payment": "card_on_file", "no_show_fee": fee("percent", 0)}, "no_show_fee: comes to 0; in EUR"),
        ({"payment": "prepay", "price_cents": 49}, "price_cents: comes to 49; in EUR a card is charged 50"),
        ({"payment": "prepay", "price_cents": 100_000_000}, "price_cents: comes to 100000000; in EUR"),
        ({"payment": "prepay", "price_cents": 7900, "currency": "JPY"}, "price_cents: comes to 79; in JPY"),
        ({"payment": "prepay", "price_cents": 900050, "currency": "JPY"}, "price_cents: is no amount"),
        ({"payment": "prepay", "price_cents": 900050, "currency": "ISK"}, "price_cents: is no amount"),
        (
            {"payment": "prepay", "currency": "KWD", "late_cancellation_fee": fee("amount", 1005)},
            "late_cancellation_fee: value must be a multiple of 10 in KWD",
        ),
        ({"tax_percent": 7.777}, "must have two decimals at most"),
    ],
)
def test_terms_that_nobody_could_keep_are_refused_by_their_name(terms: dict[str, Any], named: str) -> None:
    with pytest.raises(ValidationError) as broken:
        service(**terms)
    assert [each["type"] for each in broken.value.errors()] == ["value_error"], "a rule of ours: 422, not 400"
    assert named in str(broken.value)


@pytest.mark.parametrize(
    "terms",
    [
        {},
        {"payment": "prepay"},
        {"payment": "prepay", "price_cents": 0},
        {"payment": "prepay", "price_cents": 900000, "currency": "JPY"},
        {"payment": "prepay", "price_cents": 1234, "currency": "KWD", "no_show_fee": fee("amount", 12340)},
        {"payment": "card_on_file", "late_cancellation_fee": fee("percent", 100)},
        {"approval": "therapist", "approval_minutes": 15, "payment_minutes": 5, "tax_percent": 8.1},
    ],
)
def test_terms_that_can_be_kept_are_taken(terms: dict[str, Any]) -> None:
    given = service(**terms)
    assert {name: getattr(given, name) for name in terms if "fee" not in name} == {
        name: value for name, value in terms.items() if "fee" not in name
    }


@pytest.mark.parametrize(
    ("kind", "value", "price", "currency", "comes_to"),
    [
        ("percent", 50, 9001, "EUR", 4501),
        ("percent", 33, 9000, "JPY", 2970),
        ("percent", 33, 12340, "KWD", 4070),
        ("percent", 50, 900000, "ISK", 450000),
        ("amount", 5000, 4000, "EUR", 4000),
        ("none", 0, 4000, "EUR", 0),
    ],
)
def test_a_fee_comes_to_what_can_be_charged(kind: str, value: int, price: int, currency: str, comes_to: int) -> None:
    assert Fee(FeeKind(kind), value).of(price, currency) == comes_to


@pytest.mark.parametrize(("amount", "percent", "tax"), [(11900, 19, 1900), (9000, 8.1, 674), (9000, 0, 0), (0, 19, 0)])
def test_tax_is_included(amount: int, percent: float, tax: int) -> None:
    assert tax_in(amount, percent) == tax


def test_an_execution_is_called_after_what_it_moves_however_long_that_is() -> None:
    booking_id = "b-" + 78 * "x"
    key = f"refund-{booking_id}-12"
    assert (movement_name("fee-b-1-1"), booking_of("fee-b-1-1"), booking_of(key)) == ("fee-b-1-1", "b-1", booking_id)
    movements = {movement_name(key), movement_name(f"refund-{booking_id}-13")}
    names = movements | {page_name(key, NOW), page_name(key, NOW + HOUR)}
    assert len(names) == 4
    assert max(map(len, names)) <= LONGEST
    assert page_name(key, NOW) == page_name(key, NOW + timedelta(minutes=59))
