"""Codes that are mailed: digits, for one thing, for so long, with so many tries. The mails are the trigger's."""

import secrets
import time
from typing import Any

from ministack.services import cognito

from local.logins.pool import Pool, Refused, User, ask, attributes_of

TRIES = 5
CODES_AN_HOUR = 5
"""Of one user and kind, but for signing in, of which no limit is known. Cognito says "between 5 and 20" of forgotten
passwords, and nothing of the others; it answers LimitExceededException."""
SIGNING_IN = "Authentication"

DIGITS, DIGITS_TO_SIGN_IN = 6, 8
"""Codes to sign in by are longer than the others, and can't be made shorter
(https://github.com/aws-amplify/amplify-js/issues/14428)."""

DAY = 24 * 3600
HOUR = 3600

_TOO_MANY = ("LimitExceededException", "Attempt limit exceeded, please try after some time.")


def send(pool: Pool, user: User, source: str, seconds: float, *, to: str = "", metadata: Any = None) -> str:
    """A new code, in place of any before it, mailed in the words of the pool's function. Raises ``Refused``."""
    sent = [(of, at) for of, at in user.get("_codes_sent", []) if at > time.time() - HOUR]
    if source != SIGNING_IN and sum(of == source for of, _ in sent) >= CODES_AN_HOUR:
        raise Refused(*_TOO_MANY)
    digits = DIGITS_TO_SIGN_IN if source == SIGNING_IN else DIGITS
    code = f"{secrets.randbelow(10**digits):0{digits}}"
    attributes = attributes_of(user)
    said = ask(
        pool,
        "CustomMessage",
        f"CustomMessage_{source}",
        attributes,
        codeParameter="{####}",
        usernameParameter=None,
        clientMetadata=metadata,
    )
    body = said.get("emailMessage") or "Your code is {####}."
    if "{####}" not in body:
        raise Refused("InvalidLambdaResponseException", "The message has no place for the code.")
    cognito._deliver_cognito_email(
        pool,
        to or attributes["email"],
        said.get("emailSubject") or "Your code",
        body.replace("{####}", code),
        type_name=f"Cognito{source}",
    )
    user["_codes_sent"] = [*sent, (source, time.time())]
    user["_code"] = {"for": source, "code": code, "until": time.time() + seconds, "tries": TRIES}
    return code


def check(user: User, sources: tuple[str, ...], given: str | None) -> None:
    """The code is used up when it is right. Raises ``Refused``."""
    issued = user.get("_code")
    if not issued or issued["for"] not in sources or issued["until"] <= time.time():
        raise Refused("ExpiredCodeException", "Invalid code provided, please request a code again.")
    if issued["tries"] <= 0:
        raise Refused(*_TOO_MANY)
    if not secrets.compare_digest(issued["code"], str(given or "")):
        issued["tries"] -= 1
        raise Refused("CodeMismatchException", "Invalid verification code provided, please try again.")
    del user["_code"]


def delivery(address: str) -> dict[str, str]:
    return {
        "Destination": cognito._masked_destination(address),
        "DeliveryMedium": "EMAIL",
        "AttributeName": "email",
    }
