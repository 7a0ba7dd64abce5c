"""Who may sign up: addresses that can be written to, so many an hour, and everyone whom staff invite."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from psycopg2.extensions import connection as Connection

from booking.codes import Language
from booking.errors import SignUpRefused
from booking.login_mails import Naming
from booking.services.logins.practice_naming import PracticeNaming
from booking.store import Stores
from handlers import pre_sign_up
from handlers._outside import outside
from tests.fakes import clock_at, context
from tests.rows import rows

NOW = datetime(2032, 3, 1, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_this_database(stores: Stores) -> Iterator[None]:
    with patch.dict(vars(outside), stores=stores, clock=clock_at(NOW)):
        yield


def ask(address: str = "new.person@example.com", source: str = "PreSignUp_SignUp", locale: str = "en") -> Any:
    attributes = {"email": address, "locale": locale}
    event = {"triggerSource": source, "request": {"userAttributes": attributes}, "response": {"autoConfirmUser": False}}
    return pre_sign_up.handler(event, context("PreSignUp"))


def test_cognito_gets_its_event_back_and_nobody_is_confirmed_by_us() -> None:
    assert ask()["response"] == {"autoConfirmUser": False}


@pytest.mark.parametrize(
    "address", ["jörg@example.com", "a@b", "=?utf-8?q?x?=@example.com", "a b@example.com", "", "x" * 255]
)
def test_an_address_that_could_not_be_written_to_is_refused_in_words(address: str) -> None:
    with pytest.raises(SignUpRefused, match="can not write to this e-mail address"):
        ask(address)
    with pytest.raises(SignUpRefused, match="kann die Praxis nicht schreiben"):
        ask(address, locale="de-DE")
    with pytest.raises(SignUpRefused, match=r"can not write to .* kann die Praxis nicht schreiben"):
        ask(address, locale="")


def test_so_many_an_hour_and_nothing_is_kept_of_who_it_was(stores: Stores, db: Connection) -> None:
    rows(db, "UPDATE practice_limits SET sign_ups_an_hour = 2 RETURNING 1")
    ask("a@example.com")
    ask("b@example.com")
    with pytest.raises(SignUpRefused, match="in an hour"):
        ask("c@example.com")
    ask("invited@example.com", "PreSignUp_AdminCreateUser")
    assert rows(db, "SELECT * FROM sign_ups") == [{"asked_at": NOW}, {"asked_at": NOW}]
    with patch.dict(vars(outside), clock=clock_at(NOW + timedelta(hours=1))):
        ask("c@example.com")
    assert len(rows(db, "SELECT * FROM sign_ups")) == 1, "what no longer counts is gone"


def test_the_practices_name_and_its_own_language_are_read(stores: Stores, db: Connection) -> None:
    rows(db, "UPDATE practice SET name = 'Practice Adler', languages = '{de,en}' RETURNING 1")
    assert PracticeNaming(lambda: stores, clock_at(NOW))() == Naming("Practice Adler", (Language.DE, Language.EN))


@pytest.mark.parametrize(
    "record",
    [
        "INSERT INTO clients (user_sub, name, time_zone, language) VALUES ('a-sub', 'A', 'UTC', 'de') RETURNING 1",
        "INSERT INTO therapists (user_sub, name, time_zone, language) VALUES ('a-sub', 'A', 'UTC', 'de') RETURNING 1",
    ],
)
def test_the_language_of_who_has_a_record_is_theirs(stores: Stores, db: Connection, record: str) -> None:
    rows(db, record)
    naming = PracticeNaming(lambda: stores, clock_at(NOW))
    assert naming("a-sub").reader == Language.DE
    assert naming("another").reader is None, "and of nobody else"
    assert naming().reader is None
