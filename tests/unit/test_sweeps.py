"""The time of a sweep."""

from datetime import UTC, datetime, timedelta

from handlers._runtime import sweep_clock


def test_an_event_that_comes_late_does_not_turn_the_clock_back_and_a_demo_may_turn_it_on() -> None:
    before = datetime.now(UTC)
    assert sweep_clock({"time": "2020-03-01T09:00:00Z"})() >= before
    ahead = before + timedelta(days=400)
    assert sweep_clock({"time": ahead.isoformat()})() == ahead
