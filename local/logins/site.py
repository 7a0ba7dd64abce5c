"""The login's pages over HTTP: each press of a button is a call of the user pool's, as AWS's pages make them."""

import json
from typing import Any
from urllib.parse import parse_qs, urlencode

from ministack.services import cognito

from local import logins
from local.logins import pages
from local.logins.pool import only_staff_make_users, user_named

Answered = tuple[int, dict[str, str], bytes]

PATHS = ("/oauth2/authorize", "/login", "/signup", "/confirm")

OAUTH = (
    *("client_id", "redirect_uri", "response_type", "scope", "state"),
    *("code_challenge", "code_challenge_method", "nonce"),
)

_SAID = {
    "CodeMismatchException": "This is not the code that we have sent you.",
    "ExpiredCodeException": "This code is over. Please ask for another.",
    "LimitExceededException": "There were too many attempts. Please try again later.",
    "UsernameExistsException": "There is a login with this address already: sign in.",
    "NotAuthorizedException": "That is not right, or too late. Please begin again.",
}
"""In words for people; what else Cognito says is shown as it is."""


def answer(method: str, path: str, query: str, body: bytes) -> Answered:
    """A page, or the way back to where somebody came from."""
    given = {name: values[0] for name, values in parse_qs(body.decode() if method == "POST" else query).items()}
    oauth = {name: given[name] for name in OAUTH if name in given}
    status, headers, refused = cognito.handle_oauth2_authorize(
        "GET", "/oauth2/authorize", {}, {name: [value] for name, value in oauth.items()}
    )
    if status != 200:  # a client, an address to come back to, or a scope that is not the pool's
        return status, headers, refused
    if path == "/oauth2/authorize":
        return 302, {"Location": f"/login?{urlencode(oauth)}", "Cache-Control": "no-store"}, b""
    made = _Visit(oauth, given).page(path, is_press=method == "POST")
    if isinstance(made, tuple):
        return made
    return 200, {**_HEADERS}, made.encode()


_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
}


class _Visit:
    """One request of a page."""

    def __init__(self, oauth: dict[str, str], given: dict[str, str]) -> None:
        self.oauth, self.given, self.query = oauth, given, urlencode(oauth)
        self.pool, _ = cognito._pool_for_client(oauth["client_id"])
        self.name = given.get("username", "")
        self.whose = {**oauth, "username": self.name}

    def page(self, path: str, *, is_press: bool) -> str | Answered:
        if path == "/signup":
            return self._sign_up(is_press)
        if path == "/confirm" and is_press:
            return self._confirm()
        if path == "/login" and is_press:
            return self._sign_in()
        return self._login_page()

    def _login_page(self, problem: str = "") -> str:
        may = not only_staff_make_users(self.pool)
        return pages.sign_in(self.oauth, self.query, may_sign_up=may, address=self.name, problem=problem)

    def _sign_up(self, is_press: bool) -> str:
        if not is_press:
            return pages.sign_up(self.oauth, self.query)
        problem = self._call("SignUp", Username=self.name, Password=self.given.get("password", ""))[1]
        if problem:
            return pages.sign_up(self.oauth, self.query, address=self.name, problem=problem)
        return pages.confirm(self.whose)

    def _confirm(self) -> str | Answered:
        if "again" in self.given:
            return pages.confirm(self.whose, problem=self._call("ResendConfirmationCode", Username=self.name)[1])
        code = self.given.get("code", "").strip()
        problem = self._call("ConfirmSignUp", Username=self.name, ConfirmationCode=code)[1]
        return pages.confirm(self.whose, problem=problem) if problem else self._back()

    def _sign_in(self) -> str | Answered:
        if "session" in self.given:
            return self._by_code()
        if "password" in self.given:
            chosen = {"PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": self.given["password"]}
            problem = self._initiate(**chosen)[1]
            return pages.password(self.whose, problem=problem) if problem else self._back()
        if self.given.get("way") == "PASSWORD":
            return pages.password(self.whose)
        answer, problem = self._initiate(PREFERRED_CHALLENGE="EMAIL_OTP")
        if answer.get("__type") == "UserNotConfirmedException":  # they have begun before: the address first
            return pages.confirm(self.whose, problem=self._call("ResendConfirmationCode", Username=self.name)[1])
        if problem:
            return self._login_page(problem)
        return pages.code({**self.whose, "session": answer["Session"]})

    def _by_code(self) -> str | Answered:
        answer, problem = self._call(
            "RespondToAuthChallenge",
            ChallengeName="EMAIL_OTP",
            Session=self.given["session"],
            ChallengeResponses={"USERNAME": self.name, "EMAIL_OTP_CODE": self.given.get("code", "").strip()},
        )
        if answer.get("__type") == "CodeMismatchException":
            return pages.code({**self.whose, "session": self.given["session"]}, problem=problem)
        return self._login_page(problem) if problem else self._back()

    def _initiate(self, **parameters: str) -> tuple[dict[str, Any], str]:
        return self._call("InitiateAuth", AuthFlow="USER_AUTH", AuthParameters={"USERNAME": self.name, **parameters})

    def _call(self, action: str, **data: Any) -> tuple[dict[str, Any], str]:
        """What the pool answers, and what is wrong, in words."""
        status, _, body = logins.answer(action, {"ClientId": self.oauth["client_id"], **data})
        answer = json.loads(body)
        return answer, "" if status == 200 else _SAID.get(answer["__type"]) or answer["message"]

    def _back(self) -> Answered:
        """To where they came from, with the code for which it fetches tokens."""
        user = user_named(self.pool, self.name) or {}
        went: Answered = cognito._issue_auth_code_redirect(
            self.oauth["client_id"],
            self.pool["Id"],
            self.oauth["redirect_uri"],
            self.oauth.get("scope", ""),
            user["Username"],
            *(self.oauth.get(name, "") for name in ("nonce", "code_challenge", "code_challenge_method", "state")),
        )
        return went
