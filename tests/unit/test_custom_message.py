"""The user pool's own mails: whose words, in which language, and that a code goes out whatever happens."""

import json
import threading
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest

from booking.codes import Language
from booking.errors import DatabaseUnavailable
from booking.login_mails import Naming, Purpose, compose
from booking.services.logins import practice_naming
from booking.services.logins.practice_naming import PracticeNaming
from handlers import custom_message
from handlers._outside import outside
from local import documents
from tests.fakes import context

NOW = datetime(2027, 3, 1, tzinfo=UTC)


def mail(source: str, naming: Naming, **attributes: str) -> dict[str, Any]:
    event = json.loads((documents.ROOT / "events" / "custom_message.json").read_text())
    event["triggerSource"] = source
    event["request"]["usernameParameter"] = "{username}"
    event["request"]["userAttributes"] = {"email": "new.person@example.com", **attributes}
    known = PracticeNaming(lambda: pytest.fail("asked"), lambda: NOW)
    known._known, known._asked_at, known.trouble = naming, NOW, "Away"
    with patch.dict(vars(outside), naming=known):
        answer = custom_message.handler(event, context("CustomMessage"))
    return dict(answer["response"])


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("CustomMessage_SignUp", "um sich zu registrieren"),
        ("CustomMessage_ResendCode", "um sich zu registrieren"),
        ("CustomMessage_Authentication", "um sich anzumelden"),
        ("CustomMessage_UpdateUserAttribute", "um diese Adresse zu bestätigen"),
        ("CustomMessage_VerifyUserAttribute", "um diese Adresse zu bestätigen"),
        ("CustomMessage_ForgotPassword", "um ein neues Passwort zu wählen"),
    ],
)
def test_a_code_says_what_it_is_for_in_the_readers_language(source: str, words: str) -> None:
    said = mail(source, Naming("Practice Adler", (Language.EN,)), locale="de-AT")
    assert said["emailSubject"] == "Ihr Code für Practice Adler"
    assert words in said["emailMessage"]
    assert "{####}" in said["emailMessage"], "Cognito puts the code in its place"
    assert len(said["emailMessage"]) < 20_000, "Cognito takes no more"


def test_who_has_a_record_is_written_to_in_the_language_that_it_says() -> None:
    """Which they have chosen after whoever invited them."""
    naming = Naming("Practice Adler", (Language.EN, Language.DE), reader=Language.DE)
    assert mail("CustomMessage_Authentication", naming, locale="en")["emailSubject"] == "Ihr Code für Practice Adler"


def test_whose_language_nobody_knows_is_written_to_in_all_of_the_practices() -> None:
    """As after a sign-up on AWS's page, which tells us nothing of its language."""
    said = mail("CustomMessage_SignUp", Naming("Practice Adler", (Language.DE, Language.EN)))
    assert said["emailSubject"] == "Ihr Code für Practice Adler / Your code for Practice Adler"
    body = said["emailMessage"]
    assert body.count("{####}") == 1
    before, after = body.split("{####}")
    for part, in_german, in_english in [
        (before, "um sich zu registrieren", "to sign up"),
        (after, "Geben Sie den Code bitte an niemanden weiter", "give the code to nobody"),
    ]:
        assert 0 < part.index(in_german) < part.index(in_english), "its own first"


def test_a_name_that_fits_once_is_not_said_twice_in_a_subject() -> None:
    said = mail("CustomMessage_SignUp", Naming("P" * 80))
    assert said["emailSubject"] == f"Your code for {'P' * 80}"


def test_an_invitation_names_the_login_and_no_code() -> None:
    """Who has no password is sent none: Cognito then asks for the name's place only."""
    said = mail("CustomMessage_AdminCreateUser", Naming("Practice Adler"), locale="en")
    assert said["emailSubject"] == "Practice Adler has made a login for you"
    assert "{username}" in said["emailMessage"]
    assert "{####}" not in said["emailMessage"]


@pytest.mark.parametrize("locale", ["fr", "", "<b>", "zz-ZZ"])
def test_who_asks_for_no_language_of_ours_is_written_to_in_the_practices(locale: str) -> None:
    assert (
        mail("CustomMessage_SignUp", Naming("", (Language.DE,)), locale=locale)["emailSubject"]
        == "Ihr Code für Ihre Praxis"
    )


def test_a_name_with_markup_is_text() -> None:
    said = mail("CustomMessage_SignUp", Naming("A & <b>B</b>"))
    assert "A &amp; &lt;b&gt;B&lt;/b&gt;" in said["emailMessage"]


def test_what_is_new_to_us_cognito_says_itself() -> None:
    assert mail("CustomMessage_Somewhat", Naming())["emailMessage"] is None


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("purpose", Purpose)
def test_each_mail_is_whole_without_a_name_and_without_a_site(purpose: Purpose, language: Language) -> None:
    made = compose(purpose, (language,), "", code="{####}", address="{username}")
    assert made.subject.strip() == made.subject != ""
    assert len(made.subject) <= 140, "Cognito takes no more"
    assert "  " not in made.text


def test_no_name_in_time_is_no_name_and_it_is_asked_again_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(practice_naming, "PATIENCE_SECONDS", 0.01)
    slow, answers, times = (
        threading.Event(),
        ["late", "in time"],
        iter([NOW, NOW, NOW + timedelta(hours=1)]),
    )

    ended = threading.Event()

    class Asked:
        """A store, and its opening, that answers late once."""

        logins = property(lambda self: self)

        def autocommit(self) -> Any:
            return self

        def __enter__(self) -> "Asked":
            return self

        def __exit__(self, *_: object) -> None: ...

        def close(self) -> None:
            ended.set()

        def practice_naming(self, _sub: str) -> tuple[str, list[str], None]:
            if len(answers) == 2:
                slow.wait(5)
            return answers.pop(0), ["de"], None

    naming = PracticeNaming(lambda: Asked(), lambda: next(times))  # type: ignore[arg-type, return-value]  # enough
    assert (naming(), naming.trouble) == (Naming(), "TimedOut")
    assert naming() == Naming(), "not asked again at once"
    slow.set()
    assert ended.wait(5), "what comes late is known all the same"
    monkeypatch.setattr(practice_naming, "PATIENCE_SECONDS", 5)
    assert naming() == Naming("in time", (Language.DE,))
    assert naming.trouble == ""


def test_what_was_known_stays_known_while_postgresql_is_down() -> None:
    times = iter([NOW])

    def away() -> Any:
        raise DatabaseUnavailable("OperationalError without SQLSTATE")

    naming = PracticeNaming(away, lambda: next(times))
    naming._known = Naming("Practice Adler", (Language.DE,))
    assert naming() == Naming("Practice Adler", (Language.DE,))
    assert naming.trouble == "DatabaseUnavailable"
