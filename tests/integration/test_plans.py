"""No call that somebody waits for reads a large table from end to end: every call and step, at 10⁵ bookings."""

import importlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import product
from typing import Any, NamedTuple
from unittest.mock import patch

import pytest
from psycopg2.extensions import connection as Connection

from bench.practice import NOW
from booking.channels.stripe_events import StripeSignatures
from booking.config import DatabaseConfig
from booking.contracts.operations import DeadLetterState, Letter
from booking.contracts.traces import ExecutionStatus, Machine
from booking.database import Database
from booking.notices import Sender
from booking.services.operations.recording import ActsOfFunctions
from handlers._operations import Operation
from handlers._outside import outside
from handlers.routes import all_operations
from local import demo, documents
from local.postgres import PostgresServer, function_environment
from local.stripe import API_KEY
from tests import full_house, plans
from tests.conftest import TEMPLATE, connect
from tests.fakes import (
    FakeActsQueue,
    FakeDeadLetters,
    FakeExecutions,
    FakeLogins,
    FakePayments,
    FakeProvider,
    FakeProviders,
    FakeTasks,
    FakeWorkflows,
    clock_at,
    context,
)
from tests.full_house import FEE_DUE, OFFERED, PAID, REQUEST, SERIES, TIME_OFF, TO_PAY
from tests.rows import rows
from tests.stripe_double import GivenKeys
from tests.unit.test_tracing import ITEMS, events

MONTH = {"from": NOW.isoformat(), "to": (NOW + timedelta(days=31)).isoformat()}
ROLES = {
    "operator": {"sub": "sub-operator", "cognito:groups": "operator"},
    "therapist": {"sub": "sub-therapist", "cognito:groups": "therapist"},
    "client": {"sub": "sub-client", "cognito:groups": "client"},
}
CLIENT = {
    "name": "Jonas Weber",
    "time_zone": "Europe/Berlin",
    "contacts": [
        {"channel": "email", "address": "jonas.weber@example.com", "consented": True},
        {"channel": "sms", "address": "+447700900101", "consented": True},
    ],
    "consents": [{"kind": kind, "version": "2026-11"} for kind in ("contact_email", "contact_sms")],
}
WINDOW = {"starts_at": "2032-04-01T09:00:00Z", "ends_at": "2032-04-01T10:00:00Z"}
PERSON = {"name": "Ines Vogel", "time_zone": "Europe/Berlin"}
SERVICE = {"name": "Follow-up", "duration_minutes": 30, "price_cents": 5000, "currency": "EUR"}
WHAT = {"therapist_id": str(demo.THERAPIST_ID), "service_id": str(demo.SERVICE_ID)}

QUERIES: dict[str, list[dict[str, str]]] = {
    "listBookings": [
        {},
        {"status": "held"},
        {"status": "late_cancelled"},
        {"attention": "true"},
        {"awaits": "approval"},
        MONTH,
        {"therapist_id": str(demo.THERAPIST_ID)},
        {"client_id": str(demo.CLIENT_ID)},
    ],
    "listClients": [{}, {"confirmed": "false"}],
    "listWaitlist": [{}, {"status": "waiting"}],
    "getChange": [{"kind": "rescheduling"}],
    "getSlotsOfTherapist": [{**MONTH, "service_id": str(demo.SERVICE_ID)}],
    "getSlotsOfTherapistForApplications": [{**MONTH, "service_id": str(demo.SERVICE_ID)}],
    "getSlotsOfService": [MONTH],
    "getSlotsOfServiceForApplications": [MONTH],
}
"""What is asked with a query; a list is asked for with none, else."""

BODIES: dict[str, list[Any]] = {
    "searchClients": [{"text": "person17"}, {"text": "full-17@example.com"}, {"text": "a person1234"}],
    "searchBookings": [
        {"client_name": "person17"},
        {"client_name": "Weber", "on": "2032-03-03"},
        {"needing_attention": True},
    ],
    "markAttendance": [{"status": "no_show"}],
    "answerRequest": [{"answer": "approve"}],
    "waivePayment": [{"reason": "words"}],
    "payFee": [None],
    "setPlace": [{"held": "video", "video_link": "https://video.example.com/other"}],
    "confirmClient": [None],
    "addTherapist": [PERSON],
    "addService": [SERVICE],
    "addClient": [
        {**PERSON, "contacts": [{"channel": "email", "address": "ines.vogel@example.com", "consented": True}]}
    ],
    "inviteClient": [None],
    "inviteTherapist": [None],
    "sendNumberCode": [None],
    "confirmNumber": [lambda caller: {"code": caller.code_sent()}],
    "askForMyData": [{"kind": "deletion"}],
    "decideClientRequest": [{"decision": "granted"}],
    "closeDay": [{"day": "2032-06-07", "proceed": True}],
    "openDay": [None],
    "addTimeOff": [{**WINDOW, "proceed": True}],
    "removeTimeOff": [None],
    "joinWaitlist": [{**WHAT, "client_id": str(demo.CLIENT_ID), "windows": [WINDOW]}],
    "resumeOffers": [None],
    "leaveWaitlist": [None],
    "answerOffer": [{"answer": "accept"}],
    "putNote": [{"text": "words"}],
    "putStaffNote": [{"text": "words"}],
    "putReason": [{"text": "words"}],
    "rerunBooking": [{"reason": "words"}],
    "redriveExecution": [{"reason": "words"}],
    "resendNotification": [{"reason": "words"}],
    "redriveDeadLetter": [{"reason": "words"}],
    "mergeClients": [lambda caller: {"duplicate_id": caller.ids["duplicate_id"]}],
}
"""What is sent, in this order, where it is not what GET answered."""

CLIENTS_OWN = (
    "putMe",
    "putNote",
    "putReason",
    "askForMyData",
    "sendNumberCode",
    "confirmNumber",
    "payFee",
    "answerOffer",
)
"""What a client does; what else is posted or put, an operator does."""

ABOUT: dict[str, list[dict[str, str]]] = {
    "getBooking": [{}, *({"booking_id": each} for each in (REQUEST, OFFERED, SERIES, TO_PAY, PAID, FEE_DUE))],
    "getOffer": [{"booking_id": OFFERED}],
    "answerOffer": [{"booking_id": OFFERED}],
    "answerRequest": [{"booking_id": REQUEST}],
    "payFee": [{"booking_id": FEE_DUE}],
    "waivePayment": [{"booking_id": TO_PAY}, {"booking_id": PAID}],
    "markAttendance": [{"booking_id": "old-1-400"}],  # which has been
    "putNote": [{"booking_id": "of-a-new-request"}],
    "putReason": [{"change_id": "of-a-new-change"}],
    "inviteTherapist": [{"therapist_id": str(demo.THIRD_THERAPIST_ID)}],  # who has no login
}
"""What calls are about, where it is not what most are."""

CHANGED = {"changePracticeWords": {"introduction": "Words.", "closing": ""}, "putMe": CLIENT}
"""What is put with the version that was read, where it is not the same again."""

MAY_READ = {"forget_clients": {"clients"}, "settle_holds": {"payments"}}
"""Sweeps, for which nobody waits: one looks at all clients once a night, one at the ledger for what was never paid."""

NOT_MADE = ("receiveStripeEvent",)
"""It asks no database."""

LETTER = "00000000-0000-4000-8000-000000000001"


class Caller:
    """Makes calls and runs steps as the gateway and the machines do, and keeps what PostgreSQL did too much of."""

    def __init__(self, kept: plans.Plans, large: set[str], ids: dict[str, str], texts: FakeProvider) -> None:
        self._kept, self._large, self.ids, self.texts = kept, large, ids, texts
        self.found: dict[str, set[plans.TooMuch]] = {}
        self.statuses: dict[tuple[str, str], set[int]] = {}

    def call(
        self, operation: Operation, role: str, asked: dict[str, str], body: Any, about: dict[str, str], **headers: str
    ) -> Any:
        """Its answer, as API Gateway gets it. ``asked``: the query."""
        event = {**documents.event("api"), "httpMethod": operation.method, "resource": operation.path}
        ids = {**self.ids, **about}
        event |= {"path": operation.path.format_map(ids), "pathParameters": ids, "headers": headers}
        event |= {"multiValueQueryStringParameters": {name: [value] for name, value in asked.items()}}
        event |= {"body": None if body is None else json.dumps(body)}
        event["requestContext"] = {**event["requestContext"], "authorizer": {"claims": ROLES[role]}}
        module = importlib.import_module(f"handlers.{documents.snake_case(operation.function)}")
        answer = module.handler(event, context(operation.function))
        what = json.dumps([asked, about, None if operation.method == "GET" else body])
        self.statuses.setdefault((operation.name, what), set()).add(answer["statusCode"])
        self._look(f"{operation.name}, {role}")
        return answer

    def code_sent(self) -> str:
        """The code that was texted last."""
        return self.texts.sent[-1][1].sms[:6] if self.texts.sent else "000000"

    def step(self, name: str) -> Any:
        """What a function answers to its sample event, at this moment."""
        sample = documents.event(name)
        if "time" in sample:
            sample["time"] = f"{NOW:%Y-%m-%dT%H:%M:%SZ}"
        answer = importlib.import_module(f"handlers.{name}").handler(sample, context(name))
        self._look(name)
        return answer

    def _look(self, whose: str) -> None:
        for plan in self._kept.taken():
            self.found.setdefault(whose, set()).update(plans.too_much(plan, self._large))


def role_of(name: str) -> str:
    """Who makes a call that changes something."""
    return "client" if name in CLIENTS_OWN else "operator"


def everything(caller: Caller) -> None:
    """Every call of the API that a function answers, as everyone who may; and every step and sweep, once."""
    calls = {each.name: each for each in all_operations() if each.route is not None}
    for name, operation in calls.items():
        if operation.method == "GET":
            for role in ROLES:
                for asked, about in product(QUERIES.get(name, [{}]), ABOUT.get(name, [{}])):
                    caller.call(operation, role, asked, None, about)
    for name in documents.event_names():
        if name not in ("api", "operator_api", "receive_stripe_event", "migrate"):
            caller.step(name)
    for operation in calls.values():
        if "if_match" in operation.takes:
            role, shown = role_of(operation.name), operation.path.partition("/{event}")[0]
            [get] = [each for each in calls.values() if (each.method, each.path) == ("GET", shown)]
            answer = caller.call(get, role, {}, None, {})
            kept, fields = json.loads(answer["body"]), operation.takes["body"].model_fields
            sent = CHANGED.get(operation.name) or {name: value for name, value in kept.items() if name in fields}
            caller.call(operation, role, {}, sent, {}, **{"If-Match": answer["multiValueHeaders"]["ETag"][0]})
    for name, bodies in BODIES.items():
        for number, (body, about) in enumerate(product(bodies, ABOUT.get(name, [{}]))):
            sent = body(caller) if callable(body) else body
            key = {"Idempotency-Key": f"plans-{name}-{number}"}
            caller.call(calls[name], role_of(name), {}, sent, about, **key)


class OneDeadLetter:
    """Queues in which one letter lies."""

    def __init__(self) -> None:
        state = {"queue": "acts", "message_id": LETTER, "booking_id": None, "reason": "words", "received": 1}
        self.letters = [Letter(DeadLetterState.model_validate({**state, "sent_at": NOW}), "{}", "handle")]

    @contextmanager
    def held(self, *_: Any, **_more: Any) -> Iterator[list[Letter]]:
        yield list(self.letters)

    def put_back(self, letter: Letter) -> None:
        self.letters.remove(letter)


def one_failed() -> FakeExecutions:
    """An execution that can be redriven."""
    executions = FakeExecutions()
    given = json.dumps({"booking_id": "old-1-460"})
    executions.put("old-1-460", ExecutionStatus.FAILED, NOW, NOW, *events(*ITEMS), given=given, error="Failed")
    executions.definitions[Machine.BOOKING] = documents.state_machines()["booking"]
    return executions


@contextmanager
def function_of(
    config: DatabaseConfig, kept: plans.Plans, texts: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """The environment of a function whose connection says its plans; providers and Step Functions are fakes."""
    for name, value in function_environment(config).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("CLIENT_RETENTION_YEARS", "10")
    monkeypatch.setenv("PAYMENT_EVENTS_QUEUE_URL", "https://sqs.us-east-1.amazonaws.com/000000000000/payment-events")
    connected = Database._connect

    def connect_and_listen(database: Database) -> Any:
        connection: Any = connected(database)
        connection.notices = kept
        return connection

    monkeypatch.setattr(Database, "_connect", connect_and_listen)
    fakes = {
        "clock": clock_at(NOW),
        "tasks": FakeTasks(),
        "texts": texts,
        "channels": FakeProviders().channels(),
        "sender": Sender("practice@example.com"),
        "workflows": FakeWorkflows(),
        "logins": FakeLogins(),
        "payments": FakePayments(),
        "executions": one_failed(),
        "dead_letters": FakeDeadLetters(),
        "dead_letter_queues": OneDeadLetter(),
        "event_signatures": StripeSignatures(GivenKeys(API_KEY)),
    }
    with patch.dict(vars(outside), fakes, clear=True):
        vars(outside)["act_records"] = ActsOfFunctions(outside.stores, FakeActsQueue())
        yield
        outside.stores.close()


def ids_of(db: Connection) -> dict[str, str]:
    """Whom and what calls name: what is there in a practice of years."""

    def one(statement: str) -> str:
        return str(rows(db, statement)[0]["id"])

    without_login = "SELECT client_id AS id FROM client_contacts WHERE address = 'full-{}@example.com'"
    return {
        "booking_id": "old-1-460",  # is to come
        "series_id": SERIES,
        "change_id": one("SELECT id FROM changes LIMIT 1"),
        "entry_id": "waiting",
        "request_id": one("SELECT id FROM client_requests WHERE decision IS NULL"),
        "notification_id": one("SELECT id FROM notifications LIMIT 1"),
        "therapist_id": str(demo.THERAPIST_ID),
        "service_id": str(demo.SERVICE_ID),
        "client_id": one(without_login.format(17)),
        "duplicate_id": one(without_login.format(18)),
        "time_off_id": TIME_OFF,
        "event": "reminder",
        "language": "en",
        "day": "2032-06-07",
        "machine": "booking",
        "name": "old-1-460",
        "event_id": "1",
        "queue": "acts",
        "message_id": LETTER,
    }


class House(NamedTuple):
    """Where it is, its large tables, and whom and what calls name in it."""

    config: DatabaseConfig
    large: set[str]
    ids: dict[str, str]


@pytest.fixture(scope="module")
def house(postgres: PostgresServer) -> Iterator[House]:
    """The practice of years, whose connections say their plans."""
    admin = connect(postgres.config("postgres"))
    admin.autocommit = True
    with admin.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE house TEMPLATE {TEMPLATE} STRATEGY FILE_COPY")
    config = postgres.config("house")
    filling = connect(config)
    filling.autocommit = True
    full_house.fill(filling)
    plans.explain(filling, "house")
    yield House(config, plans.large_tables(filling), ids_of(filling))
    filling.close()
    with admin.cursor() as cursor:
        cursor.execute("DROP DATABASE house WITH (FORCE)")
    admin.close()


def played(house: House, monkeypatch: pytest.MonkeyPatch, play: Callable[[Caller], None]) -> Caller:
    kept, texts = plans.Plans(), FakeProvider()
    caller = Caller(kept, house.large, house.ids, texts)
    with function_of(house.config, kept, texts, monkeypatch):
        play(caller)
    return caller


def of_what(caller: Caller) -> dict[str, set[tuple[str, str]]]:
    """What reads too much, and of which table; without the sweeps that may."""
    found = {name: {(each.table, each.how) for each in every} for name, every in caller.found.items() if every}
    return {name: every for name, every in found.items() if {table for table, _ in every} != MAY_READ.get(name)}


def test_no_call_that_somebody_waits_for_reads_a_large_table_from_end_to_end(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = played(house, monkeypatch, everything)
    made = {what: min(statuses) for what, statuses in caller.statuses.items()}  # not everyone may everything
    assert {what: status for what, status in made.items() if status >= 300} == {}, "what is refused has not read"
    assert of_what(caller) == {}
    declared = {each.name for each in all_operations() if each.route is not None}
    assert declared - {name for name, _ in made} == set(NOT_MADE)


@contextmanager
def without_index(config: DatabaseConfig, name: str) -> Iterator[None]:
    """As if there were none of this name: PostgreSQL uses no index that is not valid."""
    db = connect(config)
    db.autocommit = True
    invalid = "UPDATE pg_index SET indisvalid = %s WHERE indexrelid = %s::regclass RETURNING 1"
    assert rows(db, invalid, False, name)
    try:
        yield
    finally:
        rows(db, invalid, True, name)
        db.close()


@pytest.mark.parametrize(
    ("index", "call", "table"),
    [
        ("bookings_by_status", "listBookings, operator", "bookings"),
        ("booking_events_of_booking", "describe_booking", "booking_events"),
        ("waitlist_of_therapist", "listWaitlist, therapist", "waitlist"),
        ("client_words_by_prefix", "searchClients, operator", "client_words"),
        ("bookings_of_series", "getSeries, client", "bookings"),
        ("holds_pkey", "getBooking, client", "holds"),
    ],
)
def test_an_index_that_is_missing_is_found_by_the_call_that_needs_it(
    house: House, monkeypatch: pytest.MonkeyPatch, index: str, call: str, table: str
) -> None:
    name, _, role = call.partition(", ")

    def play(caller: Caller) -> None:
        if not role:
            caller.step(name)
            return
        operation = next(each for each in all_operations() if each.name == name)
        every = product(QUERIES.get(name, [{}]), BODIES.get(name, [None]), ABOUT.get(name, [{}]))
        for asked, body, about in every:
            caller.call(operation, role, asked, body, about)

    assert of_what(played(house, monkeypatch, play)) == {}
    with without_index(house.config, index):
        assert table in {table for table, _ in of_what(played(house, monkeypatch, play))[call]}


def test_a_statement_that_no_index_serves_is_found(house: House) -> None:
    db, kept = connect(house.config), plans.Plans()
    db.notices = kept  # type: ignore[assignment]  # psycopg2 takes whatever has append
    rows(db, "SELECT id FROM clients WHERE lower(name) = %s", "nobody")
    rows(db, "SELECT count(*) FROM (SELECT id FROM bookings ORDER BY id) AS every")
    db.close()
    found = [(each.table, each.how) for plan in kept.taken() for each in plans.too_much(plan, house.large)]
    assert ("clients", "reads all of it") in found
    assert "bookings" in {table for table, _ in found}
