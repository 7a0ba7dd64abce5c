"""How each currency counts its money. What babel knows of currencies is the referee, but where Stripe counts apart."""

import pytest
from babel.numbers import get_currency_precision
from hypothesis import given
from hypothesis import strategies as st

from booking import money
from booking.codes import Language
from local.stripe import money as stripes

CURRENCIES = sorted(each.upper() for each in stripes._CURRENCIES)
APART = {"AFN", "ALL", "ISK", "LAK", "LBP", "MMK", "RSD", "SOS", "STD", "UGX", "YER"}
"""They have decimals in ISO 4217 or with Stripe, which nobody uses any more."""


@pytest.mark.parametrize("currency", sorted(set(CURRENCIES) - APART))
def test_a_currency_has_as_many_decimals_as_the_world_says(currency: str) -> None:
    assert money.exponent(currency) == get_currency_precision(currency)


@given(st.sampled_from(CURRENCIES), st.integers(0, 10**7))
def test_whatever_can_be_charged_is_a_price_and_the_price_is_it(currency: str, steps: int) -> None:
    amount = steps * money.step(currency)
    assert money.from_hundredths(money.to_hundredths(amount, currency), currency) == amount


@pytest.mark.parametrize(
    ("hundredths", "currency", "amount"),
    [
        (8000, "EUR", 8000),
        (900000, "JPY", 9000),
        (50, "JPY", None),  # half a yen
        (1250, "KWD", 12500),
        (500000, "ISK", 500000),
        (500050, "ISK", None),
    ],
)
def test_a_price_in_hundredths_is_an_amount_if_the_currency_can_say_it(
    hundredths: int, currency: str, amount: int | None
) -> None:
    assert money.from_hundredths(hundredths, currency) == amount


@pytest.mark.parametrize(
    ("amount", "currency", "is_chargeable"),
    [
        (49, "EUR", False),
        (50, "EUR", True),
        (100, "JPY", True),
        (12500, "KWD", True),
        (12505, "KWD", False),
        (10000, "ISK", True),
        (10050, "ISK", False),
    ],
)
def test_what_is_too_little_or_between_two_coins_cannot_be_charged(
    amount: int, currency: str, is_chargeable: bool
) -> None:
    assert money.is_chargeable(amount, currency) is is_chargeable


def test_nothing_is_thought_chargeable_that_stripe_finds_too_little() -> None:
    for currency, least in stripes._LEAST.items():
        if currency != "bgn":  # which is no more
            assert money.smallest_charge(currency.upper()) >= least


@pytest.mark.parametrize(
    ("amount", "currency", "english", "german"),
    [
        (125000, "EUR", "EUR 1,250.00", "1.250,00 EUR"),
        (9000, "JPY", "JPY 9,000", "9.000 JPY"),
        (12500, "KWD", "KWD 12.500", "12,500 KWD"),
        (500000, "ISK", "ISK 5,000", "5.000 ISK"),
        (10**17 + 1, "EUR", "EUR 1,000,000,000,000,000.01", "1.000.000.000.000.000,01 EUR"),
    ],
)
def test_an_amount_reads_as_people_write_it(amount: int, currency: str, english: str, german: str) -> None:
    assert money.in_words(amount, currency, Language.EN) == english
    assert money.in_words(amount, currency, Language.DE) == german
