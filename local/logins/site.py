"""The login's pages over HTTP: each press of a button is a call of the user pool's, as AWS's pages make them.

A press is answered by the way to the next page (303, RFC 9110 section 15.4.4), which changes nothing by being shown.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode

from ministack.services import cognito

from local import logins
from local.logins import browsers, codes, pages, visits, words
from local.logins.cookies import ATTRIBUTES, cookie
from local.logins.look import Look
from local.logins.pool import User, of_client, only_staff_make_users, user_named

Answered = tuple[int, dict[str, str], bytes]

PATHS = ("/oauth2/authorize", "/login", "/login/code", "/login/password", "/signup", "/confirm", "/logout")

OAUTH = (
    *("client_id", "redirect_uri", "response_type", "scope", "state"),
    *("code_challenge", "code_challenge_method", "nonce"),
)

_SAID = {
    "CodeMismatchException": "wrong_code",
    "ExpiredCodeException": "code_over",
    "UsernameExistsException": "exists",
    "NotAuthorizedException": "begin_again",
    ("SignUp", "InvalidParameterException"): "no_address",
    ("ConfirmSignUp", "LimitExceededException"): "too_many_wrong",
    ("ConfirmSignUp", "NotAuthorizedException"): "confirmed_already",
    ("ResendConfirmationCode", "LimitExceededException"): "too_many_codes",
    ("ResendConfirmationCode", "InvalidParameterException"): "confirmed_already",
    ("InitiateAuth", "NotAuthorizedException"): "wrong_password",
    ("RespondToAuthChallenge", "NotAuthorizedException"): "code_over",
}
"""The words for people, by Cognito's error or by its error in one call; what else it says is shown as it is."""

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'"


@dataclass(frozen=True)
class Around:
    """What the laptop has around the pages."""

    look: Callable[[], Look] = Look
    inbox: str = ""


def answer(
    method: str, path: str, query: str, body: bytes, cookies: str = "", around: Around | None = None
) -> Answered:
    """A page, the way to one, or the way back to where somebody came from."""
    if path == "/logout":
        return _sign_out(query, cookies)
    given = {name: values[0] for name, values in parse_qs(query).items()}
    oauth = {name: given[name] for name in OAUTH if name in given}
    status, headers, refused = cognito.handle_oauth2_authorize(
        "GET", "/oauth2/authorize", {}, {name: [value] for name, value in oauth.items()}
    )
    if status != 200:  # a client, an address to come back to, or a scope that is not the pool's
        return status, headers, refused
    said = words.words(given.get("lang", ""), cookie(cookies, words.COOKIE))
    if method == "POST":
        filled = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        return _Press(oauth, cookies, said, filled).answer(path)
    shown = _Shown(oauth, cookies, said, around or Around())
    status, headers, content = shown.arrive(given) if path == "/oauth2/authorize" else shown.page(path)
    if "lang" in given:
        headers["Set-Cookie"] = f"{words.COOKIE}={said.tag}; Max-Age=31536000; {ATTRIBUTES}"
    return status, headers, content


def _sign_out(query: str, cookies: str) -> Answered:
    given = parse_qs(query)
    status, headers, body = cognito.handle_logout("GET", "/logout", {}, given)
    if status == 302:
        headers = {**headers, "Set-Cookie": browsers.forget(cookies)}
    return status, headers, body


class _Request:
    """What pages and presses have in common."""

    def __init__(self, oauth: dict[str, str], cookies: str, said: words.Words) -> None:
        self.oauth, self.cookies, self.words, self.query = oauth, cookies, said, urlencode(oauth)
        self.pool, self.client = of_client({"ClientId": oauth["client_id"]})
        self.visit = visits.visit(cookies, self.query)

    def to(self, path: str, status: int = 302) -> Answered:
        return status, {"Location": f"{path}?{self.query}", "Cache-Control": "no-store"}, b""

    def back_as(self, user: User) -> Answered:
        """To where they came from, with the code for which it fetches tokens."""
        went: Answered = cognito._issue_auth_code_redirect(
            self.oauth["client_id"],
            self.pool["Id"],
            self.oauth["redirect_uri"],
            self.oauth.get("scope", ""),
            user["Username"],
            *(self.oauth.get(name, "") for name in ("nonce", "code_challenge", "code_challenge_method", "state")),
        )
        return went


class _Shown(_Request):
    """A page that is asked for."""

    def __init__(self, oauth: dict[str, str], cookies: str, said: words.Words, around: Around) -> None:
        super().__init__(oauth, cookies, said)
        self._around = around

    def arrive(self, given: dict[str, str]) -> Answered:
        """Back at once, in a browser that is signed in; else to the login's page, unless nothing may be asked."""
        user = browsers.whose(self.pool, self.cookies)
        if user is not None:
            return self.back_as(user)
        if given.get("prompt") == "none":
            said = {"error": "login_required", "state": self.oauth.get("state", "")}
            return 302, {"Location": f"{self.oauth['redirect_uri']}?{urlencode(said)}"}, b""
        return self.to("/login")

    def page(self, path: str) -> Answered:
        if self._has_nothing_for(path):
            return self.to("/login")
        problem, notice = self.visit.said()
        frame = pages.Frame(self.words, self._around.look(), self.query, problem, notice, self._around.inbox)
        headers = {
            "Content-Type": "text/html; charset=utf-8",
            "Cache-Control": "no-store",
            "Content-Security-Policy": _POLICY,
            "Referrer-Policy": "same-origin",  # without any, a form would say of no origin that it is ours
        }
        return 200, headers, self._content(path, frame).encode()

    def _has_nothing_for(self, path: str) -> bool:
        """Nobody has begun what the page goes on with: it was over, or is another browser's."""
        needed = {
            "/confirm": self.visit.is_sign_up and self.visit.sent_to,
            "/login/code": self.visit.challenge,
            "/login/password": self.visit.address,
        }
        return not needed.get(path, True)

    def _content(self, path: str, frame: pages.Frame) -> str:
        address = self.visit.address
        if path == "/signup":
            return pages.sign_up(frame, self.pool["Policies"]["PasswordPolicy"], address=address)
        if path == "/confirm":
            back = "/signup" if not only_staff_make_users(self.pool) else "/login"
            return pages.code(frame, path, pages.Sent(self.visit.sent_to, codes.DIGITS, codes.DAY // 60), back=back)
        if path == "/login/code" and self.visit.challenge == "EMAIL_OTP":
            minutes = int(self.client["AuthSessionValidity"])
            sent = pages.Sent(self.visit.sent_to, codes.DIGITS_TO_SIGN_IN, minutes)
            return pages.code(frame, path, sent, back="/login")
        if path == "/login/code":
            return pages.app_code(frame)
        if path == "/login/password":
            return pages.password(frame)
        return pages.sign_in(frame, may_sign_up=not only_staff_make_users(self.pool), address=address)


class _Press(_Request):
    """A form that is sent."""

    def __init__(self, oauth: dict[str, str], cookies: str, said: words.Words, filled: dict[str, str]) -> None:
        super().__init__(oauth, cookies, said)
        self._filled = filled

    def answer(self, path: str) -> Answered:
        if "username" in self._filled:
            self.visit = visits.Visit(address=self._filled["username"])
        presses = {
            "/signup": self._sign_up,
            "/confirm": self._confirm,
            "/login": self._sign_in,
            "/login/code": self._by_code,
            "/login/password": self._by_password,
        }
        next_path = presses[path]() if path in presses and self.visit.address else "/login"
        if not next_path:
            visits.end(self.cookies, self.query)
            return self._back()
        status, headers, body = self.to(next_path, 303)
        kept = visits.keep(self.cookies, self.query, self.visit)
        return status, {**headers, **({"Set-Cookie": kept} if kept else {})}, body

    def _sign_up(self) -> str:
        answer = self._call("SignUp", Username=self.visit.address, Password=self._filled.get("password", ""))
        if self.visit.problem:
            return "/signup"
        self.visit.is_sign_up, self.visit.sent_to = True, answer["CodeDeliveryDetails"]["Destination"]
        return "/confirm"

    def _confirm(self) -> str:
        if "again" in self._filled:
            return self._send_again()
        code = self._filled.get("code", "").strip()
        self._call("ConfirmSignUp", Username=self.visit.address, ConfirmationCode=code)
        return "/confirm" if self.visit.problem else ""

    def _send_again(self) -> str:
        answer = self._call("ResendConfirmationCode", Username=self.visit.address)
        if not self.visit.problem:
            self.visit.notice = self.words.sent_again
            self.visit.is_sign_up, self.visit.sent_to = True, answer["CodeDeliveryDetails"]["Destination"]
        return "/confirm" if self.visit.sent_to else "/login"

    def _sign_in(self) -> str:
        if self._filled.get("way") == "PASSWORD":
            return "/login/password"
        return self._send_code()

    def _send_code(self) -> str:
        answer = self._initiate(PREFERRED_CHALLENGE="EMAIL_OTP")
        if answer.get("__type") == "UserNotConfirmedException":  # they have begun before: the address first
            self.visit.problem = ""
            next_path = self._send_again()
            self.visit.notice = ""
            return next_path
        if self.visit.problem:
            return "/login"
        if answer["ChallengeName"] == "SELECT_CHALLENGE":  # who has an authenticator app
            return "/login/password"
        self._begun(answer)
        self.visit.sent_to = answer["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"]
        return "/login/code"

    def _by_code(self) -> str:
        challenge = self.visit.challenge
        if "again" in self._filled and challenge == "EMAIL_OTP":
            next_path = self._send_code()
            self.visit.notice = "" if self.visit.problem else self.words.sent_again
            return next_path
        self._call(
            "RespondToAuthChallenge",
            ChallengeName=challenge,
            Session=self.visit.session,
            ChallengeResponses={
                "USERNAME": self.visit.address,
                f"{challenge}_CODE": self._filled.get("code", "").strip(),
            },
        )
        return "/login/code" if self.visit.problem else ""

    def _by_password(self) -> str:
        answer = self._initiate(PREFERRED_CHALLENGE="PASSWORD", PASSWORD=self._filled.get("password", ""))
        if answer.get("ChallengeName") == "SOFTWARE_TOKEN_MFA":
            self._begun(answer)
            return "/login/code"
        return "/login/password" if self.visit.problem else ""

    def _begun(self, answer: dict[str, Any]) -> None:
        self.visit.session, self.visit.challenge = answer["Session"], answer["ChallengeName"]

    def _initiate(self, **parameters: str) -> dict[str, Any]:
        named = {"USERNAME": self.visit.address, **parameters}
        return self._call("InitiateAuth", AuthFlow="USER_AUTH", AuthParameters=named)

    def _call(self, action: str, **data: Any) -> dict[str, Any]:
        """What the pool answers; what is wrong is the visit's problem, in words."""
        status, _, body = logins.answer(action, {"ClientId": self.oauth["client_id"], **data})
        answer: dict[str, Any] = json.loads(body)
        self.visit.problem = "" if status == 200 else self._said(action, answer)
        return answer

    def _said(self, action: str, answer: dict[str, Any]) -> str:
        if answer["__type"] == "InvalidPasswordException":
            return f"{self.words.password_refused} {self.words.password_rule(self.pool['Policies']['PasswordPolicy'])}"
        name = _SAID.get((action, answer["__type"])) or _SAID.get(answer["__type"])
        return str(getattr(self.words, name) if name else answer["message"])

    def _back(self) -> Answered:
        """The browser is remembered from now on."""
        user = user_named(self.pool, self.visit.address) or {}
        _, headers, body = self.back_as(user)
        return 303, {**headers, "Set-Cookie": browsers.remember(self.pool, user)}, body
