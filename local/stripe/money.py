"""What amounts Stripe takes: whole numbers of the smallest unit (https://docs.stripe.com/currencies)."""

from local.stripe.errors import Refused, bad_parameter

MOST = 99_999_999
"""Eight digits, in any currency."""

_NAMES = """
usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp byn bzd cad cdf chf clp cny
cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf gtq gyd hkd hnl htg huf idr ils inr isk jmd jod
jpy kes kgs khr kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio
nok npr nzd omr pab pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd shp sle sos srd std szl thb tjs tnd
top try ttd twd tzs uah ugx uyu uzs vnd vuv wst xaf xcd xof xpf yer zar zmw
"""
_CURRENCIES = frozenset(_NAMES.split())
_NO_DECIMALS = "bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf"
_WITHOUT_DECIMALS = frozenset(_NO_DECIMALS.split())
_WITH_THREE = frozenset({"bhd", "jod", "kwd", "omr", "tnd"})
_WHOLE_ONLY = frozenset({"isk", "ugx"})
"""Without decimals, and yet sent with two, which are 00."""

_LEAST = {
    "usd": 50,
    "aed": 200,
    "aud": 50,
    "bgn": 100,
    "brl": 50,
    "cad": 50,
    "chf": 50,
    "czk": 1500,
    "dkk": 250,
    "eur": 50,
    "gbp": 30,
    "hkd": 400,
    "huf": 17500,
    "inr": 50,
    "jpy": 50,
    "mxn": 1000,
    "myr": 200,
    "nok": 300,
    "nzd": 50,
    "pln": 200,
    "ron": 200,
    "sek": 300,
    "sgd": 50,
    "thb": 1000,
}
"""https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts"""

SYMBOLS = {"eur": "€", "usd": "$", "gbp": "£", "jpy": "¥"}


def decimals(currency: str) -> int:
    """How many digits of an amount are behind the point."""
    return 0 if currency in _WITHOUT_DECIMALS else 3 if currency in _WITH_THREE else 2


def shown(amount: int, currency: str) -> str:
    """As Stripe's messages write it: ``€0.50``."""
    digits = decimals(currency)
    number = f"{amount / 10**digits:,.{digits}f}"
    return f"{SYMBOLS[currency]}{number}" if currency in SYMBOLS else f"{number} {currency}"


def check_currency(currency: str, param: str) -> str:
    """Raises ``Refused``. Stripe takes both cases and answers in small letters."""
    if currency.lower() not in _CURRENCIES:
        supported = ", ".join(sorted(_CURRENCIES))
        raise bad_parameter(f"Invalid currency: {currency}. Stripe currently supports: {supported}", param)
    return currency.lower()


def check_charge(amount: int, currency: str, param: str, subject: str = "Amount must be") -> None:
    """Raises ``Refused`` for what no card can be charged with."""
    check_step(amount, currency, param)
    least = _LEAST.get(currency, 1)
    if amount < least:
        raise Refused(f"{subject} at least {shown(least, currency)} {currency}", "amount_too_small", param)
    if amount > MOST:
        raise Refused(f"{subject} no more than {shown(MOST, currency)} {currency}", "amount_too_large", param)


def check_step(amount: int, currency: str, param: str) -> None:
    """Raises ``Refused`` for a last digit that the card networks do not know."""
    step = 10 if currency in _WITH_THREE else 100 if currency in _WHOLE_ONLY else 1
    if amount % step:
        raise Refused(
            f"Invalid amount: {amount}. Amounts in {currency} must be evenly divisible by {step}.",
            "parameter_invalid_integer",
            param,
        )
