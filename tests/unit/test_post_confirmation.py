"""Whoever proves an address has its login alone: the password that was chosen before is nobody's."""

from unittest.mock import patch

import pytest

from handlers import post_confirmation
from handlers._outside import outside
from local import documents
from tests.fakes import FakeLogins, context

EVENT = documents.event("post_confirmation")


@pytest.mark.parametrize(
    ("source", "forgotten"),
    [
        ("PostConfirmation_ConfirmSignUp", [EVENT["userName"]]),
        ("PostConfirmation_ConfirmForgotPassword", []),  # its owner has just chosen it
    ],
)
def test_the_password_of_a_sign_up_is_forgotten_and_no_other(source: str, forgotten: list[str]) -> None:
    logins = FakeLogins()
    event = {**EVENT, "triggerSource": source}
    with patch.dict(vars(outside), {"logins_of": {EVENT["userPoolId"]: logins}.__getitem__}):
        assert post_confirmation.handler(event, context("PostConfirmation")) == event, "Cognito asks for its own event"
    assert logins.forgotten == forgotten
