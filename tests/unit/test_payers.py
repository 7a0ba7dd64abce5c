"""Who pays in make chaos: that each meets their fate, once, however often they look."""

from types import SimpleNamespace
from typing import Any

import psycopg2
import pytest

from local import payers
from local.api import Answer
from local.payers import FATES, Payers


class World:
    """A hold for each fate, and what was done about them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.is_away = False
        self.woken: list[str] = []
        self.pressed: list[tuple[str, str]] = []
        self.cancelled: list[tuple[str, str]] = []
        self.confirmed: list[str] = []
        self.holds = [{"booking_id": str(n), "checkout_url": f"http://s/{n}", "task_token": f"t{n}"} for n in range(7)]
        exceptions = SimpleNamespace(TaskTimedOut=KeyError, InvalidToken=KeyError)
        states = SimpleNamespace(send_task_success=self._wake, exceptions=exceptions)
        users = {"client": {"id_token": "c"}, "therapist": {"id_token": "t"}}
        stack = {"stripe_url": "", "api_url": "", "users": users}
        monkeypatch.setattr(payers, "press_pay", lambda _, page, card: self.pressed.append((page[-1], card)))
        monkeypatch.setattr(payers, "call", self._called)
        self.payers = Payers(states, stack, self._rows, lambda _: "client")

    def _wake(self, taskToken: str, output: str) -> None:  # noqa: N803  # as boto3 has it
        assert output == "{}"
        self.woken.append(taskToken)

    def _rows(self, query: str, *_: object) -> list[dict[str, Any]]:
        if self.is_away:
            raise psycopg2.OperationalError
        if "FROM holds" in query:
            return self.holds
        return [{"id": each} for each in self.confirmed] if "confirmed" in query else []

    def _called(self, _: str, url: str, *, token: str, headers: dict[str, str], body: object) -> Answer:
        self.cancelled.append((url.split("/")[3], token))
        return Answer(202, {}, {}, url)


def test_each_meets_their_fate_once(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(monkeypatch)
    for _ in range(2):
        world.payers.act()
    assert [world.payers.fates[str(n)] for n in range(7)] == list(FATES)
    assert world.pressed == [("0", "4242"), ("2", "4242"), ("3", "0002"), ("3", "4242"), ("5", "4242"), ("6", "0002")]
    assert world.woken == ["t1", "t6"], "who has left: their half hour is over"
    assert world.cancelled == [("4", "c")]
    world.holds, world.confirmed = [], ["0", "2", "3", "5"]
    for _ in range(2):
        world.payers.act()
    assert world.cancelled == [("4", "c"), ("2", "c"), ("5", "t")], "one by the client, one by the practice"


def test_who_looks_while_postgresql_is_away_looks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(monkeypatch)
    world.is_away = True
    world.payers.act()
    assert world.payers.fates == {}
    world.is_away = False
    world.payers.act()
    assert len(world.payers.fates) == 7
