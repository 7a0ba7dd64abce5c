"""docs/scale.md's numbers: each part gives way where the table says, and prices are those of docs/cost.md."""

import pytest

from local import documents, scale

COST = (documents.ROOT / "docs" / "cost.md").read_text()


def test_what_gives_way_first_stands_first_and_each_gives_way_where_it_is_asked_for_all_there_is() -> None:
    parts = scale.parts()
    months = [part.gives_way_at for part in parts]
    assert months == sorted(months)
    for part in parts:
        assert part.asked(part.gives_way_at) == pytest.approx(part.limit)
        assert part.asked(part.gives_way_at * 2) > part.limit > part.asked(part.gives_way_at / 2)


def test_prices_are_those_of_the_page_on_costs() -> None:
    assert f"| **without texts** | | | **{scale.PER_BOOKING:.5f}** |" in COST
    assert (
        f"| {scale.PER_BOOKING_TEXTS:.4f} |" in COST.partition("| texts: confirmation and reminder")[2].splitlines()[0]
    )
    assert f"| **fixed** | | **{scale.FIXED}** |" in COST


def test_transitions_are_those_of_the_page_on_costs() -> None:
    [booking] = [line for line in COST.splitlines() if line.startswith("| a booking, three messages |")]
    [reminder] = [line for line in COST.splitlines() if line.startswith("| a reminder |")]
    assert booking.endswith(f"| {scale.TRANSITIONS} |")
    assert reminder.endswith(f"| {scale.REMINDER_TRANSITIONS} |")
    assert f"= {scale.TRANSITIONS_PAID - scale.TRANSITIONS} |" in COST


def test_a_sweep_of_reminders_is_as_large_and_as_often_as_the_table_has_it() -> None:
    from booking.services.notifications.reminders import BATCH

    events = documents.own_template()["Resources"]["StartRemindersFunction"]["Properties"]["Events"]
    [schedule] = [each["Properties"]["Schedule"] for each in events.values()]
    assert (BATCH, schedule) == (scale.SWEEP_STARTS, f"rate({scale.SWEEP_SECONDS // 60} minutes)")
