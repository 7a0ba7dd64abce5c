"""A short-lived password for RDS, as IAM gives it: a signed URL (AWS Signature Version 4). Standard library only.

botocore makes the same token, and takes a third of a second to import, in every cold start of the step that reserves.
The rule is "Signing AWS requests with query parameters" of the IAM User Guide; a test holds it to botocore's.
"""

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import quote, urlencode, urlsplit

LIFETIME_SECONDS = 900
"""A token opens connections for so long; one that is open stays open."""


@dataclass(frozen=True)
class Credentials:
    """What Lambda gives a function to prove who it is."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str = field(repr=False)
    region: str


def asked_of_lambda(url: str, token: str, region: str) -> Credentials:
    """As Lambda gives them to what was restored from a snapshot: those in its variables might have ended meanwhile.

    Raises ``OSError`` or ``ValueError``. https://docs.aws.amazon.com/lambda/latest/dg/snapstart-activate.html
    """
    from http.client import HTTPConnection, HTTPException  # only here: else nobody needs it

    place = urlsplit(url)
    connection = HTTPConnection(place.hostname or "", place.port, timeout=2)
    try:
        connection.request("GET", place.path, headers={"Authorization": token})
        answer = json.loads(connection.getresponse().read())
        return Credentials(answer["AccessKeyId"], answer["SecretAccessKey"], answer["Token"], region)
    except (HTTPException, KeyError, TypeError):  # an answer that is none, and may be anything
        raise ValueError("no credentials in the answer") from None
    finally:
        connection.close()


def rds_token(host: str, port: int, user: str, credentials: Credentials, now: datetime) -> str:
    """The password with which ``user`` may connect to ``host:port`` within the next quarter of an hour."""
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    scope = f"{stamp[:8]}/{credentials.region}/rds-db/aws4_request"
    query = {
        "Action": "connect",
        "DBUser": user,
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Credential": f"{credentials.access_key_id}/{scope}",
        "X-Amz-Date": stamp,
        "X-Amz-Expires": str(LIFETIME_SECONDS),
        "X-Amz-Security-Token": credentials.session_token,
        "X-Amz-SignedHeaders": "host",
    }
    signed = urlencode(sorted((name, value) for name, value in query.items() if value), quote_via=quote, safe="")
    empty = hashlib.sha256(b"").hexdigest()
    request = f"GET\n/\n{signed}\nhost:{host}:{port}\n\nhost\n{empty}"
    to_sign = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
    key = f"AWS4{credentials.secret_access_key}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return f"{host}:{port}/?{signed}&X-Amz-Signature={hmac.digest(key, to_sign.encode(), 'sha256').hex()}"
