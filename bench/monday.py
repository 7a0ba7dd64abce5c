"""A Monday morning, as a Locust file: many look for a time, some book in bursts, a few cancel. ``make load``.

Who plays and where is in a stack file of the form of .local/stack.json: ``api_url``, ``users.client.id_token``, and
``demo`` with a therapist and a service. The weights are a practice's: of a hundred calls about eighty read.
"""

import json
import os
import random
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from gevent import sleep
from locust import HttpUser, between, events, task
from locust.env import Environment

STACK: dict[str, Any] = json.loads(Path(os.environ["LOAD_STACK"]).read_text())
DECIDED_WITHIN_SECONDS = 30


class Visitor(HttpUser):
    """Somebody on the booking site: looks at some weeks, and seldom books."""

    host = STACK["api_url"]
    wait_time = between(0.5, 2)
    weight = 8

    def on_start(self) -> None:
        self.client.headers["Authorization"] = STACK["users"]["client"]["id_token"]

    def slots(self, days: int) -> list[str]:
        """Free times in a week that starts so many days from now."""
        first = datetime.now(UTC) + timedelta(days=days)
        given = {
            "service_id": STACK["demo"]["service_id"],
            "from": f"{first:%Y-%m-%dT%H:%M:%SZ}",
            "to": f"{first + timedelta(days=7):%Y-%m-%dT%H:%M:%SZ}",
        }
        path = f"/v1/therapists/{STACK['demo']['therapist_id']}/slots"
        with self.client.get(path, params=given, name="GET slots", catch_response=True) as answer:
            shown = answer.json()["days"] if answer.status_code == 200 else []
        return [start for day in shown for times in day["times"] for start in times["starts"]]

    @task(10)
    def look(self) -> None:
        self.slots(random.choice((1, 8, 15, 22)))  # noqa: S311  # no secret

    @task(2)
    def see_my_bookings(self) -> None:
        self.client.get("/v1/bookings", name="GET bookings")


class Booker(Visitor):
    """Somebody who has decided: books two or three sessions in a row, and one time in five cancels one again."""

    weight = 2

    def on_start(self) -> None:
        super().on_start()
        self.book()  # at once: that is what they came for

    @task(6)
    def book(self) -> None:
        free = self.slots(random.randrange(1, 50))  # noqa: S311  # no secret
        for start in random.sample(free, min(len(free), random.choice((1, 2, 3)))):  # noqa: S311  # the same
            key = str(uuid.uuid4())
            body = {name: STACK["demo"][name] for name in ("therapist_id", "service_id")}
            self.client.post(
                "/v1/bookings",
                json={**body, "starts_at": start},
                headers={"Idempotency-Key": key},
                name="POST bookings",
            )
            if self.decided(key) == "confirmed" and random.random() < 0.2:  # noqa: S311  # the same
                self.cancel(key)

    def decided(self, key: str) -> str:
        """What the booking has become; how long that took is a line of the summary of its own."""
        began = time.monotonic()
        while time.monotonic() - began < DECIDED_WITHIN_SECONDS:
            with self.client.get(f"/v1/bookings/{key}", name="GET booking", catch_response=True) as answer:
                status = answer.json().get("status", "pending") if answer.status_code == 200 else "pending"
            if status != "pending":
                self._took(began, None)
                return str(status)
            sleep(0.2)
        self._took(began, TimeoutError(f"not decided within {DECIDED_WITHIN_SECONDS} s"))
        return "pending"

    def cancel(self, key: str) -> None:
        path = f"/v1/bookings/{key}/cancellation"
        self.client.post(path, json={}, headers={"Idempotency-Key": str(uuid.uuid4())}, name="POST cancellation")

    def _took(self, began: float, failure: Exception | None) -> None:
        milliseconds = (time.monotonic() - began) * 1000
        self.environment.events.request.fire(
            request_type="BOOK", name="until decided", response_time=milliseconds, response_length=0, exception=failure
        )


@events.quitting.add_listener  # type: ignore[untyped-decorator]  # Locust types none of its events
def verdict(environment: Environment, **_: Any) -> None:
    """Exit code 1 when a call has failed: 4xx and 5xx, throttling aside, are failures."""
    environment.process_exit_code = 1 if environment.stats.total.num_failures else 0
