"""Signing in by a choice of ways (USER_AUTH): a code by e-mail, or a password. The other flows are the emulator's."""

import secrets
import time
from typing import Any

from ministack.services import cognito

from local.logins import codes
from local.logins.pool import Pool, Refused, User, attributes_of, of_client, user_named

_sessions: dict[str, dict[str, Any]] = {}
"""By their token: whose sign-in it is, and until when it goes on."""

_WRONG = ("NotAuthorizedException", "Incorrect username or password.")


def initiate_auth(data: dict[str, Any]) -> Any:
    if data.get("AuthFlow") != "USER_AUTH":
        return cognito._initiate_auth(data)
    pool, client = of_client(data)
    if "ALLOW_USER_AUTH" not in client["ExplicitAuthFlows"]:
        raise Refused("InvalidParameterException", "USER_AUTH flow not enabled for this client")
    given = data.get("AuthParameters") or {}
    session = {
        "client_id": data["ClientId"],
        "username": given.get("USERNAME") or "",
        "until": time.time() + client["AuthSessionValidity"] * 60,
        "metadata": data.get("ClientMetadata"),
    }
    wanted = given.get("PREFERRED_CHALLENGE")
    ways = _first_factors(pool, user_named(pool, session["username"]))
    if wanted not in ways:
        token = _keep({**session, "challenge": "SELECT_CHALLENGE"})
        return {"ChallengeName": "SELECT_CHALLENGE", "Session": token, "AvailableChallenges": ways}
    if wanted == "PASSWORD":
        return _by_password(pool, data["ClientId"], session["username"], given.get("PASSWORD"))
    return _send_code(pool, session)


def respond_to_auth_challenge(data: dict[str, Any]) -> Any:
    challenge, responses = data.get("ChallengeName"), data.get("ChallengeResponses") or {}
    if challenge not in ("SELECT_CHALLENGE", "EMAIL_OTP"):
        return cognito._respond_to_auth_challenge(data)
    pool, client = of_client(data)
    session = _sessions.pop(data.get("Session") or "", None)
    if session is None or session["challenge"] != challenge or session["client_id"] != data["ClientId"]:
        raise Refused("NotAuthorizedException", "Invalid session for the user.")
    if (responses.get("USERNAME") or "").lower() != session["username"].lower():
        raise Refused("NotAuthorizedException", "Invalid session for the user.")
    if session["until"] <= time.time():
        raise Refused("NotAuthorizedException", "Invalid session for the user, session is expired.")
    if challenge == "SELECT_CHALLENGE":
        if responses.get("ANSWER") == "PASSWORD":
            return _by_password(pool, client["ClientId"], session["username"], responses.get("PASSWORD"))
        if responses.get("ANSWER") not in _first_factors(pool, user_named(pool, session["username"])):
            raise Refused("InvalidParameterException", "ANSWER must be an available challenge")
        return _send_code(pool, session)
    user = user_named(pool, session["username"])
    try:
        if user is None:  # nobody learns that there is no such user
            raise Refused("CodeMismatchException", "Invalid code or auth state for the user.")
        codes.check(user, (codes.SIGNING_IN,), responses.get("EMAIL_OTP_CODE"))
    except Refused as wrong:
        if wrong.code == "CodeMismatchException":
            session["tries"] -= 1
            if session["tries"] > 0:
                _sessions[data["Session"]] = session  # once more, with the same
        raise
    return _signed_in(pool, client["ClientId"], user)


def _first_factors(pool: Pool, user: User | None) -> list[str]:
    """Who has a second factor has a password for the first: Cognito takes no code that is sent beside an app's."""
    ways: list[str] = cognito._available_first_auth_factors(pool)
    return [each for each in ways if each == "PASSWORD"] if user is not None and user.get("_mfa_enabled") else ways


def _send_code(pool: Pool, session: dict[str, Any]) -> dict[str, Any]:
    user = user_named(pool, session["username"])
    if user is not None and user["UserStatus"] == "UNCONFIRMED":
        raise Refused("UserNotConfirmedException", "User is not confirmed.")
    if user is not None and user.get("Enabled", True) and attributes_of(user).get("email_verified") == "true":
        codes.send(pool, user, codes.SIGNING_IN, session["until"] - time.time(), metadata=session["metadata"])
    return {
        "ChallengeName": "EMAIL_OTP",
        "Session": _keep({**session, "challenge": "EMAIL_OTP", "tries": codes.TRIES}),
        "ChallengeParameters": {
            "CODE_DELIVERY_DELIVERY_MEDIUM": "EMAIL",
            "CODE_DELIVERY_DESTINATION": cognito._masked_destination(session["username"]),
        },
    }


def _by_password(pool: Pool, client_id: str, name: str, password: str | None) -> Any:
    user = user_named(pool, name)
    if user is None or not password or not secrets.compare_digest(user["_password"], password):
        raise Refused(*_WRONG)
    if user["UserStatus"] == "UNCONFIRMED":
        raise Refused("UserNotConfirmedException", "User is not confirmed.")
    return _signed_in(pool, client_id, user)


def _signed_in(pool: Pool, client_id: str, user: User) -> Any:
    if not user.get("Enabled", True):
        raise Refused("NotAuthorizedException", "User is disabled.")
    return cognito._password_auth_result(pool, pool["Id"], client_id, user, user["Username"])


def _keep(session: dict[str, Any]) -> str:
    for token in [token for token, each in _sessions.items() if each["until"] <= time.time()]:
        del _sessions[token]
    token = secrets.token_urlsafe(32)
    _sessions[token] = session
    return token


CALLS = {"InitiateAuth": initiate_auth, "RespondToAuthChallenge": respond_to_auth_challenge}
