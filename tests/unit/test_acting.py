"""An operator's act: recorded before it is done, and what was refused too, whatever is tried again."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from pydantic import ValidationError

from booking.codes import ACT_REFUSED, Act, ActReason, Recorded
from booking.contracts.operators import OperatorAct, RecordActInput
from booking.contracts.traces import Machine
from booking.errors import NotRedrivable, ProviderRefused, ProviderUnavailable
from booking.services.operations.acting import Acted, recorded
from booking.services.operations.resending import resend
from tests.asking import acting
from tests.fakes import FakeActRecords, FakeExecutions

WORDS = "the provider is back"


def test_an_act_is_recorded_before_it_is_done() -> None:
    records, act = FakeActRecords(), acting()
    acted = recorded(records, act, WORDS, lambda: len(records.acts))
    assert acted == Acted(Recorded.IN_HISTORY, result=1)
    assert acted.is_done
    assert list(records.acts.values()) == [(act, WORDS)]


def test_what_nothing_records_is_not_done() -> None:
    done = list[str]()
    with pytest.raises(ProviderUnavailable):
        recorded(FakeActRecords(broken=ProviderUnavailable("SQS")), acting(), WORDS, lambda: done.append("redriven"))
    assert done == []


@pytest.mark.parametrize(
    ("error", "refusal"),
    [
        (ProviderRefused("Step Functions: ExecutionLimitExceeded", "ExecutionLimitExceeded"), "ExecutionLimitExceeded"),
        (ProviderUnavailable("Step Functions: ConnectTimeoutError"), "ProviderUnavailable"),
        (ProviderUnavailable("Step Functions: InternalFailure", "InternalFailure"), "ProviderUnavailable"),
        (ProviderUnavailable("Step Functions: Throttling", "Throttling", throttled=True), "Throttling"),
        (NotRedrivable("Jonas's own words"), "NotRedrivable"),
    ],
)
def test_a_refusal_is_recorded_too_by_its_name_alone(error: Exception, refusal: str) -> None:
    records, act = FakeActRecords(), acting()

    def refuse() -> None:
        raise error

    acted = recorded(records, act, WORDS, refuse, lambda: datetime(2027, 3, 1, tzinfo=UTC))
    assert not acted.is_done
    assert (acted.error, acted.refusal, acted.refusal_recorded) == (error, refusal, Recorded.IN_HISTORY)
    (first, _), (second, _) = records.acts.values()
    assert (first.act, second.act) == (Act.REDRIVEN, ACT_REFUSED)
    assert (second.act_id, second.subject, second.refusal) == (act.act_id, act.subject, refusal)
    assert "Jonas" not in second.model_dump_json()


def test_a_refusal_that_nothing_records_is_said() -> None:
    records = FakeActRecords()

    def refuse() -> None:
        records.broken = ProviderUnavailable("SQS")
        raise NotRedrivable("no")

    acted = recorded(records, acting(), WORDS, refuse)
    assert (acted.refusal, acted.refusal_recorded) == ("NotRedrivable", None)


def test_a_resend_that_is_asked_for_twice_is_one_execution_and_one_act() -> None:
    records, executions, act = FakeActRecords(where=Recorded.IN_QUEUE), FakeExecutions(), acting(Act.RESENT, None)
    message = UUID(int=7)
    first = resend(executions, records, act, WORDS, "b-1", message)
    assert resend(executions, records, act, WORDS, "b-1", message) == first
    arn = executions.arn(Machine.RESEND, f"resend-{act.act_id}")
    assert first == Acted(Recorded.IN_QUEUE, result=arn)
    [(kept, _)] = records.acts.values()
    assert (kept.booking_id, kept.subject) == ("b-1", arn)
    assert {name for name, _ in executions.started} == {f"resend-{act.act_id}"}


def test_what_passes_a_queue_has_no_room_for_words() -> None:
    given = acting().model_dump(mode="json")
    for wrong in (
        {"reason": WORDS},
        {"code": WORDS},
        {"subject": "Jonas called about his session"},
        {"act": "act_refused", "refusal": "Jonas called"},
        {"refusal": "AccessDenied"},  # of an act that was not refused
        {"act": "act_refused"},
        {"booking_id": "Jonas Weber"},
        {"at": "2027-03-01T09:00:00"},
    ):
        with pytest.raises(ValidationError):
            OperatorAct.model_validate({**given, **wrong})


def test_an_older_bookingctl_is_still_recorded() -> None:
    """It says what it has done, and knows neither codes nor ids of acts."""
    given = {"booking_id": "b-1", "act": "rerun", "actor": "me", "execution": "arn:x", "reason": WORDS}
    act = RecordActInput.model_validate(given)
    assert (act.subject, act.code, act.reason) == ("arn:x", ActReason.OTHER, WORDS)
    assert RecordActInput.model_validate({**given, "execution": ""}).subject == "booking:b-1"
