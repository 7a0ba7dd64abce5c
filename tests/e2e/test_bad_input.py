"""Bad input, and what it gets: a status and a problem that names the field and the rule, or a rejected booking."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.api import Answer
from tests.calling import call
from tests.e2e.conftest import Cloud

Body = dict[str, str]


def problem(answer: Answer, status: int, kind: str) -> str:
    assert answer.status == status, answer
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.body["type"] == f"urn:therapist-booking:problem:{kind}"
    assert answer.body["status"] == status
    return str(answer.body["detail"])


def test_a_missing_key(cloud: Cloud, request_body: Body) -> None:
    url, token = f"{cloud.stack['api_url']}/v1/bookings", cloud.stack["users"]["client"]["id_token"]
    answer = call("POST", url, token=token, body=request_body)
    assert "header Idempotency-Key must be given once" in problem(answer, 400, "invalid-idempotency-key")
    in_the_query = call(
        "POST", f"{url}?Idempotency-Key=e2e-query&idempotency-key=e2e-query", token=token, body=request_body
    )
    assert "header Idempotency-Key" in problem(in_the_query, 400, "invalid-idempotency-key")
    assert cloud.get("e2e-query").status == 404


@pytest.mark.parametrize("key", ["a b", "a/b", "x" * 81, 'a"b', "$context", "a.b", "#if(true)"])
def test_an_illegal_key(cloud: Cloud, request_body: Body, key: str) -> None:
    assert "1 to 80" in problem(cloud.post(key, request_body), 400, "invalid-idempotency-key")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"starts_at": None}, "starts_at"),
        ({"starts_at": 5}, "starts_at"),
        ({"starts_at": "2027-03-01T10:00:00"}, "starts_at"),
        ({"starts_at": "tomorrow"}, "starts_at"),
        ({"therapist_id": "'; DROP TABLE bookings; --"}, "therapist_id"),
        ({"service_id": ["x"]}, "service_id"),
        ({"client_id": ""}, "client_id"),
        ({"note": "Jonas Weber"}, "note"),
        ({"input": "{}", "stateMachineArn": "arn:evil"}, "input, stateMachineArn"),
        ({"x" * 30_000: "y" * 30_000}, "unknown fields"),
    ],
)
def test_a_body_that_breaks_the_contract(cloud: Cloud, request_body: Body, change: Any, named: str) -> None:
    assert named in problem(cloud.post("e2e-bad", {**request_body, **change}), 400, "invalid-body")


@pytest.mark.parametrize("body", [b"", b"{", b"not json", b"\xff\xfe", b"[]", b"null", b'"text"'])
def test_a_body_that_is_no_json_object(cloud: Cloud, body: bytes) -> None:
    problem(cloud.post("e2e-bad", body), 400, "invalid-body")


def test_a_body_of_another_type_of_content(cloud: Cloud, request_body: Body) -> None:
    url, token = f"{cloud.stack['api_url']}/v1/bookings", cloud.stack["users"]["client"]["id_token"]
    headers = {"Idempotency-Key": "e2e-bad", "Content-Type": "text/plain"}
    problem(call("POST", url, token=token, headers=headers, body=request_body), 415, "unsupported-media-type")


def test_a_body_over_the_limit(cloud: Cloud, request_body: Body) -> None:
    """It is the firewall that answers, before anything else looks; of WAF's answers the content type is JSON."""
    good = json.dumps(request_body).encode()
    for token in (cloud.stack["users"]["client"]["id_token"], None):
        answer = cloud.post("e2e-bad", good + b" " * (64 * 1024 + 1 - len(good)), token=token)
        assert answer.status == answer.body["status"] == 413
        assert answer.headers["content-type"] == "application/json"
        assert "64 KiB" in answer.body["detail"]
    assert cloud.get("e2e-bad").status == 404


def test_a_padded_body_under_the_limit_is_what_it_says(cloud: Cloud, request_body: Body) -> None:
    good = json.dumps(request_body).encode()
    assert cloud.post("e2e-padded", good + b" " * (64 * 1024 - len(good))).status == 202
    assert cloud.wait("e2e-padded")["status"] == "confirmed"
    assert len(cloud.execution("e2e-padded")["input"]) < 1000


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "utf-8-sig"])
def test_a_body_that_is_not_utf_8(cloud: Cloud, request_body: Body, encoding: str) -> None:
    data = json.dumps(request_body).encode(encoding)
    problem(cloud.post(f"e2e-{encoding}", data), 400, "invalid-body")
    key = {"Idempotency-Key": f"e2e-{encoding}"}
    for path in ("/v1/waitlist", "/v1/bookings/e2e-none/cancellation", "/v1/bookings/e2e-none/rescheduling"):
        url, token = f"{cloud.stack['api_url']}{path}", cloud.stack["users"]["client"]["id_token"]
        problem(call("POST", url, token=token, headers=key, body=data), 400, "invalid-body")


@pytest.mark.parametrize("booking_id", ["not%20an%20id", "%C3%A9", "%FF", "%00", "a%0Ab", "a.b", "-%20", "x" * 81])
def test_an_id_that_is_none_becomes_no_other_one(cloud: Cloud, booking_id: str) -> None:
    """API Gateway decodes what stands in a path; what is no UTF-8 there is U+FFFD, and no id has that."""
    for change in ("cancellation", "rescheduling"):
        key = f"e2e-illegal-{abs(hash((booking_id, change)))}"
        body = {"starts_at": "2027-03-01T10:00:00Z"} if change == "rescheduling" else {}
        answer = cloud.call("client", "POST", f"/v1/bookings/{booking_id}/{change}", body, Idempotency_Key=key)
        assert "booking_id" in problem(answer, 404, "booking-not-found")
        assert cloud.call("client", "GET", f"/v1/changes/{key}").status == 404, "nothing was started"
    for path in ("bookings/{}", "changes/{}", "offers/{}", "waitlist/{}", "series/{}", "therapists/{}", "services/{}"):
        answer = cloud.call("operator", "GET", f"/v1/{path.format(booking_id)}")
        assert answer.status == 404
        assert answer.headers["content-type"] == "application/problem+json"


def forged(token: str, **claims: Any) -> str:
    head, payload, signature = token.split(".")
    given = json.loads(base64.urlsafe_b64decode(payload + "=="))
    changed = base64.urlsafe_b64encode(json.dumps({**given, **claims}).encode()).decode().rstrip("=")
    return f"{head}.{changed}.{signature}"


def test_tokens_that_are_none_forged_or_foreign(cloud: Cloud, request_body: Body) -> None:
    good = cloud.stack["users"]["client"]["id_token"]
    tokens = {
        "missing": None,
        "nonsense": "nonsense",
        "forged": forged(good, **{"cognito:groups": ["operator"]}),
        "foreign": foreign_token(cloud),
        "expired": expired_token(cloud),
        "access": token_of(cloud, cloud.stack["user_pool_id"], {"RefreshTokenValidity": 2}, "AccessToken"),
    }
    for name, token in tokens.items():
        for method, path, body in (("POST", "/v1/bookings", request_body), ("GET", "/v1/bookings/any", None)):
            url = f"{cloud.stack['api_url']}{path}"
            answer = call(method, url, token=token, headers={"Idempotency-Key": f"e2e-{name}"}, body=body)
            problem(answer, 401, "unauthorized")


def foreign_token(cloud: Cloud) -> str:
    """A good token of another practice's user pool."""
    pool = cloud.client("cognito-idp").create_user_pool(PoolName="another-practice")["UserPool"]["Id"]
    return token_of(cloud, pool, {})


def expired_token(cloud: Cloud) -> str:
    import time

    validity = {"IdTokenValidity": 1, "TokenValidityUnits": {"IdToken": "seconds"}}
    token = token_of(cloud, cloud.stack["user_pool_id"], validity)
    time.sleep(2)
    return token


def token_of(cloud: Cloud, pool: str, options: dict[str, Any], kind: str = "IdToken") -> str:
    cognito = cloud.client("cognito-idp")
    app = cognito.create_user_pool_client(
        UserPoolId=pool, ClientName="test", ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH"], **options
    )["UserPoolClient"]["ClientId"]
    name = f"someone-{len(pool)}-{len(options)}-{kind}@example.com"
    cognito.admin_create_user(UserPoolId=pool, Username=name, MessageAction="SUPPRESS")
    cognito.admin_set_user_password(UserPoolId=pool, Username=name, Password="Long-enough-1!", Permanent=True)
    answer = cognito.admin_initiate_auth(
        UserPoolId=pool,
        ClientId=app,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": name, "PASSWORD": "Long-enough-1!"},
    )
    return str(answer["AuthenticationResult"][kind])


def test_a_call_there_is_none_of(cloud: Cloud) -> None:
    token = cloud.stack["users"]["client"]["id_token"]
    for method, path in (
        ("GET", "/v1/nothing"),
        ("DELETE", "/v1/bookings"),
        ("PUT", "/v1/health"),
        ("GET", "/v1//health"),
    ):
        problem(call(method, f"{cloud.stack['api_url']}{path}", token=token), 404, "no-such-call")


@pytest.mark.parametrize("path", ["/v1/bookings/%22", "/v1/bookings/%5C%60"])
def test_an_id_that_none_can_have_is_a_booking_there_is_none_of(cloud: Cloud, path: str) -> None:
    token = cloud.stack["users"]["client"]["id_token"]
    problem(call("GET", f"{cloud.stack['api_url']}{path}", token=token), 404, "booking-not-found")


NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"therapist_id": NOBODY}, "therapist_unknown"),
        ({"service_id": NOBODY}, "service_unknown"),
        ({"client_id": NOBODY}, "requester_not_allowed"),
        ({"client_id": "44444444-4444-4444-8444-444444444444"}, "requester_not_allowed"),
        ({"starts_at": "2020-01-01T10:00:00Z"}, "starts_in_the_past"),
        ({"starts_at": "2027-02-30T10:00:00Z"}, "starts_at_invalid"),
        ({"starts_at": "9999-12-31T23:59:59-14:00"}, "starts_at_invalid"),
        ({"starts_at": "2099-01-01T10:00:00Z"}, "beyond_booking_window"),
        ({"starts_at": "soon"}, "notice_too_short"),
        ({"starts_at": "at night"}, "outside_availability"),
        ({"starts_at": "at midnight"}, "outside_availability"),
    ],
)
def test_a_rule_of_the_practice_makes_a_rejected_booking_with_its_reason(
    cloud: Cloud, request_body: Body, change: Body, code: str
) -> None:
    change = {name: moment(value) for name, value in change.items()}
    key = f"e2e-rule-{abs(hash((*change.items(), code)))}"
    assert cloud.post(key, {**request_body, **change}).status == 202
    booking = cloud.wait(key)
    assert booking["status"] == "rejected"
    assert code in [reason["code"] for reason in booking["reasons"]]
    assert all(reason["message"].endswith(".") for reason in booking["reasons"])
    assert booking["notifications"] == []
    assert cloud.wait_for_execution(key)["status"] == "SUCCEEDED"


def moment(text: str) -> str:
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    later = (now + timedelta(days=5)).date()
    return {
        "soon": (now + timedelta(minutes=30)).isoformat(),
        "at night": f"{later}T03:00:00+01:00",
        "at midnight": f"{later}T23:30:00+01:00",
    }.get(text, text)


@pytest.mark.parametrize(
    ("change", "status", "rule"),
    [
        ({"name": "a\u2067b\u2069"}, 400, "name: must not have U+2067, which cannot be seen there"),
        ({"name": "\u3164"}, 400, "name: must have something that can be seen"),
        (
            {"contacts": ["=?utf-8?q?evil=40other.example=2C?=@example.com"]},
            422,
            "contacts.0.address: must be",
        ),
        ({"contacts": ["a..b@example.com"]}, 422, "cannot have two periods in a row"),
        ({"contacts": ["ü@example.com"]}, 422, "before the @-sign are not supported"),
        ({"time_zone": "US/Pacific-New"}, 422, "time_zone: is not an IANA time zone"),
    ],
)
def test_a_person_who_cannot_be_shown_or_written_to(cloud: Cloud, change: Any, status: int, rule: str) -> None:
    contacts = [_email(address) for address in change.get("contacts", ())]
    body = {"name": "X", "time_zone": "UTC", **change, "contacts": contacts}
    answer = cloud.call("operator", "POST", "/v1/clients", body)
    assert rule in problem(answer, status, "invalid-body" if status == 400 else "rule-broken")


def _email(address: str) -> dict[str, Any]:
    return {"channel": "email", "address": address, "consented": True, "undeliverable": "bounced"}


def test_a_name_of_any_script_is_kept_and_every_write_answers_what_was_kept(cloud: Cloud) -> None:
    body = {"name": " علی‌رضا ", "time_zone": "Asia/Tehran", "contacts": [_email("anna@müller.example")]}
    made = cloud.call("operator", "POST", "/v1/clients", body)
    assert made.status == 201, made
    path = f"/v1/clients/{made.body['id']}"
    put = cloud.call("operator", "PUT", path, body, If_Match=made.headers["etag"])
    read = cloud.call("operator", "GET", path)
    assert made.body == put.body == read.body
    assert made.headers["etag"] == put.headers["etag"] == read.headers["etag"]
    assert read.body["name"] == "علی‌رضا"
    [contact] = read.body["contacts"]
    assert (contact["address"], contact["undeliverable"]) == ("anna@xn--mller-kva.example", None)
