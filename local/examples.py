"""``make examples``: calls of the running laptop cloud to paste, with times that are free and keys of their own."""

import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import psycopg2

from local import demo
from local.cloud import FREE_STARTS, read_stack
from local.command import run


def booking(stack: dict[str, Any], starts_at: str) -> str:
    """A token, a booking with whoever is free, and what became of it."""
    key = f"try-{uuid.uuid4().hex[:6]}"
    return f"""TOKEN=$(make token USER=client)
{_post(stack, key, service_id=stack["demo"]["service_id"], starts_at=starts_at)}
curl -s {stack["api_url"]}/v1/bookings/{key} -H "Authorization: $TOKEN\""""


def main() -> int:
    stack, now = read_stack(), datetime.now(UTC)
    connection = psycopg2.connect(stack["database_url"])
    try:
        start = demo.free_starts(connection, now, FREE_STARTS)[0]
    finally:
        connection.close()
    api, people, series = stack["api_url"], stack["demo"], f"try-{uuid.uuid4().hex[:6]}"
    fortnight = {"from": f"{now:%Y-%m-%dT00:00:00Z}", "to": f"{now + timedelta(days=14):%Y-%m-%dT00:00:00Z}"}
    slots = f"{people['therapist_id']}/slots?{urlencode({'service_id': people['service_id'], **fortnight}, safe=':')}"
    weekly = _post(
        stack,
        series,
        therapist_id=people["therapist_id"],
        service_id=people["service_id"],
        starts_at=_utc(demo.series_over_a_clock_change(now)),
        recurrence="FREQ=WEEKLY;COUNT=4",
    )
    asked = {"client_id": stack["user_pool_client_id"], "redirect_uri": stack["signed_in_url"]}
    login = urlencode({**asked, "response_type": "code", "scope": "openid email"})
    print(f"""# Is it well?
curl -i {api}/v1/health

# A client books a session, and looks at it.
{booking(stack, _utc(start))}

# What is free in the next two weeks.
curl -s "{api}/v1/therapists/{slots}" -H "Authorization: $TOKEN"

# A weekly series over a change of the clocks, at the same local time each week.
{weekly}
curl -s {api}/v1/series/{series} -H "Authorization: $TOKEN"

# Signing up, in a browser; the code arrives among the e-mails.
{stack["login_url"]}/signup?{login}""")
    return 0


def _post(stack: dict[str, Any], key: str, **body: str) -> str:
    fields = ",\n       ".join(f"{json.dumps(name)}: {json.dumps(value)}" for name, value in body.items())
    return f"""curl -i {stack["api_url"]}/v1/bookings -H "Authorization: $TOKEN" \\
  -H 'Content-Type: application/json' -H 'Idempotency-Key: {key}' \\
  -d '{{{fields}}}'"""


def _utc(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")


if __name__ == "__main__":
    run(main)
