"""The edge of the API as clients meet it: how headers are spelled, where Location leads, which origins may ask."""

import gzip
import http.client
import json
import socket
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import h2.config
import h2.connection
import h2.events
import pytest

from local.api import Answer
from local.demo import THERAPIST_ID as BERLIN
from tests.calling import call
from tests.e2e.conftest import Cloud

Body = dict[str, str]


def send(cloud: Cloud, method: str, path: str, headers: dict[str, str], body: Any = None) -> http.client.HTTPResponse:
    """A request whose headers are spelled exactly so, over HTTP/1.1; its answer has been read."""
    connection = http.client.HTTPConnection(urlsplit(cloud.stack["api_url"]).netloc, timeout=30)
    connection.putrequest(method, path, skip_accept_encoding=True)
    data = b"" if body is None else json.dumps(body).encode()
    for name, value in {**headers, "Content-Length": str(len(data))}.items():
        connection.putheader(name, value)
    connection.endheaders(data)
    answer = connection.getresponse()
    answer.text = answer.read()  # type: ignore[attr-defined]  # kept beside it
    connection.close()
    return answer


@pytest.mark.parametrize(
    ("key", "content_type", "token"),
    [
        ("Idempotency-Key", "Content-Type", "Authorization"),
        ("idempotency-key", "content-type", "authorization"),
        ("IDEMPOTENCY-KEY", "CONTENT-TYPE", "AUTHORIZATION"),
        ("Idempotency-key", "Content-type", "Authorization"),
    ],
)
def test_a_session_is_booked_however_headers_are_spelled(
    cloud: Cloud, request_body: Body, key: str, content_type: str, token: str
) -> None:
    name = f"e2e-spelled-{abs(hash(key))}"
    own = {key: name, content_type: "application/json", token: cloud.stack["users"]["client"]["id_token"]}
    answer = send(cloud, "POST", "/v1/bookings", own, request_body)
    assert answer.status == 202
    assert cloud.wait(name)["status"] == "confirmed"
    change = send(cloud, "POST", f"/v1/bookings/{name}/cancellation", {**own, key: f"{name}-c"}, {})
    assert change.status == 202
    assert cloud.change(f"{name}-c")["outcome"] == "cancelled"


def test_a_session_is_booked_over_http_2(cloud: Cloud, request_body: Body) -> None:
    """Its headers are in lower case, always: as ``curl --http2-prior-knowledge`` and every browser send them."""
    there = urlsplit(cloud.stack["api_url"])
    data = json.dumps(request_body).encode()
    headers = [
        *((":method", "POST"), (":path", "/v1/bookings"), (":scheme", "http"), (":authority", there.netloc)),
        *(("idempotency-key", "e2e-http2"), ("content-type", "application/json")),
        *(("authorization", cloud.stack["users"]["client"]["id_token"]), ("content-length", str(len(data)))),
    ]
    connection = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
    answered: dict[str, str] = {}
    with socket.create_connection((there.hostname, there.port), timeout=30) as line:
        connection.initiate_connection()
        connection.send_headers(1, headers)
        connection.send_data(1, data, end_stream=True)
        line.sendall(connection.data_to_send())
        while not answered:
            for event in connection.receive_data(line.recv(65536)):
                if isinstance(event, h2.events.ResponseReceived):
                    answered.update((str(name), str(value)) for name, value in event.headers)
    assert answered[":status"] == "202"
    assert cloud.wait("e2e-http2")["status"] == "confirmed"


def test_a_key_in_two_spellings_is_none(cloud: Cloud, request_body: Body) -> None:
    own = {"Content-Type": "application/json", "Authorization": cloud.stack["users"]["client"]["id_token"]}
    keys = {"Idempotency-Key": "e2e-two-a", "idempotency-key": "e2e-two-b"}
    for path in ("/v1/bookings", "/v1/bookings/e2e-two/cancellation", "/v1/waitlist"):
        answer = send(cloud, "POST", path, {**own, **keys}, request_body if path == "/v1/bookings" else {})
        assert answer.status == 400
        assert b"given once" in answer.text  # type: ignore[attr-defined]  # as send keeps it
    assert {cloud.get(key).status for key in keys.values()} == {404}


@pytest.mark.parametrize("end", ["", "/"])
def test_location_leads_to_what_was_made(cloud: Cloud, end: str) -> None:
    """API Gateway takes the path with a slash at its end for the same; a relative Location has to know."""
    service = {"name": "Follow-up", "duration_minutes": 30, "price_cents": 5000, "currency": "EUR"}
    bodies = {
        "clients": {"name": "Lea Sommer", "time_zone": "Europe/Berlin"},
        "therapists": {"name": "New", "time_zone": "Europe/Berlin", "active": False},
        "services": {**service, "active": False},
    }
    token = cloud.stack["users"]["operator"]["id_token"]
    for kind, body in bodies.items():
        made = cloud.call("operator", "POST", f"/v1/{kind}{end}", body)
        assert made.status == 201, made.body
        assert made.location == f"{cloud.stack['api_url']}/v1/{kind}/{made.body['id']}"
        assert call("GET", made.location, token=token).body["id"] == made.body["id"]


def test_an_answer_is_compressed_for_who_asks_and_not_sent_again_to_who_has_it(cloud: Cloud) -> None:
    start = datetime.now(UTC) + timedelta(days=1)
    bounds = f"from={start:%Y-%m-%dT00:00:00Z}&to={start + timedelta(days=31):%Y-%m-%dT00:00:00Z}"
    of_a_month = f"/v1/therapists/{BERLIN}/slots?service_id={cloud.stack['demo']['service_id']}&{bounds}"
    own = {"Authorization": cloud.stack["users"]["client"]["id_token"]}

    def asked(path: str, **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = send(cloud, "GET", path, {**own, **named})
        return answer, answer.text  # type: ignore[attr-defined]  # as send keeps it

    whole, plain = asked(of_a_month)
    assert (whole.status, whole.getheader("Content-Encoding")) == (200, None)
    readers: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.decompress, "deflate": zlib.decompress}
    for accepted, coding in (("gzip, deflate, br, zstd", "gzip"), ("deflate", "deflate"), ("gzip;q=0.5,br", None)):
        answer, body = asked(of_a_month, accept_encoding=accepted)
        assert answer.getheader("Content-Encoding") == coding, accepted
        assert answer.getheader("ETag") == whole.getheader("ETag"), "weak: of the same words"
        assert (readers[coding](body) if coding else body) == plain
        assert int(answer.getheader("Content-Length") or 0) == len(body)
        assert coding is None or len(body) < len(plain) / 5
    known, body = asked(of_a_month, accept_encoding="gzip", if_none_match=str(whole.getheader("ETag")))
    assert (known.status, body, known.getheader("ETag")) == (304, b"", whole.getheader("ETag"))
    small, _ = asked("/v1/health", accept_encoding="gzip")
    assert (small.status, small.getheader("Content-Encoding")) == (200, None), "smaller than MinimumCompressionSize"


# -- Another origin --------------------------------------------------------------------------------------------------


def readable_by(answer: Answer) -> str | None:
    return answer.headers.get("access-control-allow-origin")


def test_a_site_of_the_allowed_origin_may_ask_and_read(cloud: Cloud, request_body: Body) -> None:
    origin = cloud.environment["ALLOWED_ORIGIN"]
    foreign = {"Origin": origin, "Sec-Fetch-Site": "cross-site"}
    url = cloud.stack["api_url"]
    for path in ("/v1/bookings", "/v1/bookings/any/cancellation", "/v1/health", "/v1/catalogue/therapists/any/slots"):
        asked = call("OPTIONS", url + path, headers={**foreign, "Access-Control-Request-Method": "POST"})
        assert (asked.status, asked.body, readable_by(asked)) == (204, "", origin)
        assert asked.headers["access-control-allow-methods"] == "GET,POST,PUT,DELETE"
        allowed = asked.headers["access-control-allow-headers"].lower().split(",")
        named = {"authorization", "content-type", "idempotency-key", "if-match", "if-none-match", "x-api-key"}
        assert named == set(allowed)
    token = cloud.stack["users"]["client"]["id_token"]
    oversized = json.dumps(request_body).encode() + b" " * 65536
    answers = [
        call(
            "POST",
            f"{url}/v1/bookings",
            token=token,
            headers={**foreign, "Idempotency-Key": "e2e-o"},
            body=request_body,
        ),
        call("POST", f"{url}/v1/bookings", token=token, headers={**foreign, "Idempotency-Key": "/"}, body=request_body),
        call(
            "POST", f"{url}/v1/bookings", token=token, headers={**foreign, "Idempotency-Key": "e2e-p"}, body=oversized
        ),
        call("POST", f"{url}/v1/bookings", token=token, headers={**foreign, "Idempotency-Key": "e2e-q"}, body={}),
        call("GET", f"{url}/v1/me", token=token, headers=foreign),
        call("GET", f"{url}/v1/bookings/none", token=token, headers=foreign),
        call("GET", f"{url}/v1/me", headers=foreign),
        call("GET", f"{url}/v1/none", headers=foreign),
        call("GET", f"{url}/v1/health", headers=foreign),
        call("GET", f"{url}/v1/catalogue/services", headers=foreign),
    ]
    assert [answer.status for answer in answers] == [202, 400, 413, 400, 200, 404, 401, 404, 200, 403]
    for answer in answers:
        assert readable_by(answer) == origin, answer
        assert answer.headers["access-control-expose-headers"] == "Location, ETag, Retry-After"
        assert "access-control-allow-credentials" not in answer.headers
