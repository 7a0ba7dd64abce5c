"""The calendar in PostgreSQL against one in plain Python: random requests, several at once, and no difference."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from booking.codes import Outcome
from booking.config import DatabaseConfig
from booking.database import Database
from booking.store import Stores
from tests.asking import STARTS_AT, requested_by, reserve, reserve_input
from tests.conftest import connect
from tests.rows import rows

AT_ONCE = 4
UNIT = timedelta(minutes=10)


@dataclass(frozen=True)
class Wish:
    """A request as the plain calendar sees it, in units of ten minutes."""

    therapist: int
    client: int
    starts: int
    units: int  # of the session; the therapist is busy one unit longer

    def busies_therapist(self, other: "Wish") -> bool:
        overlap = self.starts < other.starts + other.units + 1 and other.starts < self.starts + self.units + 1
        return self.therapist == other.therapist and overlap

    def busies_client(self, other: "Wish") -> bool:
        overlap = self.starts < other.starts + other.units and other.starts < self.starts + self.units
        return self.client == other.client and overlap


WISHES = st.builds(Wish, st.integers(0, 1), st.integers(0, 2), st.integers(0, 20), st.integers(1, 4))


def machine_for(database: DatabaseConfig) -> type[RuleBasedStateMachine]:
    connections = [Database(database, "test-model") for _ in range(AT_ONCE)]
    db = connect(database)
    db.autocommit = True
    therapists = [
        row["id"]
        for row in rows(db, "INSERT INTO therapists (name, time_zone) VALUES ('A', 'UTC'), ('B', 'UTC') RETURNING id")
    ]
    clients = [
        row["id"]
        for row in rows(
            db, "INSERT INTO clients (name, time_zone) VALUES ('A', 'UTC'), ('B', 'UTC'), ('C', 'UTC') RETURNING id"
        )
    ]

    class Calendar(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            rows(db, "TRUNCATE notifications, offers, unreached, bookings CASCADE; SELECT 1")
            self.booked: dict[str, Wish] = {}

        @rule(wishes=st.lists(WISHES, min_size=1, max_size=AT_ONCE))
        def several_ask_at_once(self, wishes: list[Wish]) -> None:
            asked = {str(uuid4()): wish for wish in wishes}
            outcomes = self._reserve(asked)
            won = {key: wish for key, wish in asked.items() if outcomes[key] == Outcome.RESERVED}
            held = {**self.booked, **won}
            for key, wish in asked.items():
                others = [other for name, other in held.items() if name != key]
                if outcomes[key] == Outcome.RESERVED:
                    assert not any(wish.busies_therapist(other) or wish.busies_client(other) for other in others)
                elif outcomes[key] == Outcome.SLOT_TAKEN:
                    assert any(wish.busies_therapist(other) for other in others)
                else:
                    assert outcomes[key] == Outcome.CLIENT_BUSY
                    assert any(wish.busies_client(other) for other in others)
            self.booked = held

        @rule(wish=WISHES)
        def one_request_comes_several_times_at_once(self, wish: Wish) -> None:
            key = str(uuid4())
            outcomes = set(self._reserve_same(key, wish))
            assert len(outcomes) == 1
            if outcomes == {Outcome.RESERVED}:
                self.booked[key] = wish

        @rule(number=st.integers(0, 50))
        def one_is_cancelled(self, number: int) -> None:
            if self.booked:  # who won a race is not Hypothesis's to know: it draws a number, whatever is booked
                key = sorted(self.booked)[number % len(self.booked)]
                rows(db, "UPDATE bookings SET status = 'cancelled' WHERE id = %s RETURNING 1", key)
                del self.booked[key]

        @invariant()
        def both_calendars_say_the_same(self) -> None:
            confirmed = {row["id"] for row in rows(db, "SELECT id FROM bookings WHERE status = 'confirmed'")}
            assert confirmed == set(self.booked)

        def _reserve(self, asked: dict[str, Wish]) -> dict[str, Outcome]:
            outcomes: dict[str, Outcome] = {}

            def ask(connection: Database, key: str, wish: Wish) -> None:
                outcomes[key] = self._ask(connection, key, wish)

            _at_once([(ask, (connection, *item)) for connection, item in zip(connections, asked.items(), strict=False)])
            return outcomes

        def _reserve_same(self, key: str, wish: Wish) -> list[Outcome]:
            outcomes: list[Outcome] = []
            _at_once([(lambda each: outcomes.append(self._ask(each, key, wish)), (each,)) for each in connections])
            return outcomes

        @staticmethod
        def _ask(connection: Database, key: str, wish: Wish) -> Outcome:
            starts_at: datetime = STARTS_AT + wish.starts * UNIT
            therapist: UUID = therapists[wish.therapist]
            client: UUID = clients[wish.client]
            given = reserve_input(
                key,
                starts_at,
                therapist_id=therapist,
                client_id=client,
                by=requested_by(),
                duration=wish.units * UNIT,
                buffer=UNIT,
            )
            return reserve(Stores(connection), given).outcome

        @classmethod
        def close(cls) -> None:
            for connection in connections:
                connection.close()
            db.close()

    return Calendar


def _at_once(calls: list[tuple[Callable[..., None], tuple[Any, ...]]]) -> None:
    threads = [threading.Thread(target=call, args=arguments) for call, arguments in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_postgresql_and_a_plain_calendar_agree(database: DatabaseConfig) -> None:
    machine = machine_for(database)
    try:
        run_state_machine_as_test(machine, settings=settings(max_examples=40, stateful_step_count=20, deadline=None))
    finally:
        machine.close()  # type: ignore[attr-defined]  # ours
