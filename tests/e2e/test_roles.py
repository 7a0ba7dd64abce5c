"""Who may do what: every cell of the table in docs/security.md, as a call to the deployed API."""

import json
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from psycopg2.extras import DateTimeTZRange

from local import demo, documents
from local.api import Answer
from tests.calling import call
from tests.e2e.conftest import Cloud
from tests.e2e.test_bookingctl import bookingctl

ROLES = ("nobody", "application", "client", "therapist", "operator")
Body = dict[str, Any]

HANDED_OVER = "handed over"
ONE_OF_A_SERIES = "one session of a series with a colleague"
"""The colleague has the series, and its first session is asked for; the therapist has the second."""


@dataclass(frozen=True)
class Cell:
    method: str
    path: str
    whose: str
    role: str
    expected: str

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.whose} {self.role}"


def table() -> list[Cell]:
    text = (documents.ROOT / "docs" / "security.md").read_text().split("<!-- roles -->")[1].split("\n\n")[1]
    cells = []
    for line in text.strip().splitlines()[2:]:
        named, whose, *expected = (cell.strip() for cell in line.strip("|").split("|"))
        method, path = named.split()
        cells += [Cell(method, path, whose, role, each) for role, each in zip(ROLES, expected, strict=True)]
    return cells


TABLE = table()


def test_the_table_has_a_row_for_every_call_of_the_contract() -> None:
    contract = {(method.upper(), path) for path, item in documents.contract()["paths"].items() for method in item}
    assert {(cell.method, cell.path) for cell in TABLE} == contract


def test_the_table_says_something_in_every_cell() -> None:
    assert len(TABLE) == 5 * len({(cell.method, cell.path, cell.whose) for cell in TABLE})
    assert all(re.fullmatch(r"[2-4]\d\d|confirmed|rejected|cancelled|moved|refused|–", cell.expected) for cell in TABLE)


class House:
    """A practice with something of everybody's in it, and a way to call on it as anyone."""

    def __init__(self, cloud: Cloud, starts: Iterator[str]) -> None:
        self._cloud, self._starts = cloud, starts
        self._key = json.loads(bookingctl(cloud, "keys", "create", "roles", "--json").stdout)["value"]
        self.someone = str(uuid.uuid4())  # a client who has nothing to do with anyone
        made = self.call("operator", "POST", "/v1/clients", {"id": self.someone, "name": "X", "time_zone": "UTC"})
        assert made.status == 201
        mine = {"therapist_id": str(demo.THERAPIST_ID), "service_id": str(demo.SERVICE_ID)}
        theirs = {**mine, "therapist_id": str(demo.OTHER_THERAPIST_ID), "client_id": self.someone}
        self.own, self.someone_elses = f"roles-{uuid.uuid4()}", f"roles-{uuid.uuid4()}"
        self._mine, self._theirs = mine, theirs
        self.changes, self.entries = {}, {}
        [request] = cloud.rows(ASKED, self.someone)
        self.asked = str(request["id"])
        for key, user, body in ((self.own, "client", mine), (self.someone_elses, "operator", theirs)):
            self._confirm(key, user, {**body, "recurrence": "FREQ=WEEKLY;COUNT=1"})
            self.changes[key] = f"roles-{uuid.uuid4()}"
            self._change_booking("operator", "rescheduling", key, self.changes[key])

        self.apart = {HANDED_OVER: self._handed_over(), ONE_OF_A_SERIES: self._series_with_a_colleague()}
        for key, own, role in ((self.own, True, "client"), (self.someone_elses, False, "operator")):
            self.entries[key] = f"roles-{uuid.uuid4()}"
            assert self._join(role, own, self.entries[key]).status == 201

    def _handed_over(self) -> str:
        """Entered by the therapist for the client, then given to a colleague."""
        key = f"roles-{uuid.uuid4()}"
        self._confirm(key, "therapist", {**self._mine, "client_id": str(demo.CLIENT_ID)})
        self.changes[key] = self._give(key, str(demo.OTHER_THERAPIST_ID))
        return key

    def _series_with_a_colleague(self) -> str:
        """The client's series with a colleague, of which the therapist has the second session."""
        for slot in self._slots(str(demo.OTHER_THERAPIST_ID)):
            key = f"roles-{uuid.uuid4()}"
            body = {**self._theirs, "client_id": str(demo.CLIENT_ID), "recurrence": "FREQ=WEEKLY;COUNT=2"}
            assert self._cloud.post(key, {**body, "starts_at": slot}, "operator").status == 202
            if self._cloud.wait(key, "operator")["status"] == "confirmed":
                break
        [second] = self._cloud.rows("SELECT id FROM bookings WHERE series_id = %s AND occurrence = 2", key)
        self.changes[key] = self._give(str(second["id"]), str(demo.THERAPIST_ID))
        return key

    def _give(self, booking_id: str, therapist_id: str) -> str:
        """An operator gives a session to another therapist: the change's id."""
        for slot in self._starts if therapist_id == str(demo.THERAPIST_ID) else self._slots(therapist_id):
            change_id = f"roles-{uuid.uuid4()}"
            body = {"starts_at": slot, "therapist_id": therapist_id}
            path, headers = f"/v1/bookings/{booking_id}/rescheduling", {"Idempotency-Key": change_id}
            assert self.call("operator", "POST", path, body, **headers).status == 202
            if self._cloud.change(change_id, "operator")["outcome"] == "moved":
                return change_id
        raise AssertionError("no slot was free for the client too")

    def _slots(self, therapist_id: str) -> Iterator[str]:
        """Starts that the therapist has free, and both clients too."""
        now = datetime.now(UTC)
        slots = self._cloud.slots(therapist_id, now + timedelta(days=3), now + timedelta(days=25))
        busy = [(each["begins"], each["ends"]) for each in self._cloud.rows(BUSY, str(demo.CLIENT_ID), self.someone)]
        starts = (datetime.fromisoformat(slot["starts_at"]) for slot in slots)
        hour = timedelta(hours=1)
        free = (start for start in starts if not any(begins < start + hour and start < ends for begins, ends in busy))
        return (start.isoformat().replace("+00:00", "Z") for start in free)

    def _join(self, role: str, own: bool, key: str) -> Answer:
        """Staff join for a client with their own calendar or another's. In a time that nobody works in yet."""
        mine = own or role == "client"
        window = {"starts_at": "2035-03-05T09:00:00Z", "ends_at": "2035-03-05T10:00:00Z"}
        body = {**(self._mine if mine else {**self._theirs, "client_id": self.someone}), "windows": [window]}
        if role != "client" or not own:
            body["client_id"] = str(demo.CLIENT_ID) if own else self.someone
        return self.call(role, "POST", "/v1/waitlist", body, **{"Idempotency-Key": key})

    def _offer(self, own: bool) -> str:
        """An open offer, as a sweep would have made it."""
        key, offer = self.own if own else self.someone_elses, f"roles-{uuid.uuid4()}"
        self._cloud.rows("UPDATE offers SET outcome = 'expired' WHERE outcome IS NULL RETURNING 1")
        self._cloud.rows("UPDATE bookings SET status = 'cancelled' WHERE status = 'held' RETURNING 1")
        self._cloud.rows(HELD, offer, key)
        self._cloud.rows(OFFERED, offer, self.entries[key])
        return offer

    def _confirm(self, key: str, user: str, body: Body) -> None:
        slot = self._free_slot(body["therapist_id"])
        assert self._cloud.post(key, {**body, "starts_at": slot}, user).status == 202
        assert self._cloud.wait(key, user)["status"] == "confirmed"

    def tidy(self) -> None:
        """Takes away what a cell has entered of the practice's own, far ahead: other stories share the practice."""
        self._cloud.rows(ENTERED, CLOSED, *NEW["/v1/therapists/{therapist_id}/time-off"].values())

    def close(self) -> None:
        self._cloud.client("sqs").purge_queue(QueueUrl=self._cloud.output("ActsDeadLetterQueueUrl"))
        assert bookingctl(self._cloud, "keys", "revoke", "roles", "--yes").returncode == 0

    def call(self, role: str, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        users = self._cloud.stack["users"]
        token = users[role]["id_token"] if role in users else None
        if role == "application":
            headers["x-api-key"] = self._key
        return call(method, self._cloud.stack["api_url"] + path, token=token, headers=headers, body=body)

    def play(self, cell: Cell) -> str:
        """Makes the call of a cell and says what came of it."""
        own = cell.whose == "own"
        therapist = demo.THERAPIST_ID if own else demo.OTHER_THERAPIST_ID
        booking = self.apart.get(cell.whose) or (self.own if own else self.someone_elses)
        path = cell.path.format(
            therapist_id=therapist,
            service_id=demo.SERVICE_ID,
            client_id=demo.CLIENT_ID if own else self.someone,
            booking_id=booking,
            series_id=booking,
            change_id=self.changes[booking],
            entry_id=self.entries.get(booking),
            request_id=self.asked,
            day=CLOSED,
            event="reminder",
            language="en",
            time_off_id=self._time_off(therapist) if "{time_off_id}" in cell.path else None,
            machine="booking",
            name=self._failed_execution() if "{name}" in cell.path else None,
            event_id="1",
            notification_id=self._message_of(booking) if "{notification_id}" in cell.path else None,
            queue="acts",
            message_id=self._dead_letter() if "{message_id}" in cell.path else None,
        )
        if cell.path.endswith(("note", "/reason")):
            fresh = f"roles-{uuid.uuid4()}"
            words = cell.path.format(booking_id=fresh, change_id=fresh) if cell.whose == "new" else path
            return str(self.call(cell.role, cell.method, words, {"text": "words"}).status)
        if cell.path.startswith("/v1/me/"):
            status = self.call(cell.role, cell.method, path, self._about_oneself(cell.path)).status
            self._cloud.rows("UPDATE client_contacts SET unproven = false RETURNING 1")  # for who comes after
            return str(status)
        if cell.path.endswith("/invitation"):
            path = re.sub(r"{\w+}", self._without_a_login(cell), cell.path)
        if cell.path.startswith("/v1/offers"):
            path = cell.path.format(booking_id=self._offer(own))
        if cell.path.endswith("/slots"):
            service = f"service_id={demo.SERVICE_ID}&" if "therapists" in cell.path else ""
            path += f"?{service}from=2035-03-01T00:00:00Z&to=2035-03-02T00:00:00Z"
        if cell.method == "POST" and cell.path == "/v1/bookings":
            return self._book(cell.role, own)
        if cell.path.endswith(("/cancellation", "/rescheduling")):
            key = self._to_change(cell, own)
            return self._change_booking(cell.role, cell.path.rsplit("/", 1)[1], key, f"roles-{uuid.uuid4()}")
        if cell.path.endswith("/attendance"):
            past = "UPDATE bookings SET during = %s, occupied = %s WHERE id = %s RETURNING 1"
            apart = timedelta(hours=[self.own, self.someone_elses, *self.apart.values()].index(booking))
            now = datetime.now(UTC) - apart  # nobody sits in two sessions at once
            begun = DateTimeTZRange(now - timedelta(minutes=1), now)
            self._cloud.rows(past, begun, begun, booking)
            return str(self.call(cell.role, "POST", path, {"status": "no_show"}).status)
        if cell.path in MONEY:
            self._cloud.rows(FEE_DUE, booking)
            self._cloud.rows(CARD_REFUSED, *(2 * (booking, f"fee-{booking}-1")))
            self._cloud.rows(REQUESTED, booking)
            said = str(self.call(cell.role, "POST", path, MONEY[cell.path]).status)
            self._cloud.rows("UPDATE holds SET outcome = 'cancelled' WHERE booking_id = %s RETURNING 1", booking)
            return said
        if (cell.method, cell.path) == ("POST", "/v1/waitlist"):
            return str(self._join(cell.role, own, f"roles-{uuid.uuid4()}").status)
        body, headers = self._change(cell, path)
        answer = self.call(cell.role, cell.method, path, body, **headers)
        if cell.path == "/v1/me" and cell.role in ("therapist", "operator"):  # they are no clients to other cells
            sub = self._cloud.stack["users"][cell.role]["sub"]
            self._cloud.rows("DELETE FROM clients WHERE self_made AND user_sub = %s RETURNING 1", sub)
        return str(answer.status)

    def _failed_execution(self) -> str:
        """The name of an execution that somebody has started by hand, with an input that is none."""
        name, states = f"roles-{uuid.uuid4()}", self._cloud.client("stepfunctions")
        states.start_execution(stateMachineArn=self._cloud.stack["state_machine_arn"], name=name, input="{}")
        assert self._cloud.wait_for_execution(name)["status"] == "FAILED"
        return name

    def _message_of(self, booking_id: str) -> str:
        [row, *_] = self._cloud.rows("SELECT id FROM notifications WHERE booking_id = %s", booking_id)
        return str(row["id"])

    def _dead_letter(self) -> str:
        queue = self._cloud.output("ActsDeadLetterQueueUrl")
        return str(self._cloud.client("sqs").send_message(QueueUrl=queue, MessageBody="{}")["MessageId"])

    def _to_change(self, cell: Cell, own: bool) -> str:
        """The id of a booking to be changed. Where a cell cancels or changes it, it is made for this cell alone."""
        made = {HANDED_OVER: self._handed_over, ONE_OF_A_SERIES: self._series_with_a_colleague}
        if cell.whose in made:
            return made[cell.whose]() if cell.expected == "cancelled" else self.apart[cell.whose]
        key = f"roles-{uuid.uuid4()}"
        self._confirm(key, *(("client", self._mine) if own else ("operator", self._theirs)))
        return key

    def _change(self, cell: Cell, path: str) -> tuple[Any, dict[str, str]]:
        """What an honest caller would send: for a change, what is there, and its version."""
        if cell.path.endswith("/answer"):
            return {"answer": "accept"}, {}
        if cell.path.endswith("/resumption"):
            return None, {}
        if cell.path.endswith("/place"):
            return {"held": "video", "video_link": "https://video.example.com/other"}, {}
        if cell.path.endswith("/{day}"):
            self._cloud.rows("INSERT INTO closed_days VALUES (%s) ON CONFLICT DO NOTHING RETURNING 1", CLOSED)
        if cell.path.endswith("/merge"):
            duplicate = self.call("operator", "POST", "/v1/clients", NEW["/v1/clients"])
            return {"duplicate_id": duplicate.body["id"]}, {}
        if cell.path == "/v1/me" and cell.method == "PUT":
            current = self.call(cell.role, "GET", path)
            body = (current.body.get("record") if current.status == 200 else None) or NEW["/v1/clients"]
            return {**body, "consents": CONSENTS if body.get("contacts") else []}, {
                "If-Match": current.headers.get("etag", "x")
            }
        if cell.path.endswith("/time-off") and cell.method == "POST":
            return NEW[cell.path], {"Idempotency-Key": f"roles-{uuid.uuid4()}"}
        if cell.path.endswith(("/redrive", "/rerun", "/resend")):
            return {"reason": "the cause is mended"}, {"Idempotency-Key": f"roles-{uuid.uuid4()}"}
        if cell.method == "POST":
            return NEW.get(cell.path), {}
        if cell.path.startswith("/v1/practice/words"):
            current = self.call("operator", "GET", "/v1/practice/words")
            return {"introduction": "Welcome."}, {"If-Match": current.headers["etag"]}
        if cell.method == "PUT":
            current = self.call("operator", "GET", path)
            return current.body, {"If-Match": current.headers["etag"]}
        return None, {}

    def _about_oneself(self, path: str) -> Any:
        """The body of a call about the client's own record, which is brought to where an honest client makes it."""
        own = str(demo.CLIENT_ID)
        self._cloud.rows("UPDATE client_contacts SET unproven = channel = 'sms' WHERE client_id = %s RETURNING 1", own)
        self._cloud.rows(GRANTED, own)
        if path.endswith("/number-confirmation"):
            self._cloud.rows(SENT, own)
            return {"code": "123456"}
        if path.endswith("/export"):
            self.call("client", "POST", "/v1/me/requests", {"kind": "export"})
            self._about_oneself("")
        return {"kind": "export"} if path.endswith("/requests") else None

    def _without_a_login(self, cell: Cell) -> str:
        """The id of somebody new, entered by the therapist whose client it is, or by an operator."""
        collection, contacts = cell.path.split("/{")[0], [EMAIL | {"address": f"{uuid.uuid4()}@example.com"}]
        by = "therapist" if cell.whose == "own" else "operator"
        made = self.call(by, "POST", collection, {"name": "New", "time_zone": "UTC", "contacts": contacts})
        return str(made.body["id"])

    def _time_off(self, therapist_id: uuid.UUID) -> str:
        """The id of time off that was entered for this cell."""
        path, key = f"/v1/therapists/{therapist_id}/time-off", {"Idempotency-Key": f"roles-{uuid.uuid4()}"}
        made = self.call("operator", "POST", path, NEW["/v1/therapists/{therapist_id}/time-off"], **key)
        return str(made.body["time_off_id"])

    def _change_booking(self, role: str, kind: str, booking_id: str, change_id: str) -> str:
        """The outcome of a change, or the status of a call that was not accepted."""
        [row] = self._cloud.rows("SELECT therapist_id, status FROM bookings WHERE id = %s", booking_id)
        body = {} if kind == "cancellation" else {"starts_at": self._free_slot(str(row["therapist_id"]))}
        headers = {"Idempotency-Key": change_id}
        accepted = self.call(role, "POST", f"/v1/bookings/{booking_id}/{kind}", body, **headers)
        if accepted.status != 202:
            return str(accepted.status)
        return str(self._cloud.change(change_id, "operator")["outcome"])

    def _book(self, role: str, own: bool) -> str:
        """Clients book for themselves or for someone else; staff with their own calendar or another's."""
        therapist = demo.THERAPIST_ID if own or role == "client" else demo.OTHER_THERAPIST_ID
        body = {"therapist_id": str(therapist), "service_id": str(demo.SERVICE_ID)}
        body["starts_at"] = self._free_slot(body["therapist_id"])
        if role != "client" or not own:
            body["client_id"] = self.someone
        key = f"roles-{uuid.uuid4()}"
        accepted = self.call(role, "POST", "/v1/bookings", body, **{"Idempotency-Key": key})
        return str(self._cloud.wait(key, "operator")["status"]) if accepted.status == 202 else str(accepted.status)

    def _free_slot(self, therapist_id: str) -> str:
        return next(self._starts if therapist_id == str(demo.THERAPIST_ID) else self._slots(therapist_id))


MONEY = {
    "/v1/bookings/{booking_id}/approval": {"answer": "approve"},
    "/v1/bookings/{booking_id}/payment-waiver": {"reason": "paid in cash"},
    "/v1/bookings/{booking_id}/fee-payment": None,
}
"""Calls about a hold and about money: what is sent. Each finds a request that waits, and a fee that is due."""
BUSY = """
    SELECT lower(occupied) AS begins, upper(occupied) AS ends FROM bookings
    WHERE client_id IN (%s, %s) AND status IN ('held', 'confirmed')
"""
FEE_DUE = """
    UPDATE bookings SET status = 'no_show', payment = 'card_on_file', no_show_fee_kind = 'percent',
        no_show_fee_value = 100, payment_waived_by = NULL
    WHERE id = %s RETURNING 1
"""
CARD_REFUSED = """
    INSERT INTO payments (booking_id, key, purpose, entry, amount, currency, actor) VALUES
        (%s, %s, 'fee', 'intended', 9500, 'EUR', 'test'), (%s, %s, 'fee', 'failed', 9500, 'EUR', 'test')
    ON CONFLICT DO NOTHING RETURNING 1
"""
REQUESTED = """
    INSERT INTO holds (booking_id, awaits, until) VALUES (%s, 'approval', now() + interval '1 hour')
    ON CONFLICT (booking_id, awaits) DO UPDATE SET answer = NULL, outcome = NULL, until = excluded.until RETURNING 1
"""
EMAIL = {"channel": "email", "consented": True}
CLOSED = "2034-12-24"
CONSENTS = [{"kind": "contact_email", "version": "1"}, {"kind": "contact_sms", "version": "1"}]
GRANTED = """
    UPDATE client_requests SET decision = 'granted', decided_at = now(), decided_by = 'sub'
    WHERE client_id = %s RETURNING 1
"""
ASKED = "INSERT INTO client_requests (client_id, kind, asked_at) VALUES (%s, 'deletion', now()) RETURNING id"
SENT = """
    INSERT INTO number_codes (client_id, number, salt, digest, sent_at, expires_at)
    SELECT client_id, address, '', sha256('123456'), now(), now() + interval '10 minutes'
    FROM client_contacts WHERE client_id = %s AND channel = 'sms' RETURNING 1
"""
HELD = """
    INSERT INTO bookings (id, status, during, occupied, day, therapist_id, client_id, service_id, first_booked_for,
        request, requested_by)
    SELECT %s, 'held', tstzrange('2035-03-05 09:00Z', '2035-03-05 10:00Z'),
        tstzrange('2035-03-05 09:00Z', '2035-03-05 10:00Z'), '2035-03-05', therapist_id, client_id, service_id,
        first_booked_for, request, requested_by
    FROM bookings WHERE id = %s RETURNING 1
"""
ENTERED = """
    WITH day AS (DELETE FROM closed_days WHERE day = %s), words AS (DELETE FROM practice_words)
    DELETE FROM availability_exceptions WHERE kind = 'time_off' AND during = tstzrange(%s, %s) RETURNING 1
"""
OFFERED = "INSERT INTO offers (booking_id, entry_id, expires_at) VALUES (%s, %s, now() + interval '1 hour') RETURNING 1"

NEW: dict[str, Body] = {
    "/v1/therapists": {"name": "New", "time_zone": "Europe/Berlin", "active": False},
    "/v1/services": {"name": "New", "duration_minutes": 50, "price_cents": 0, "currency": "EUR", "active": False},
    "/v1/clients": {"name": "New", "time_zone": "Europe/Berlin"},
    "/v1/clients/search": {"text": "new"},
    "/v1/booking-search": {"needing_attention": True},
    "/v1/practice/closed-days": {"day": CLOSED, "label": "Christmas Eve"},
    "/v1/therapists/{therapist_id}/time-off": {"starts_at": "2036-03-01T00:00:00Z", "ends_at": "2036-03-02T00:00:00Z"},
    "/v1/client-requests/{request_id}/decision": {"decision": "refused"},
}


@pytest.fixture(scope="module")
def house(cloud: Cloud, free_starts: Iterator[str]) -> Iterator[House]:
    made = House(cloud, free_starts)
    yield made
    made.close()


@pytest.mark.parametrize("cell", [cell for cell in TABLE if cell.expected != "–"], ids=str)
def test_a_cell_of_the_table(house: House, cell: Cell) -> None:
    became = house.play(cell)
    if cell.method != "GET":
        house.tidy()
    assert became == cell.expected
