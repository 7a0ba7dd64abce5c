"""Therapists and operators need a second factor: without one their token says nothing of a group of theirs."""

from typing import Any
from unittest.mock import patch

import pytest

from booking.errors import ProviderUnavailable
from handlers import pre_token_generation
from handlers._outside import outside
from local import documents
from tests.fakes import FakeLogins, context

EVENT = documents.event("pre_token_generation")


def asked_for(logins: FakeLogins, *groups: str) -> Any:
    event = {**EVENT, "request": {**EVENT["request"], "groupConfiguration": {"groupsToOverride": [*groups]}}}
    with patch.dict(vars(outside), {"logins_of": {EVENT["userPoolId"]: logins}.__getitem__}):
        return pre_token_generation.handler(event, context("PreTokenGeneration"))


@pytest.mark.parametrize(
    ("groups", "left"),
    [(["operator"], []), (["therapist"], []), (["client", "therapist"], ["client"])],
)
def test_staff_without_a_second_factor_are_not_staff(groups: list[str], left: list[str]) -> None:
    details = asked_for(FakeLogins(), *groups)["response"]["claimsOverrideDetails"]
    assert details == {"groupOverrideDetails": {"groupsToOverride": left}}


def test_staff_with_a_second_factor_are() -> None:
    logins = FakeLogins(with_second_factor={EVENT["userName"]})
    for group in ("operator", "therapist"):
        assert asked_for(logins, group)["response"] == EVENT["response"], "as Cognito has it"


def test_nobody_else_is_looked_at_or_waits() -> None:
    logins = FakeLogins(broken=ProviderUnavailable("Cognito: away"))
    for groups in (["client"], []):
        assert asked_for(logins, *groups)["response"] == EVENT["response"]


def test_while_nobody_can_say_there_is_no_token_of_staff() -> None:
    with pytest.raises(ProviderUnavailable):
        asked_for(FakeLogins(broken=ProviderUnavailable("Cognito: away")), "operator")
