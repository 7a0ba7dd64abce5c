"""The wait list on real PostgreSQL: whose turn it is, what is held for whom, and sweeps that meet."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from psycopg2.extensions import connection as Connection

from booking.codes import Group, OfferAnswer, Outcome, WaitingStatus
from booking.contracts.offers import AwaitAnswerInput, SettleOfferInput
from booking.contracts.waitlist import OfferAnswerBody, WaitlistBody, WaitlistEntry, WaitlistQuery
from booking.errors import ProviderUnavailable, Refusal
from booking.model import UNANSWERED_OFFERS_MAX, Requester
from booking.services.waitlist import entries
from booking.services.waitlist.answer_offer import answer_offer, get_offer
from booking.services.waitlist.await_answer import await_answer
from booking.services.waitlist.offer_slots import OVERDUE, STALLED, STOP_BEFORE, offer_slots
from booking.services.waitlist.settle_offer import settle_offer
from booking.store import Stores
from booking.store.calendars import Calendars
from booking.store.offers import OPEN_OFFERS_MAX
from booking.store.waitlist import OFFERS_LISTED
from local import demo
from tests.asking import EXECUTION, NOW, STARTS_AT, reserve, reserve_input
from tests.at_once import together
from tests.fakes import FakeTasks, FakeWorkflows, clock_at
from tests.integration.test_changes import cancel, move
from tests.integration.test_races import clients
from tests.rows import bookings, letter_of, rows

CLIENT, OTHER = (Requester(sub, frozenset({Group.CLIENT})) for sub in ("sub-client", "sub-other-client"))
THERAPIST, OTHER_THERAPIST = (
    Requester(sub, frozenset({Group.THERAPIST})) for sub in ("sub-therapist", "sub-other-therapist")
)
OPERATOR = Requester("sub-operator", frozenset({Group.OPERATOR}))
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SESSION = timedelta(minutes=50)
LIMIT = 2 * HOUR


def asked(
    *windows: tuple[datetime, datetime], therapist_id: UUID | None = demo.THERAPIST_ID, client_id: UUID | None = None
) -> WaitlistBody:
    return WaitlistBody.model_validate(
        {
            "service_id": demo.SERVICE_ID,
            "therapist_id": therapist_id,
            "client_id": client_id,
            "windows": [{"starts_at": start.isoformat(), "ends_at": end.isoformat()} for start, end in windows],
        }
    )


THE_SLOT = (STARTS_AT, STARTS_AT + SESSION)


def join(
    stores: Stores, entry_id: str, requester: Requester = CLIENT, body: WaitlistBody | None = None, at: datetime = NOW
) -> WaitlistEntry:
    return entries.join(stores, requester, entry_id, body or asked(THE_SLOT), clock_at(at))


def sweep(stores: Stores, now: datetime = NOW) -> list[str]:
    """The offers that were made, or still have to be started."""
    workflows = FakeWorkflows()
    offer_slots(stores, workflows, clock_at(now))
    return list(workflows.started)


def settle(stores: Stores, booking_id: str) -> Outcome:
    return settle_offer(stores, SettleOfferInput(booking_id=booking_id, execution=EXECUTION), clock_at(NOW)).outcome


def answer(stores: Stores, booking_id: str, what: str, requester: Requester = CLIENT, at: datetime = NOW) -> None:
    answer_offer(stores, FakeTasks(), requester, booking_id, OfferAnswerBody(answer=OfferAnswer(what)), clock_at(at))


def waited_for(db: Connection) -> None:
    """The workflows of all offers wait for their answers."""
    rows(db, "UPDATE offers SET task_token = 'token' RETURNING 1")


def test_what_is_offered_is_held_and_after_a_no_it_is_bookable_again(stores: Stores, db: Connection) -> None:
    join(stores, "w-1")
    [booking_id] = sweep(stores)
    assert bookings(db) == {booking_id: "held"}
    other = reserve_input("b-1", client_id=demo.OTHER_CLIENT_ID)
    assert reserve(stores, other).outcome == Outcome.SLOT_TAKEN
    answer(stores, booking_id, "decline")
    assert settle(stores, booking_id) == settle(stores, booking_id) == "declined"
    assert reserve(stores, reserve_input("b-2", client_id=demo.OTHER_CLIENT_ID)).outcome == Outcome.RESERVED


def test_first_come_first_served_and_nobody_is_asked_twice_for_the_same_time(stores: Stores, db: Connection) -> None:
    join(stores, "late", OTHER, at=NOW + MINUTE)
    join(stores, "early", CLIENT, at=NOW)
    now, heard = NOW + 2 * MINUTE, []
    for _ in range(2):
        [booking_id] = sweep(stores, now)
        heard.append(rows(db, "SELECT entry_id FROM offers WHERE outcome IS NULL")[0]["entry_id"])
        assert settle(stores, booking_id) == "expired"
    assert heard == ["early", "late"]
    assert sweep(stores, now) == []


def test_each_of_two_entries_gets_a_time_of_its_own(stores: Stores, db: Connection) -> None:
    both = asked((STARTS_AT, STARTS_AT + 2 * HOUR))
    join(stores, "w-1", CLIENT, both)
    join(stores, "w-2", OTHER, both, at=NOW + MINUTE)
    assert len(sweep(stores, NOW + 2 * MINUTE)) == 2
    starts = rows(db, "SELECT client_id, lower(during) AS start FROM bookings ORDER BY 2")
    assert [row["client_id"] for row in starts] == [demo.CLIENT_ID, demo.OTHER_CLIENT_ID]
    assert [row["start"] for row in starts] == [STARTS_AT, STARTS_AT + HOUR]  # ten minutes' buffer, on the grid


def test_nobody_is_offered_anything_in_their_night_and_no_offer_ends_in_it(stores: Stores, db: Connection) -> None:
    zones = "UPDATE clients SET time_zone = CASE id WHEN %s THEN 'Asia/Tokyo' ELSE 'Europe/London' END RETURNING 1"
    rows(db, zones, str(demo.CLIENT_ID))
    later = asked((STARTS_AT + 48 * HOUR, STARTS_AT + 48 * HOUR + SESSION))
    join(stores, "asleep", CLIENT, later)
    join(stores, "awake", OTHER, later, at=NOW + MINUTE)
    night = STARTS_AT.astimezone(UTC).replace(hour=14)  # 23:00 in Tokyo
    assert len(sweep(stores, night)) == 1
    [offer] = rows(db, "SELECT entry_id, expires_at FROM offers")
    assert offer == {"entry_id": "awake", "expires_at": night + LIMIT}, "not whose turn it was"
    rows(db, "UPDATE offers SET outcome = 'declined' RETURNING 1")
    rows(db, "UPDATE bookings SET status = 'cancelled' RETURNING 1")
    evening, workflows = night + 21 * HOUR, FakeWorkflows()  # 20:00 in Tokyo
    offer_slots(stores, workflows, clock_at(evening))
    [offer] = rows(db, "SELECT expires_at FROM offers WHERE entry_id = 'asleep'")
    assert offer["expires_at"] == evening + 13 * HOUR, "an hour today, an hour tomorrow"


def test_an_entry_has_one_offer_at_a_time(stores: Stores, db: Connection) -> None:
    join(stores, "w-1", body=asked((STARTS_AT, STARTS_AT + 8 * HOUR)))
    [first] = sweep(stores)
    assert sweep(stores) == [first], "its workflow was not seen to wait: it is started again under its name"
    waited_for(db)
    assert sweep(stores) == []
    assert len(bookings(db)) == 1


@pytest.mark.parametrize(("notice", "offered"), [(60, 1), (60 * 24 * 2, 0)])
def test_no_offer_of_what_is_too_soon_for_who_answers_last(
    stores: Stores, db: Connection, notice: int, offered: int
) -> None:
    rows(db, "UPDATE therapists SET minimum_notice_minutes = %s RETURNING 1", notice)
    rows(db, "UPDATE clients SET time_zone = 'Asia/Tokyo' RETURNING 1")  # where it is day by then
    join(stores, "w-1")
    assert len(sweep(stores, STARTS_AT - LIMIT - HOUR)) == offered


def test_a_minute_later_it_is_too_soon(stores: Stores) -> None:
    join(stores, "w-1")
    assert sweep(stores, STARTS_AT - LIMIT - HOUR + MINUTE) == []


def test_any_therapist_who_offers_the_service_will_do(stores: Stores, db: Connection) -> None:
    reserve(stores, reserve_input("b-1", client_id=demo.OTHER_CLIENT_ID))
    at_night = (
        datetime.fromisoformat("2032-03-03T00:00:00+00:00"),
        datetime.fromisoformat("2032-03-04T00:00:00+00:00"),
    )
    join(stores, "w-1", body=asked(at_night, therapist_id=None))
    [booking_id] = sweep(stores)
    offer = get_offer(stores, CLIENT, booking_id)
    assert offer.therapist_id == demo.OTHER_THERAPIST_ID, "in Tokyo the day begins earlier"


def test_who_has_a_session_then_is_offered_another_time(stores: Stores) -> None:
    reserve(stores, reserve_input("b-1", therapist_id=demo.OTHER_THERAPIST_ID))
    join(stores, "w-1", body=asked((STARTS_AT, STARTS_AT + 2 * HOUR)))
    [booking_id] = sweep(stores)
    assert get_offer(stores, CLIENT, booking_id).starts_at >= STARTS_AT + SESSION


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE client_contacts SET consented_at = NULL RETURNING 1",
        "UPDATE client_contacts SET undeliverable = 'bounced' RETURNING 1",
        "UPDATE client_contacts SET muted = '{slot_offered}' RETURNING 1",
        "UPDATE clients SET active = false RETURNING 1",
        "UPDATE therapists SET active = false RETURNING 1",
    ],
)
def test_nothing_is_held_for_who_can_not_be_told(stores: Stores, db: Connection, change: str) -> None:
    join(stores, "w-1")
    rows(db, change)
    assert sweep(stores) == []


def test_sweeps_that_meet_hold_everything_once(crew: list[Stores], stores: Stores, db: Connection) -> None:
    for number, client_id in enumerate(clients(db, 12)):
        rows(
            db,
            "INSERT INTO client_contacts (client_id, channel, address, consented_at)"
            " VALUES (%s, 'email', 'x@example.com', now()) RETURNING 1",
            client_id,
        )
        join(stores, f"w-{number}", OPERATOR, asked((STARTS_AT, STARTS_AT + 4 * HOUR), client_id=client_id))
    for _ in range(10):
        together(crew, [sweep] * len(crew))
        held = rows(db, "SELECT entry_id FROM offers JOIN bookings ON bookings.id = booking_id WHERE status = 'held'")
        assert len(held) == len({row["entry_id"] for row in held}) == 3, "an hour each, and at noon nobody works"
        rows(db, "DELETE FROM notifications RETURNING 1")
        rows(db, "DELETE FROM offers RETURNING 1")
        rows(db, "UPDATE bookings SET status = 'cancelled' RETURNING 1")


def test_an_answer_meets_the_end_and_one_of_them_holds(crew: list[Stores], stores: Stores, db: Connection) -> None:
    ended: Counter[str] = Counter()
    for number in range(60):
        start = STARTS_AT + timedelta(days=number // 6, hours=(0, 1, 3, 4, 5, 6)[number % 6])
        join(stores, f"w-{number}", body=asked((start, start + SESSION)))
        [booking_id] = sweep(stores)
        waited_for(db)

        def accept(own: Stores, booking_id: str = booking_id) -> str:
            try:
                answer(own, booking_id, "accept")
            except Refusal:
                return "over"
            return "kept"

        said, outcome = together(crew, [accept, partial(settle, booking_id=booking_id)])
        expected = {"kept": ("accepted", "confirmed"), "over": ("expired", "cancelled")}[said]
        if (said, outcome) == ("kept", "expired"):
            raise AssertionError("an answer that was kept was lost")
        assert (outcome, bookings(db)[booking_id]) == expected
        ended[outcome] += 1
        rows(db, "UPDATE waitlist SET status = 'left' RETURNING 1")
    assert sum(ended.values()) == 60


def test_after_its_end_an_offer_is_not_answered_any_more(stores: Stores) -> None:
    join(stores, "w-1")
    [booking_id] = sweep(stores)
    with pytest.raises(Refusal, match="offer-over"):
        answer(stores, booking_id, "accept", at=NOW + LIMIT)
    answer(stores, booking_id, "accept", at=NOW + LIMIT - MINUTE)
    answer(stores, booking_id, "accept", at=NOW + LIMIT)  # the same again
    with pytest.raises(Refusal, match="offer-answered"):
        answer(stores, booking_id, "decline")


def test_an_offer_whose_workflow_has_failed_is_settled_by_a_sweep(stores: Stores, db: Connection) -> None:
    join(stores, "w-1")
    [booking_id] = sweep(stores)
    waited_for(db)
    assert offer_slots(stores, FakeWorkflows(), clock_at(NOW + LIMIT + OVERDUE)).settled == 0
    assert offer_slots(stores, FakeWorkflows(), clock_at(NOW + LIMIT + OVERDUE + MINUTE)).settled == 1
    assert bookings(db) == {booking_id: "cancelled"}
    assert settle(stores, booking_id) == "expired", "and a redrive hears the same"


def test_what_is_held_is_neither_cancelled_nor_moved_but_answered(stores: Stores, db: Connection) -> None:
    join(stores, "w-1")
    [booking_id] = sweep(stores)
    for refused in (cancel(stores, booking_id), move(stores, STARTS_AT + HOUR, booking_id)):
        assert (refused.outcome, refused.reasons[0].code) == ("refused", "booking_held")
    assert bookings(db) == {booking_id: "held"}


def test_leaving_declines_and_is_success_twice(stores: Stores, db: Connection) -> None:
    join(stores, "w-1")
    [booking_id] = sweep(stores)
    waited_for(db)
    tasks = FakeTasks()
    for _ in range(2):
        entries.leave(stores, tasks, CLIENT, "w-1", clock_at(NOW))
    assert tasks.succeeded == [("token", "{}")] * 2
    assert settle(stores, booking_id) == "declined"
    assert entries.get_entry(stores, CLIENT, "w-1").status == "left"
    entries.leave(stores, tasks, CLIENT, "w-1", clock_at(NOW))
    assert sweep(stores) == []


def test_who_leaves_after_accepting_has_the_session(stores: Stores) -> None:
    join(stores, "w-1")
    [booking_id] = sweep(stores)
    answer(stores, booking_id, "accept")
    entries.leave(stores, FakeTasks(), CLIENT, "w-1", clock_at(NOW))
    assert settle(stores, booking_id) == "accepted"


def test_an_entry_whose_times_are_past_is_over(stores: Stores) -> None:
    join(stores, "w-1")
    sweep(stores, STARTS_AT)
    assert entries.get_entry(stores, CLIENT, "w-1").status == "waiting"
    sweep(stores, STARTS_AT + SESSION)
    assert entries.get_entry(stores, CLIENT, "w-1").status == "over"


def test_an_offer_there_is_none_of_is_over(stores: Stores) -> None:
    tasks = FakeTasks()
    await_answer(stores, tasks, AwaitAnswerInput(booking_id="none", task_token="token"))
    assert tasks.succeeded == [("token", "{}")]
    assert settle(stores, "none") == Outcome.EXPIRED


# -- Who may, and what -----------------------------------------------------------------------------------------------


def test_asking_twice_under_one_key_is_one_entry_and_for_another_thing_a_conflict(stores: Stores) -> None:
    assert join(stores, "w-1") == join(stores, "w-1", at=NOW + HOUR)
    with pytest.raises(Refusal, match="idempotency-key-used"):
        join(stores, "w-1", body=asked((STARTS_AT, STARTS_AT + HOUR)))
    with pytest.raises(Refusal, match="idempotency-key-used"):
        join(stores, "w-1", OTHER)


def test_everyone_sees_their_own(stores: Stores) -> None:
    join(stores, "mine")
    join(stores, "anyones", OTHER, asked(THE_SLOT, therapist_id=None), at=NOW + MINUTE)

    def seen(requester: Requester, status: WaitingStatus | None = None) -> list[str]:
        return [each.entry_id for each in entries.list_entries(stores, requester, WaitlistQuery(status=status)).entries]

    assert seen(CLIENT) == ["mine"]
    assert seen(OTHER) == ["anyones"]
    assert seen(THERAPIST) == ["mine"]
    assert seen(OTHER_THERAPIST) == []
    assert seen(OPERATOR) == ["mine", "anyones"]
    assert seen(OPERATOR, WaitingStatus.LEFT) == []
    page = entries.list_entries(stores, OPERATOR, WaitlistQuery(limit=1))
    again = entries.list_entries(stores, OPERATOR, WaitlistQuery(limit=1, cursor=page.next))
    assert [each.entry_id for each in (*page.entries, *again.entries)] == ["mine", "anyones"]
    assert again.next is None
    entries.leave(stores, FakeTasks(), OTHER, "anyones", clock_at(NOW))
    [booking_id] = sweep(stores, NOW + MINUTE)
    for act in (partial(entries.get_entry, stores, OTHER, "mine"), partial(get_offer, stores, OTHER, booking_id)):
        with pytest.raises(Refusal, match="not-found"):
            act()
    with pytest.raises(Refusal, match="not-found"):
        entries.leave(stores, FakeTasks(), OTHER, "mine", clock_at(NOW))
    with pytest.raises(Refusal, match="not-found"):
        answer(stores, booking_id, "accept", OTHER)
    answer(stores, booking_id, "decline", THERAPIST)


def test_staff_wait_for_their_clients_and_nobody_for_anyone_elses(stores: Stores) -> None:
    for_other = asked(THE_SLOT, client_id=demo.OTHER_CLIENT_ID)
    assert join(stores, "w-1", THERAPIST, for_other).client_id == demo.OTHER_CLIENT_ID
    for requester in (CLIENT, OTHER_THERAPIST):
        with pytest.raises(Refusal, match="forbidden"):
            join(stores, "w-2", requester, for_other)
    with pytest.raises(Refusal, match="forbidden"):
        join(stores, "w-3", THERAPIST, asked(THE_SLOT, therapist_id=None, client_id=demo.OTHER_CLIENT_ID))


def test_what_can_never_be_offered_is_refused_with_the_reason(stores: Stores) -> None:
    nobody = UUID(int=9)
    for body, said in (
        (asked((NOW - HOUR, NOW)), "windows: all of them are past"),
        (asked(THE_SLOT, therapist_id=nobody), "therapist_id names no therapist."),
        (asked(THE_SLOT).model_copy(update={"service_id": nobody}), "service_id names no service."),
    ):
        with pytest.raises(Refusal, match="rule-broken") as broken:
            join(stores, "w-1", body=body)
        assert said in broken.value.detail
    with pytest.raises(Refusal, match="rule-broken"):
        join(stores, "w-1", Requester("sub-stranger", frozenset({Group.CLIENT})))


def test_nobody_waits_for_everything(stores: Stores) -> None:
    for number in range(entries.ENTRIES_MAX):
        join(stores, f"w-{number}")
    with pytest.raises(Refusal, match="rule-broken"):
        join(stores, "one-more")
    assert join(stores, "w-3").entry_id == "w-3", "what is there already is no more"


def test_an_offer_that_was_accepted_is_booked_and_told_though_its_workflow_has_failed(
    stores: Stores, db: Connection
) -> None:
    """The e-mail's provider was down for good, the text had arrived, and the client said yes."""
    join(stores, "w-1")
    [booking_id] = sweep(stores)
    answer(stores, booking_id, "accept")
    assert sweep(stores, NOW + MINUTE) == [booking_id], "its own workflow may still come to it"
    assert bookings(db) == {booking_id: "held"}
    workflows = FakeWorkflows()
    offer_slots(stores, workflows, clock_at(NOW + STALLED + MINUTE))
    assert bookings(db) == {booking_id: "confirmed"}
    given = workflows.started[f"accepted-{booking_id}"]
    assert given["decision"]["outcome"] == "accepted"
    told = rows(db, "SELECT id FROM notifications WHERE event = 'booking_confirmed'")
    assert {each["notification_id"] for each in given["decision"]["notifications"]} == {str(row["id"]) for row in told}
    rows(db, "UPDATE notifications SET status = 'sent' RETURNING 1")
    assert sweep(stores, NOW + STALLED + 6 * MINUTE) == []


def test_what_was_declined_is_free_soon_though_its_workflow_has_failed(stores: Stores) -> None:
    join(stores, "w-1")
    [booking_id] = sweep(stores)
    answer(stores, booking_id, "decline")
    offer_slots(stores, FakeWorkflows(), clock_at(NOW + STALLED + MINUTE))
    assert reserve(stores, reserve_input("b-2", client_id=demo.OTHER_CLIENT_ID)).outcome == Outcome.RESERVED


def test_a_sweep_that_was_slow_does_not_offer_again_what_was_just_declined(stores: Stores) -> None:
    join(stores, "w-1")
    with stores.autocommit() as store:
        [known] = store.offers.entries_to_offer(NOW, None, 10)
    [booking_id] = sweep(stores)
    answer(stores, booking_id, "decline")
    settle(stores, booking_id)
    with stores.transaction() as store:
        store.waitlist.lock_entry(known.entry_id)
        fresh = store.offers.entry_to_offer(known.entry_id, NOW)
    assert fresh is not None
    assert (known.offered_before, len(fresh.offered_before)) == ({}, 1)
    assert sweep(stores) == []


# -- The measure -----------------------------------------------------------------------------------------------------

A_WEEK = asked((STARTS_AT, STARTS_AT + timedelta(days=7)))


def told(db: Connection) -> None:
    """The offers' messages have left."""
    rows(db, "UPDATE notifications SET status = 'sent' WHERE event = 'slot_offered' RETURNING 1")


def left_unanswered(stores: Stores, db: Connection, number: int) -> int:
    """So many sweeps, after each of which nobody answers; how many offers they made."""
    made = 0
    for _ in range(number):
        offers = sweep(stores)
        told(db)
        made += len(offers)
        for booking_id in offers:
            assert settle(stores, booking_id) == "expired"
    return made


def test_who_never_answers_is_asked_no_more_until_they_say_so(stores: Stores, db: Connection) -> None:
    """Tried: 84 offers in a week, day and night, to one who never answered."""
    join(stores, "w-1", body=A_WEEK)
    join(stores, "w-2", body=A_WEEK)
    assert left_unanswered(stores, db, 10) <= UNANSWERED_OFFERS_MAX + 1
    for requester in (CLIENT, THERAPIST, OPERATOR):
        shown = entries.get_entry(stores, requester, "w-1")
        assert (shown.status, shown.paused_at is None) == ("waiting", False)
    resumed = entries.resume(stores, CLIENT, "w-1")
    assert resumed == entries.resume(stores, CLIENT, "w-1")
    assert resumed.paused_at is None
    assert entries.get_entry(stores, CLIENT, "w-2").paused_at is None, "all that they wait for"
    assert len(sweep(stores)) == OPEN_OFFERS_MAX


def test_a_therapist_goes_on_with_the_entry_that_names_them_and_with_no_other(stores: Stores, db: Connection) -> None:
    join(stores, "theirs", body=A_WEEK)
    join(stores, "anyones", body=A_WEEK.model_copy(update={"therapist_id": None}))
    left_unanswered(stores, db, 5)
    for requester, entry_id in (
        (OTHER, "theirs"),
        (THERAPIST, "anyones"),
        (OTHER_THERAPIST, "theirs"),
        (CLIENT, "none"),
    ):
        with pytest.raises(Refusal, match="not-found"):
            entries.resume(stores, requester, entry_id)
    assert entries.resume(stores, THERAPIST, "theirs").paused_at is None
    assert entries.get_entry(stores, CLIENT, "anyones").paused_at is not None


@pytest.mark.parametrize("sign", ["answer", "join"])
def test_a_sign_of_life_ends_the_silence(stores: Stores, db: Connection, sign: str) -> None:
    join(stores, "w-1", body=A_WEEK)
    assert left_unanswered(stores, db, UNANSWERED_OFFERS_MAX - 1) == UNANSWERED_OFFERS_MAX - 1
    if sign == "answer":
        [booking_id] = sweep(stores)
        answer(stores, booking_id, "decline")
        settle(stores, booking_id)
    else:
        join(stores, "w-2")
        entries.leave(stores, FakeTasks(), CLIENT, "w-2", clock_at(NOW))
    assert left_unanswered(stores, db, UNANSWERED_OFFERS_MAX - 1) == UNANSWERED_OFFERS_MAX - 1
    assert entries.get_entry(stores, CLIENT, "w-1").paused_at is None


def test_an_offer_that_nobody_was_told_of_is_not_the_clients_silence(stores: Stores) -> None:
    join(stores, "w-1", body=A_WEEK)
    for _ in range(2 * UNANSWERED_OFFERS_MAX):
        [booking_id] = sweep(stores)
        settle(stores, booking_id)
    assert entries.get_entry(stores, CLIENT, "w-1").paused_at is None


def test_the_client_reads_in_the_last_offer_that_it_is_the_last(stores: Stores, db: Connection) -> None:
    join(stores, "w-1", body=A_WEEK)
    said = []
    for _ in range(UNANSWERED_OFFERS_MAX):
        [booking_id] = sweep(stores)
        [message] = rows(db, "SELECT id FROM notifications WHERE booking_id = %s AND channel = 'sms'", booking_id)
        said.append(letter_of(stores, message["id"]).pauses_unanswered)
        told(db)
        settle(stores, booking_id)
    assert said == [False] * (UNANSWERED_OFFERS_MAX - 1) + [True]
    assert sweep(stores) == []


def test_twenty_entries_of_one_client_hold_no_twenty_times(crew: list[Stores], stores: Stores, db: Connection) -> None:
    for number in range(entries.ENTRIES_MAX):
        join(stores, f"w-{number}", body=A_WEEK)
    together(crew, [sweep] * len(crew))
    assert list(bookings(db).values()) == ["held"] * OPEN_OFFERS_MAX
    sweep(stores)
    assert list(bookings(db).values()) == ["held"] * OPEN_OFFERS_MAX


def test_an_entry_lists_its_newest_offers_and_counts_all(stores: Stores, db: Connection) -> None:
    join(stores, "w-1", body=A_WEEK)
    for number in range(OFFERS_LISTED + 15):
        [booking_id] = sweep(stores, NOW + number * MINUTE)
        settle(stores, booking_id)
    for shown in (
        entries.get_entry(stores, CLIENT, "w-1"),
        entries.list_entries(stores, CLIENT, WaitlistQuery()).entries[0],
    ):
        assert (len(shown.offers), shown.offers_made) == (OFFERS_LISTED, OFFERS_LISTED + 15)
        assert shown.offers[-1].booking_id == booking_id
        assert [each.expires_at for each in shown.offers] == sorted(each.expires_at for each in shown.offers)


# -- Sweeps that are cut off -----------------------------------------------------------------------------------------


def many_wait(stores: Stores, db: Connection, number: int) -> None:
    """Each for a time of their own, in the order of their names."""
    for each, client_id in enumerate(clients(db, number)):
        rows(
            db,
            "INSERT INTO client_contacts (client_id, channel, address, consented_at)"
            " VALUES (%s, 'email', 'x@example.com', now()) RETURNING 1",
            client_id,
        )
        start = STARTS_AT + timedelta(days=each)
        body = asked((start, start + SESSION), client_id=client_id)
        join(stores, f"w-{each}", OPERATOR, body, NOW + each * timedelta(seconds=1))


def test_a_sweep_that_is_cut_off_leaves_one_held_and_untold_and_the_next_one_starts_with_it(
    stores: Stores, db: Connection
) -> None:
    many_wait(stores, db, 3)
    cut_off = FakeWorkflows(starts_left=1)
    with pytest.raises(ProviderUnavailable):
        offer_slots(stores, cut_off, clock_at(NOW))
    assert len(cut_off.started) == 1
    [untold] = set(bookings(db)) - set(cut_off.started)
    waited_for_only(db, *cut_off.started)
    assert sweep(stores)[0] == untold
    assert len(bookings(db)) == 3


def waited_for_only(db: Connection, *booking_ids: str) -> None:
    for booking_id in booking_ids:
        rows(db, "UPDATE offers SET task_token = 'token' WHERE booking_id = %s RETURNING 1", booking_id)


def clock_of(looks: int) -> Any:
    """How much time a sweep's function has left: enough at the first ``looks`` times that it asks, then too little."""
    left = iter([STOP_BEFORE] * looks)
    return lambda: next(left, STOP_BEFORE - MINUTE)


def test_a_sweep_stops_before_its_time_is_out_and_the_next_one_goes_on_there(stores: Stores, db: Connection) -> None:
    many_wait(stores, db, 5)
    rows(db, "UPDATE therapists SET active = false RETURNING 1")  # nothing can be offered
    assert not offer_slots(stores, FakeWorkflows(), clock_at(NOW), clock_of(2)).is_complete
    rows(db, "UPDATE therapists SET active = true RETURNING 1")
    order = []
    for _ in range(3):
        workflows = FakeWorkflows()
        swept = offer_slots(stores, workflows, clock_at(NOW), clock_of(2))
        assert swept.made == len(workflows.started) > 0
        order += [
            rows(db, "SELECT entry_id FROM offers WHERE booking_id = %s", each)[0]["entry_id"]
            for each in workflows.started
        ]
        waited_for(db)
    assert order == ["w-2", "w-3", "w-4", "w-0", "w-1"], "after the two that were looked at, and then these"
    assert offer_slots(stores, FakeWorkflows(), clock_at(NOW)).is_complete
    assert rows(db, "SELECT name FROM sweeps") == []


def test_a_full_calendar_is_read_once_for_all_who_wait_for_it(
    stores: Stores, db: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tried: 73 ms for each entry beside a full calendar."""
    many_wait(stores, db, 12)
    rows(db, "DELETE FROM availability RETURNING 1")
    read = []
    of = Calendars.of

    def counted(own: Calendars, *asked: Any) -> Any:
        read.append(asked)
        return of(own, *asked)

    monkeypatch.setattr(Calendars, "of", counted)
    assert sweep(stores) == []
    assert len(read) == 1


def test_who_is_erased_while_a_sweep_looks_is_no_deadlock(crew: list[Stores], stores: Stores, db: Connection) -> None:
    many_wait(stores, db, 12)
    ids = [row["client_id"] for row in rows(db, "SELECT client_id FROM waitlist")]

    def erase(own: Stores) -> str:
        for client_id in ids:
            with own.transaction() as store:
                store.retention.lock_client(client_id)
                store.retention.erase(client_id, NOW)
        return "erased"

    together(crew, [sweep, erase, sweep])
    assert sweep(stores, NOW + LIMIT + OVERDUE + MINUTE) == []
    assert {row["status"] for row in rows(db, "SELECT status FROM waitlist")} <= {"left", "waiting"}
