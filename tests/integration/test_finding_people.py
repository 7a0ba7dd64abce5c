"""Staff find people: by any words of a name, an address, a number; quickly, and nobody who is not theirs."""

import pytest
from psycopg2.extensions import connection as Connection

from tests.rows import rows


@pytest.mark.parametrize(
    ("written", "found_as"),
    [
        ("Müller", "muller"),
        ("ŁÓDŹ", "lodz"),
        ("Straße", "strasse"),
        ("STRAẞE", "strasse"),
        ("Ἀθηνᾶ", "αθηνα"),
        ("ЩЕРБАКОВ", "щербаков"),
        ("O’Brien", "o'brien"),
        ("Ｊonas", "jonas"),
        ("神谷", "神谷"),
        ("Søren Ærø", "soren aero"),
    ],
)
def test_accents_and_capitals_are_folded_by_whatever_locale_the_database_has(
    db: Connection, written: str, found_as: str
) -> None:
    assert rows(db, "SELECT folded(%s) AS word", written) == [{"word": found_as}]


@pytest.mark.parametrize(
    ("written", "found_as"),
    [
        ("+49 170 1234567", "+491701234567"),
        ("0049 170/1234567", "+491701234567"),
        ("+49 (0)170 1234567", "+491701234567"),
        ("0170 12", "17012"),
        ("(212) 555-0100", "2125550100"),
        ("170", "170"),
        ("12", None),
        ("Anna 12", None),
    ],
)
def test_a_number_is_found_as_it_is_dialled(db: Connection, written: str, found_as: str | None) -> None:
    assert rows(db, "SELECT folded_number(%s) AS word", written) == [{"word": found_as}]


@pytest.mark.parametrize(
    ("number", "national"),
    [("+491701234567", "1701234567"), ("+12125550100", "2125550100"), ("+3531234567", "1234567"), ("+390612345", "612345")],
)
def test_a_country_code_has_one_two_or_three_digits(db: Connection, number: str, national: str) -> None:
    assert rows(db, "SELECT national_number(%s) AS word", number) == [{"word": national}]
