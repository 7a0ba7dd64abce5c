"""The login's pages as a browser has them: in the reader's language, and unmoved by Back and reload."""

import html
import re
from collections.abc import Iterator
from http.cookies import SimpleCookie
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import pytest
from ministack.services import cognito

from local.logins import codes, site, words
from local.logins.look import Look
from tests.cognito import ADDRESS, COMPOSITION, SITE, Cognito, other

PASSWORD = "long enough for this"  # of somebody invented


class Browser:
    """One browser with one tab, which goes where it is sent."""

    def __init__(self, there: Cognito, **more: str) -> None:
        self.asked = urlencode(
            {
                "client_id": there.client_id,
                "redirect_uri": SITE,
                "response_type": "code",
                "scope": "openid email",
                "state": "a-state",
            }
        )
        self.cookies: dict[str, str] = {}
        self.went: list[str] = []
        self.page = ""
        self.around = site.Around(lambda: Look("Practice Adler", "#1f5f66"), "http://inbox.example/")
        self.go(f"/oauth2/authorize?{self.asked}&{urlencode(more)}")

    def go(self, url: str, body: str = "") -> None:
        split = urlsplit(url)
        self.went.append(url)
        sent = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        method = "POST" if body else "GET"
        status, headers, content = site.answer(method, split.path, split.query, body.encode(), sent, self.around)
        for name, each in SimpleCookie(headers.get("Set-Cookie", "")).items():
            self.cookies[name] = each.value
        if body:
            assert status == 303, "a press is answered by the way to a page"
        if status in (302, 303):
            place = urljoin(url, headers["Location"])
            if place.startswith(SITE):
                self.page, self.went = "", [*self.went, place]
            else:
                self.go(place)
        else:
            self.page = html.unescape(content.decode())

    def press(self, **filled: str) -> None:
        """The form that has what is filled in."""
        forms = re.findall(r'<form method="post" action="([^"]*)">(.*?)</form>', self.page)
        [action] = [each for each, inside in forms if all(f'name="{name}"' in inside for name in filled)]
        self.go(urljoin(self.went[-1], action), urlencode(filled))

    def reload(self) -> None:
        self.go(self.went[-1])

    @property
    def path(self) -> str:
        return urlsplit(self.went[-1]).path

    @property
    def title(self) -> str:
        return self.page.partition("<h1>")[2].partition("</h1>")[0]

    def said(self, role: str) -> str:
        return self.page.partition(f'<p role="{role}">')[2].partition("</p>")[0]

    @property
    def has_returned(self) -> bool:
        return self.went[-1].startswith(SITE) and "code" in parse_qs(urlsplit(self.went[-1]).query)


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cognito]:
    made = Cognito(monkeypatch)
    yield made
    cognito._user_pools.pop(made.pool_id, None)


def new_person(there: Cognito, **more: str) -> Browser:
    """Who waits for the code of their sign-up."""
    browser = Browser(there, **more)
    browser.go(f"/signup?{browser.asked}")
    browser.press(username=ADDRESS, password=PASSWORD)
    return browser


def known_person(there: Cognito, **more: str) -> Browser:
    """Who has a login, and waits for the code of a sign-in."""
    there.sign_up()
    there.confirm()
    browser = Browser(there, **more)
    browser.press(username=ADDRESS, way="EMAIL_OTP")
    return browser


def test_the_language_that_the_site_asks_for_stays_from_page_to_page(there: Cognito) -> None:
    browser = new_person(there, lang="de")
    assert 'lang="de"' in browser.page
    assert browser.title == "Geben Sie den Code ein, den wir Ihnen gesendet haben"
    assert "Der Code hat 6 Ziffern und gilt 24 Stunden." in browser.page
    browser.press(again="yes")
    assert browser.said("status") == "Wir haben einen weiteren Code gesendet. Nur der neueste gilt."
    browser.press(code=other(there.code()))
    assert browser.said("alert").startswith("Das ist nicht der Code")
    assert all("lang=" not in url for url in browser.went[1:])
    browser.go(f"/login?{browser.asked}&lang=en")
    assert browser.title == "Sign in"
    browser.go(f"/login?{browser.asked}")
    assert browser.title == "Sign in", "the language that was asked for last"


@pytest.mark.parametrize("asked", ["fr", "", "<b>", "xx"])
def test_a_language_that_is_not_ours_is_english(there: Cognito, asked: str) -> None:
    assert Browser(there, lang=asked).title == "Sign in"


def test_each_language_says_everything_and_each_in_its_own_words() -> None:
    english, german = (vars(words.LANGUAGES[tag]) for tag in ("en", "de"))
    same = {name for name in english if english[name] == german[name]}
    assert same == {"code"}, "which is one word in both"
    for name, text in english.items():
        if isinstance(text, str):
            assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", german[name])), name


def test_the_page_of_a_code_says_where_it_went_and_how_long_it_is_good(there: Cognito) -> None:
    browser = known_person(there)
    assert browser.path == "/login/code"
    assert "an e-mail to <strong>n****@e****</strong>" in browser.page, "as Cognito masks it"
    assert ADDRESS not in browser.page
    assert "The code has 8 digits and is good for 10 minutes." in browser.page
    assert len(there.code()) == 8
    browser.press(code=there.code())
    assert browser.has_returned


def test_another_code_is_sent_to_who_signs_in_and_the_page_says_so(there: Cognito) -> None:
    browser = known_person(there)
    first = there.code()
    browser.press(again="yes")
    assert browser.said("status") == "We have sent another code. Only the newest one is good."
    if there.code() != first:
        browser.press(code=first)
        assert browser.said("alert").startswith("This is not the code")
    browser.press(code=there.code())
    assert browser.has_returned


def test_a_wrong_address_is_typed_anew(there: Cognito) -> None:
    browser = new_person(there)
    [back] = [link for link in re.findall(r'href="([^"]*)"', browser.page) if link.startswith("/signup")]
    browser.go(back)
    assert f'value="{ADDRESS}"' in browser.page, "what is to be mended is there"
    browser.press(username="right@example.com", password=PASSWORD)
    assert there.mails[-1][0] == "right@example.com"


def test_after_too_many_wrong_codes_another_one_helps(there: Cognito) -> None:
    browser = new_person(there)
    for _ in range(codes.TRIES + 1):
        browser.press(code=other(there.code()))
    assert browser.said("alert").startswith("These were too many wrong codes")
    browser.press(again="yes")
    browser.press(code=there.code())
    assert browser.has_returned

    again = Browser(there)
    again.press(username=ADDRESS, way="EMAIL_OTP")
    for _ in range(codes.TRIES + 1):
        again.press(code=other(there.code()))
    assert again.said("alert") == "This code is good no longer. Please have another sent."
    again.press(again="yes")
    again.press(code=there.code())
    assert again.has_returned


def test_who_asks_for_codes_without_end_is_told_to_wait(there: Cognito) -> None:
    browser = new_person(there)
    for _ in range(codes.CODES_AN_HOUR + 1):
        browser.press(again="yes")
    assert browser.said("alert").startswith("We have sent you several codes within an hour")
    assert browser.said("status") == ""
    browser.press(code=there.code())
    assert browser.has_returned, "the last one is still good"


def test_back_and_reload_press_nothing_and_show_the_page_again(there: Cognito) -> None:
    browser = known_person(there)
    sent = len(there.mails)
    browser.press(code=other(there.code()))
    browser.reload()
    assert (browser.path, browser.said("alert")) == ("/login/code", ""), "what was wrong is said once"
    assert len(there.mails) == sent
    browser.go(f"/login?{browser.asked}")
    assert f'value="{ADDRESS}"' in browser.page
    browser.go(f"/login/code?{browser.asked}")
    browser.press(code=there.code())
    assert browser.has_returned
    browser.go(f"/login/code?{browser.asked}")
    assert (browser.path, ADDRESS in browser.page) == ("/login", False), "what was begun is over"


def test_no_address_code_or_password_is_in_a_url(there: Cognito) -> None:
    browser = new_person(there)
    browser.press(code=there.code())
    for url in browser.went:
        assert not any(each in url for each in (ADDRESS, "new.person", PASSWORD, there.code())), url


def test_pages_of_one_browser_are_no_other_browsers(there: Cognito) -> None:
    """Who knows the address of a page, which is the site's state, has not begun what it goes on with."""
    begun = known_person(there)
    stranger = Browser(there)
    for cookie in ("", "guessed"):
        stranger.cookies = {"login": cookie}
        for path in ("/login/code", "/login/password", "/confirm"):
            stranger.go(f"{path}?{begun.asked}")
            assert stranger.path == "/login"
            assert "n****@" not in stranger.page
    stranger.cookies = {"login": "chosen"}
    stranger.go(f"/login?{begun.asked}")
    stranger.press(username=ADDRESS, way="PASSWORD")
    assert stranger.cookies["login"] != "chosen", "nobody chooses what a browser is known by"


def test_two_tabs_of_a_browser_are_two_sign_ins(there: Cognito) -> None:
    browser = known_person(there)
    other_tab = Browser(there)
    other_tab.cookies = browser.cookies
    other_tab.asked = other_tab.asked.replace("a-state", "another")
    other_tab.go(f"/login?{other_tab.asked}")
    other_tab.press(username="somebody@example.com", way="PASSWORD")
    browser.press(code=there.codes(ADDRESS)[-1])
    assert browser.has_returned


def test_a_password_is_asked_for_in_words_before_one_is_refused(there: Cognito) -> None:
    browser = Browser(there)
    browser.go(f"/signup?{browser.asked}")
    assert "At least 12 characters." in browser.page
    browser.press(username=ADDRESS, password="short")
    assert browser.said("alert") == "This password does not do. It needs: At least 12 characters."
    assert f'value="{ADDRESS}"' in browser.page
    pool = cognito._user_pools[there.pool_id]
    for setting in COMPOSITION:
        pool["Policies"]["PasswordPolicy"][setting] = True
    browser.press(username=ADDRESS, password=PASSWORD)
    assert browser.said("alert") == (
        "This password does not do. It needs: At least 12 characters, a capital letter, a small letter, a digit"
        " and a symbol."
    ), "whatever the pool asks for"


def test_what_goes_wrong_is_said_in_words(there: Cognito) -> None:
    browser = new_person(there)
    browser.press(code=there.code())
    later = Browser(there, lang="de")
    later.go(f"/signup?{later.asked}")
    later.press(username="new.person@", password=PASSWORD)
    assert later.said("alert").startswith("Das ist keine E-Mail-Adresse.")
    later.press(username=ADDRESS, password=PASSWORD)
    assert later.said("alert") == "Mit dieser Adresse gibt es schon einen Zugang: Melden Sie sich an."
    later.go(f"/login?{later.asked}")
    later.press(username=ADDRESS, way="PASSWORD")
    later.press(password="not this one")
    assert later.said("alert").startswith("Das stimmt nicht")
    assert later.path == "/login/password"


def test_who_has_begun_a_sign_up_before_goes_on_with_it_at_the_sign_in(there: Cognito) -> None:
    there.sign_up()
    browser = Browser(there)
    browser.press(username=ADDRESS, way="EMAIL_OTP")
    assert (browser.path, browser.said("alert"), browser.said("status")) == ("/confirm", "", "")
    browser.press(code=there.code())
    assert browser.has_returned


def test_pages_have_the_practices_name_and_colour_and_one_first_button(there: Cognito) -> None:
    browser = known_person(there)
    assert browser.page.count('alt="Practice Adler"') == 2, "one for the light, one for the dark"
    assert "#1f5f66ff" in browser.page
    assert "<button>Go on</button>" in browser.page
    assert '<button name="again" value="yes" class="second">Send another code</button>' in browser.page
    assert "<script" not in browser.page
