"""The answer and the wait for it: whichever comes second finds the other."""

from datetime import UTC, datetime

from booking.contracts.offers import AwaitAnswerInput
from booking.errors import ProviderUnavailable
from booking.services.waitlist.await_answer import await_answer
from local import demo
from tests.fakes import FakeTasks
from tests.workflow.machine import Workflow
from tests.workflow.offers import CLIENT, Offers

STARTS_AT = next(demo.starts(datetime.now(UTC)))


def test_an_answer_that_is_faster_than_the_wait_ends_it_at_once(booking: Workflow) -> None:
    offers = Offers(booking)
    offers.join("w-1", CLIENT, STARTS_AT)
    [booking_id] = offers.sweep()
    offers.answer(booking_id, "accept")
    ended = booking.wait(offers.start_now(booking_id))
    assert ended.output["decision"]["outcome"] == "accepted"


def test_an_answer_that_could_not_wake_the_workflow_is_kept_and_wakes_it_when_it_is_given_again(
    booking: Workflow,
) -> None:
    offers = Offers(booking)
    offers.join("w-1", CLIENT, STARTS_AT)
    [booking_id] = offers.sweep()
    arn = offers.start_now(booking_id)
    offers.wait_for_token(booking_id)
    real, booking.tasks.tasks = booking.tasks.tasks, FakeTasks(unreachable=ProviderUnavailable("Step Functions"))
    try:
        offers.answer(booking_id, "accept")
        raise AssertionError("Step Functions is away")
    except ProviderUnavailable:
        booking.tasks.tasks = real
    offers.answer(booking_id, "accept")
    assert booking.wait(arn).output["decision"]["outcome"] == "accepted"


def test_a_wait_that_begins_again_is_woken_by_its_new_token(booking: Workflow) -> None:
    offers, tasks = Offers(booking), FakeTasks()
    offers.join("w-1", CLIENT, STARTS_AT)
    [booking_id] = offers.sweep()
    for token in ("first", "second"):
        await_answer(offers.stores, tasks, AwaitAnswerInput(booking_id=booking_id, task_token=token))
    assert tasks.succeeded == []
    booking.tasks.tasks = tasks
    offers.answer(booking_id, "accept")
    assert tasks.succeeded == [("second", "{}")]
