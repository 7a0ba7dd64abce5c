"""How each currency counts its money, as Stripe counts it: https://docs.stripe.com/currencies.

An amount is a whole number of the currency's smallest unit: cents, yen, fils. Prices are kept in hundredths, which say
every amount that can be charged: of three decimals the last is always 0.
"""

from decimal import Decimal

from booking.codes import Language

_WITHOUT_DECIMALS = frozenset(
    ("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF")
)
_WITH_THREE = frozenset(("BHD", "JOD", "KWD", "OMR", "TND"))
_WHOLE_ONLY = frozenset(("ISK", "UGX"))
"""They have no decimals any more, and Stripe goes on counting two, which must be 0."""

# The least that can be charged; Stripe compares what comes to the practice's bank account, in the account's currency.
_SMALLEST_CHARGES = {
    "AED": 200,
    "AUD": 60,
    "BRL": 200,
    "CAD": 60,
    "CHF": 50,
    "CZK": 1500,
    "DKK": 300,
    "EUR": 50,
    "GBP": 30,
    "HKD": 400,
    "HUF": 17500,
    "INR": 4000,
    "JPY": 80,
    "MXN": 1000,
    "MYR": 200,
    "NOK": 500,
    "NZD": 80,
    "PLN": 250,
    "RON": 200,
    "SEK": 500,
    "SGD": 60,
    "THB": 1500,
    "USD": 50,
}

LARGEST_CHARGE = 99_999_999
"""Eight digits, in any currency."""


def exponent(currency: str) -> int:
    """How many decimals an amount has."""
    if currency in _WITHOUT_DECIMALS:
        return 0
    return 3 if currency in _WITH_THREE else 2


def step(currency: str) -> int:
    """Amounts that can be charged are multiples of this."""
    if currency in _WITH_THREE:
        return 10
    return 100 if currency in _WHOLE_ONLY else 1


def smallest_charge(currency: str) -> int:
    """The least that can be charged; for a currency whose limit nobody has told us, the least there is."""
    return _SMALLEST_CHARGES.get(currency, step(currency))


def is_chargeable(amount: int, currency: str) -> bool:
    """Whether this much can be charged by card at all."""
    return amount >= smallest_charge(currency) and amount % step(currency) == 0


def from_hundredths(hundredths: int, currency: str) -> int | None:
    """The amount of a price, or None for a price that the currency can't say: half a yen."""
    amount, rest = divmod(hundredths * 10 ** exponent(currency), 100)
    return None if rest or amount % step(currency) else amount


def to_hundredths(amount: int, currency: str) -> int:
    """An amount in hundredths, as prices are. Of an amount that nobody can have paid (half a fils), rounded down."""
    return amount * 100 // int(10 ** exponent(currency))


def in_words(amount: int, currency: str, language: Language) -> str:
    """As a message or a table says it: ``EUR 1,250.00``, ``1.250,00 EUR``."""
    decimals = 0 if currency in _WHOLE_ONLY else exponent(currency)
    number = f"{Decimal(amount).scaleb(-exponent(currency)):,.{decimals}f}"
    if language is Language.DE:
        return f"{number.translate(str.maketrans(',.', '.,'))} {currency}"
    return f"{currency} {number}"
