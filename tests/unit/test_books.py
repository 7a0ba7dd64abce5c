"""What bookingctl gives out for the books: counted rightly, and harmless in a spreadsheet."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from ops import books
from tests import operators

THERAPIST = "11111111-1111-4111-8111-111111111111"


def booking(day: str = "2027-03-03", status: str = "completed", **more: Any) -> dict[str, Any]:
    known = {"booking_id": "b", "day": day, "time": "10:00", "status": status, "minutes": 50, "therapist_id": THERAPIST}
    named = {"therapist": "Miriam Adler", "service": "individual session", "price_cents": 9500, "currency": "EUR"}
    return {**known, **named, **more}


BOOKINGS = [
    booking("2027-03-01"),
    booking("2027-03-31", "no_show"),
    booking("2027-03-31", "late_cancelled"),
    booking("2027-03-31", "cancelled"),
    booking("2027-04-01"),
    booking("2027-04-02", price_cents=None),
    booking("2027-04-30", "confirmed"),
    booking("2027-04-30", currency="CHF"),
]


class FakePractice(operators.FakePractice):
    """Says which days were asked for, and has these bookings."""

    def __init__(self) -> None:
        super().__init__()
        self.answers["ExportBookings"] = {"bookings": BOOKINGS, "next": None}

    @property
    def days(self) -> list[tuple[str, str]]:
        return [(event["first"], event["last"]) for _, event in self.asked]


def run(*arguments: str, practice: FakePractice | None = None) -> Any:
    return operators.run(practice or FakePractice(), *arguments)


def test_a_month_counts_what_was_what_was_missed_and_what_is_open() -> None:
    found = [
        (each.month, each.currency, each.sessions, each.minutes, each.no_shows, each.late, each.cancelled, each.open)
        for each in books.counted(BOOKINGS)
    ]
    assert found == [
        ("2027-03", "EUR", 1, 50, 1, 1, 1, 0),
        ("2027-04", "CHF", 1, 50, 0, 0, 0, 0),
        ("2027-04", "EUR", 2, 100, 0, 0, 0, 1),
    ]
    march = books.counted(BOOKINGS)[0].line()
    assert (march["revenue"], march["missed"], march["hours"]) == ("95.00", "190.00", "0.83")


def test_a_spreadsheet_takes_nothing_for_a_formula() -> None:
    hostile = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", 'quote " and, comma', "Žofie 張"]
    text = books.as_spreadsheet([booking(service=each) for each in hostile])
    read = [row["service"] for row in csv.DictReader(io.StringIO(text, newline=""))]
    assert read == [*(f"'{each}" for each in hostile[:6]), *hostile[6:]]


@pytest.mark.parametrize(
    ("currency", "kept", "written"), [("EUR", 4500, "45.00"), ("JPY", 4500, "4500"), ("KWD", 4070, "4.070")]
)
def test_what_was_kept_is_written_as_its_currency_counts(currency: str, kept: int, written: str) -> None:
    practice = FakePractice()
    money: dict[str, Any] = {"payment": "prepay", "kept": kept, "tax": 0, "tax_percent": 19.0, "receipt": None}
    practice.answers["ExportBookings"] = {"bookings": [booking(currency=currency, **money)], "next": None}
    text = run("export", "bookings", "--from", "2027-03-01", "--to", "2027-03-31", "--csv", practice=practice).stdout
    [line] = csv.DictReader(io.StringIO(text, newline=""))
    assert (line["kept"], line["price"], line["payment"], line["tax_percent"]) == (written, "95.00", "prepay", "19.0")


def test_an_export_is_a_table_of_80_columns_csv_or_json(tmp_path: Path) -> None:
    practice = FakePractice()
    days = ("--from", "2027-03-01", "--to", "2027-04-30")
    table = run("export", "bookings", *days, practice=practice)
    assert practice.days == [("2027-03-01", "2027-04-30")]
    assert "95.00" in table.stdout
    assert len(run("export", "bookings", *days, "--csv").stdout.splitlines()) == len(BOOKINGS) + 1
    assert len(json.loads(run("export", "bookings", *days, "--json").stdout)) == len(BOOKINGS)
    file = tmp_path / "march.csv"
    assert run("statistics", *days, "--file", str(file)).exit_code == 0
    assert file.stat().st_mode & 0o077 == 0
    assert file.read_text().splitlines()[0].startswith("month,therapist_id,therapist,currency,sessions")


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2027-02-30", "2027-03-01", "is no day"),
        ("yesterday", "2027-03-01", "is no day"),
        ("2027-03-02", "2027-03-01", "is after"),
        ("0001-01-01", "2027-03-01", "is no day of"),
    ],
)
def test_days_that_are_none_are_said_in_a_line(first: str, last: str, said: str) -> None:
    answer = run("statistics", "--from", first, "--to", last)
    assert answer.exit_code == 2, "wrong usage"
    assert said in " ".join(answer.output.split())
    assert "Traceback" not in answer.output
