"""People of a story's own, so that stories need not share a calendar: a therapist, and clients who were invited."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from local.cloud import sign_in
from tests.e2e.conftest import Cloud

BERLIN = ZoneInfo("Europe/Berlin")


@dataclass(frozen=True)
class Therapist:
    id: str
    name: str


@dataclass(frozen=True)
class Client:
    id: str
    address: str


@contextmanager
def therapist(cloud: Cloud, zone: str, name: str, since: str = "2020-01-01") -> Iterator[Therapist]:
    """Who works from 8 to 20 each day, in their zone, from a day on, for as long as a story lasts.

    They are away today: the first time that is free is still to come when somebody has signed in, and at whatever hour
    a story is told, the day that is shown first has all of its times.
    """
    therapist_id = str(uuid.uuid4())
    cloud.rows(
        "INSERT INTO therapists (id, name, time_zone, minimum_notice_minutes, booking_window_days)"
        " VALUES (%s, %s, %s, 60, 400) RETURNING 1",
        *(therapist_id, name, zone),
    )
    cloud.rows("INSERT INTO therapist_services SELECT %s, id FROM services RETURNING 1", therapist_id)
    cloud.rows(
        "INSERT INTO availability (therapist_id, weekday, opens, closes, valid_from)"
        " SELECT %s, weekday, 480, 1200, %s::date FROM generate_series(1, 7) AS weekday RETURNING 1",
        *(therapist_id, since),
    )
    cloud.rows(
        "INSERT INTO availability_exceptions (therapist_id, kind, during)"
        " VALUES (%s, 'time_off', tstzrange(now(), (date_trunc('day', now() AT TIME ZONE %s) + interval '1 day')"
        " AT TIME ZONE %s)) RETURNING 1",
        *(therapist_id, zone, zone),
    )
    yield Therapist(therapist_id, name)
    cloud.rows("UPDATE therapists SET active = false WHERE id = %s RETURNING 1", therapist_id)


def invited(cloud: Cloud, **more: Any) -> Client:
    """A client of the practice's, who signs in by a code."""
    address = f"ida.{uuid.uuid4().hex}@example.com"
    contact = {"channel": "email", "address": address, "consented": True}
    body = {
        "name": "Ida Iversen",
        "time_zone": "Europe/London",
        "language": "en",
        "contacts": [contact],
        "invite": True,
    }
    made = cloud.call("therapist", "POST", "/v1/clients", {**body, **more})
    assert made.status == 201, made.body
    return Client(made.body["id"], address)


def token_of(cloud: Cloud, client: Client) -> str:
    """By which a client who was invited calls the API."""
    stack = cloud.stack
    return sign_in(cloud.client("cognito-idp"), stack["user_pool_id"], stack["user_pool_client_id"], client.address)


def staff(cloud: Cloud, group: str) -> str:
    """The address of a login of a story's own in this group, ``operator`` or ``therapist``."""
    cognito, pool = cloud.client("cognito-idp"), cloud.stack["user_pool_id"]
    address = f"{group}.{uuid.uuid4().hex}@example.com"
    known = [{"Name": "email", "Value": address}, {"Name": "email_verified", "Value": "true"}]
    cognito.admin_create_user(UserPoolId=pool, Username=address, UserAttributes=known, MessageAction="SUPPRESS")
    cognito.admin_add_user_to_group(UserPoolId=pool, Username=address, GroupName=group)
    return address


def book(cloud: Cloud, client: Client, therapist: Therapist, starts_at: str, **more: str) -> str:
    """The id of a booking that the practice makes for a client; it stands."""
    key = f"site-{uuid.uuid4().hex}"
    body = {"therapist_id": therapist.id, "service_id": cloud.stack["demo"]["service_id"], "starts_at": starts_at}
    answer = cloud.post(key, {**body, "client_id": client.id, **more}, "operator")
    assert answer.status == 202, answer.body
    assert cloud.wait(key, "operator")["status"] == "confirmed"
    return key


def later(starts_at: str, **by: int) -> str:
    """So much later on the clocks of Berlin, where the therapists of the stories are: a week is 167 hours in spring."""
    begins = datetime.fromisoformat(starts_at).astimezone(BERLIN) + timedelta(**by)
    return begins.astimezone(UTC).isoformat().replace("+00:00", "Z")


def hour_of(days: int, hour: int = 10) -> str:
    """A full hour, so many days from now (UTC)."""
    day = datetime.now(UTC) + timedelta(days=days)
    return f"{day:%Y-%m-%d}T{hour:02}:00:00Z"
