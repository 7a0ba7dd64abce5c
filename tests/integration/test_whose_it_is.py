"""Whose words, logins and records they are: what a copy of somebody's data has, and what erasing them leaves."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from psycopg2.extensions import connection as Connection

from booking.codes import Channel, Group, Language, OfferAnswer, WordsKind
from booking.contracts.changes import CancelBookingInput
from booking.contracts.clients import MergeBody
from booking.contracts.delivery import Delivered
from booking.contracts.holds import PreparePaymentInput
from booking.contracts.offers import SettleOfferInput
from booking.contracts.people import ClientBody
from booking.contracts.waitlist import OfferAnswerBody
from booking.contracts.words import NoteBody, ReasonBody
from booking.errors import ProviderUnavailable, Refusal
from booking.model import Requester
from booking.services.bookings.get_booking import get_booking
from booking.services.bookings.words import put_note, put_reason, put_staff_note
from booking.services.changes.cancel_booking import cancel_booking
from booking.services.logins.invite_client import invite_client
from booking.services.notifications.record_delivery import record_delivery
from booking.services.payments.prepare_payment import prepare_payment
from booking.services.people import clients, merge_clients
from booking.services.people.client_data import YEAR, delete_logins, forget_clients
from booking.services.waitlist.answer_offer import answer_offer
from booking.services.waitlist.offer_slots import offer_slots
from booking.services.waitlist.settle_offer import settle_offer
from booking.store import Stores
from booking.store.words import Written
from booking.versions import etag
from local import demo
from tests.asking import EXECUTION, NOW, STARTS_AT, reserve, reserve_input, validate_input
from tests.asking import body as request_body
from tests.fakes import FakeLogins, FakeTasks, FakeWorkflows, clock_at
from tests.holds import PRICE, Desk, asks_for, card_left, paid
from tests.integration.test_changes import STAFF, asked, cancel, move
from tests.integration.test_get_booking import must_not_be_asked
from tests.integration.test_own_record import BY_EMAIL, MARA, body, put
from tests.integration.test_resend import until_somebody_waits
from tests.integration.test_retention import act, everything
from tests.integration.test_waitlist import OPERATOR, join
from tests.rows import bookings, rows

CLIENT = Requester("sub-client", frozenset({Group.CLIENT}))
EVE = Requester("sub-other-client", frozenset({Group.CLIENT}))
THERAPIST = Requester("sub-therapist", frozenset({Group.THERAPIST}))
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
CARD = "SELECT customer_id, payment_method_id FROM holds"
NO_CARD = [{"customer_id": None, "payment_method_id": None}]


def seen(stores: Stores, by: Requester) -> Any:
    return get_booking(stores, FakeWorkflows(must_not_be_asked), by, "booking-1", clock_at(NOW))


def words_of(stores: Stores) -> tuple[str | None, str | None]:
    booking = seen(stores, OPERATOR)
    return booking.note, booking.staff_note


@pytest.fixture
def desk(stores: Stores, db: Connection) -> Desk:
    rows(db, "UPDATE services SET price_cents = %s RETURNING id", PRICE)
    return Desk(stores)


def is_client_too(db: Connection) -> None:
    """The therapist was a colleague's client, long ago: a record of her own, with her one login."""
    long_ago = "UPDATE clients SET user_sub = 'sub-therapist', created_at = %s WHERE id = %s RETURNING 1"
    rows(db, long_ago, NOW - 20 * YEAR, demo.OTHER_CLIENT_ID)


# -- Staff who are clients, too ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["asked for", "by themselves"])
def test_a_therapist_who_is_a_client_too_is_forgotten_as_a_client_only(
    stores: Stores, db: Connection, way: str
) -> None:
    is_client_too(db)
    put_note(stores, THERAPIST, "booking-1", NoteBody(text="Bring the report."), clock_at(NOW))
    reserve(stores, reserve_input(by=STAFF))  # she books for a client of hers
    put_staff_note(stores, THERAPIST, "booking-1", NoteBody(text="Was tired."), clock_at(NOW))
    if way == "asked for":
        assert act(stores, "erase", demo.OTHER_CLIENT_ID).outcome == "erased"
    else:
        assert forget_clients(stores, 10, clock_at(NOW)) == 1
    assert words_of(stores) == ("Bring the report.", "Was tired.")
    assert rows(db, "SELECT requested_by FROM bookings") == [{"requested_by": "sub-therapist"}]


def test_no_login_of_staff_is_named_for_deletion(stores: Stores, db: Connection) -> None:
    is_client_too(db)
    assert act(stores, "erase", demo.OTHER_CLIENT_ID).user_sub is None
    assert act(stores, "erase").user_sub == "sub-client", "a client's is"


def test_who_books_for_others_is_staff_without_a_record_as_a_therapist(stores: Stores, db: Connection) -> None:
    rows(db, "UPDATE clients SET user_sub = 'sub-desk' WHERE id = %s RETURNING 1", demo.OTHER_CLIENT_ID)
    reserve(stores, reserve_input(by={"sub": "sub-desk", "groups": "operator"}))
    assert act(stores, "erase", demo.OTHER_CLIENT_ID).user_sub is None
    assert rows(db, "SELECT requested_by FROM bookings") == [{"requested_by": "sub-desk"}]


@pytest.mark.parametrize("way", ["asked for", "by themselves"])
def test_the_login_of_who_was_erased_is_deleted_within_a_day(stores: Stores, db: Connection, way: str) -> None:
    logins = FakeLogins(broken=ProviderUnavailable("Cognito: TooManyRequestsException"))
    if way == "asked for":
        act(stores, "erase")
    else:
        rows(db, "UPDATE clients SET created_at = %s WHERE id = %s RETURNING 1", NOW - 20 * YEAR, demo.CLIENT_ID)
        forget_clients(stores, 10, clock_at(NOW))
    with pytest.raises(ProviderUnavailable):
        delete_logins(stores, logins, lambda: False)
    logins.broken = None
    assert delete_logins(stores, logins, lambda: True) == 0, "there is no time left"
    assert [delete_logins(stores, logins, lambda: False) for _ in range(2)] == [1, 0]
    assert logins.deleted == ["sub-client"]


def test_who_has_begun_again_with_their_old_login_keeps_it(stores: Stores, db: Connection) -> None:
    act(stores, "erase")
    rows(db, "UPDATE clients SET user_sub = 'sub-client' WHERE id = %s RETURNING 1", demo.OTHER_CLIENT_ID)
    logins = FakeLogins()
    assert (delete_logins(stores, logins, lambda: False), logins.deleted) == (0, [])


def test_who_books_for_themselves_is_no_staff_whatever_became_of_their_record(stores: Stores, db: Connection) -> None:
    """Their login was taken from the record, as it has to be before two are merged, and is another record's now."""
    reserve(stores, reserve_input())
    rows(db, "UPDATE clients SET user_sub = NULL WHERE id = %s RETURNING 1", demo.CLIENT_ID)
    rows(db, "UPDATE clients SET user_sub = 'sub-client' WHERE id = %s RETURNING 1", demo.OTHER_CLIENT_ID)
    assert act(stores, "erase", demo.OTHER_CLIENT_ID).user_sub == "sub-client"
    assert rows(db, "SELECT requested_by FROM bookings") == [{"requested_by": "erased"}]


# -- Who is erased stays so --------------------------------------------------------------------------------------------


def test_a_checkout_that_is_told_again_brings_no_card_back(stores: Stores, db: Connection, desk: Desk) -> None:
    asks_for(db, payment="card_on_file")
    reserve(stores, reserve_input())
    desk.record(card_left())
    desk.settle_payment()
    assert act(stores, "erase", at=STARTS_AT + DAY).outcome == "erased"
    assert rows(db, CARD) == NO_CARD
    desk.record(card_left())
    assert rows(db, CARD) == NO_CARD


def test_what_is_paid_late_books_nothing_and_goes_back(stores: Stores, db: Connection, desk: Desk) -> None:
    asks_for(db, payment="prepay")
    reserve(stores, reserve_input())
    desk.ends_unpaid()
    assert act(stores, "erase").outcome == "erased"
    desk.record(paid())
    assert bookings(db) == {"booking-1": "cancelled"}
    assert rows(db, "SELECT amount FROM payments WHERE purpose = 'refund' AND entry = 'intended'") == [
        {"amount": PRICE}
    ]


def test_a_fee_under_way_is_closed_for_want_of_a_card(stores: Stores, db: Connection, desk: Desk) -> None:
    asks_for(db, payment="card_on_file", late_fee_kind="percent", late_fee_value=50)
    reserve(stores, reserve_input())
    desk.record(card_left())
    desk.settle_payment()
    cancel(stores, at=STARTS_AT - HOUR)
    [fee] = rows(db, "SELECT key FROM payments_to_make")
    assert act(stores, "erase", at=STARTS_AT - HOUR).outcome == "erased"
    prepare_payment(stores, PreparePaymentInput(about="movement", key=fee["key"]), clock_at(NOW))
    assert rows(db, "SELECT key FROM payments_to_make") == []


def test_who_is_erased_while_they_are_invited_gets_no_login(stores: Stores, db: Connection) -> None:
    rows(db, "UPDATE clients SET user_sub = NULL WHERE id = %s RETURNING 1", demo.CLIENT_ID)

    class Slow(FakeLogins):
        def invite(self, address: str, group: Group, language: Language) -> str | None:
            assert act(stores, "erase").outcome == "erased"
            return super().invite(address, group, language)

    with pytest.raises(Refusal, match="has-login"):
        invite_client(stores, Slow(), OPERATOR, demo.CLIENT_ID, clock_at(NOW))
    assert rows(db, "SELECT user_sub FROM clients WHERE id = %s", demo.CLIENT_ID) == [{"user_sub": None}]


def test_nobody_is_written_into_an_erased_record(stores: Stores) -> None:
    assert act(stores, "erase").outcome == "erased"
    known = clients.get_client(stores, OPERATOR, demo.CLIENT_ID)
    contact = {"channel": "email", "address": "jonas.weber@example.com", "consented": True}
    again = {**known.model_dump(), "name": "Jonas Weber", "active": True, "contacts": [contact]}
    with pytest.raises(Refusal, match="client"):
        clients.change_client(
            stores, OPERATOR, demo.CLIENT_ID, ClientBody.model_validate(again), etag(known), clock_at(NOW)
        )


def test_who_was_invited_back_is_not_forgotten_that_night(stores: Stores, db: Connection) -> None:
    long_ago = "UPDATE clients SET created_at = %s, user_sub = NULL WHERE id = %s RETURNING 1"
    rows(db, long_ago, NOW - 20 * YEAR, demo.CLIENT_ID)
    invite_client(stores, FakeLogins(), OPERATOR, demo.CLIENT_ID, clock_at(NOW))
    assert forget_clients(stores, 10, clock_at(NOW + HOUR)) == 0


def test_who_answered_an_offer_is_in_no_table_any_more(stores: Stores, db: Connection) -> None:
    join(stores, "w-1")
    offer_slots(stores, FakeWorkflows(), clock_at(NOW))
    [offer] = rows(db, "SELECT booking_id FROM offers")
    declined = OfferAnswerBody(answer=OfferAnswer.DECLINE)
    answer_offer(stores, FakeTasks(), CLIENT, offer["booking_id"], declined, clock_at(NOW))
    settle_offer(stores, SettleOfferInput(booking_id=offer["booking_id"], execution=EXECUTION), clock_at(NOW))
    assert act(stores, "erase").outcome == "erased"
    assert "sub-client" not in everything(db)


# -- Whose words they are ----------------------------------------------------------------------------------------------


def test_a_copy_has_why_a_session_was_moved(stores: Stores) -> None:
    reserve(stores, reserve_input())
    put_reason(stores, CLIENT, "m-1", ReasonBody(text="My train is late."), clock_at(NOW))
    move(stores, STARTS_AT + 3 * HOUR, change_id="m-1")
    file = act(stores, "export").file
    assert file is not None
    [booking] = file["bookings"]
    assert [each["text"] for each in booking["words"]] == ["My train is late."]
    assert [(each["kind"], each["outcome"]) for each in booking["changes"]] == [("rescheduling", "moved")]


def test_a_copy_has_nothing_that_somebody_else_wrote_under_the_same_key(stores: Stores) -> None:
    put_note(stores, EVE, "booking-1", NoteBody(text="I am Eve."), clock_at(NOW))
    reserve(stores, reserve_input())
    assert "I am Eve" not in json.dumps(act(stores, "export").file)


@pytest.mark.parametrize("what", ["export", "erase"])
def test_what_was_cancelled_before_it_was_decided_is_the_clients(stores: Stores, db: Connection, what: str) -> None:
    put_note(stores, THERAPIST, "booking-1", NoteBody(text="Jonas would like the big room"), clock_at(NOW))
    put_reason(stores, THERAPIST, "c-1", ReasonBody(text="Jonas has called"), clock_at(NOW))
    pending = validate_input(request_body(client_id=demo.CLIENT_ID), STAFF)
    given = CancelBookingInput.model_validate(asked("booking-1", STAFF, NOW, "c-1", {}))
    cancel_booking(stores, FakeWorkflows(lambda _id: pending), FakeTasks(), given, clock_at(NOW))
    assert bookings(db) == {"booking-1": "cancelled"}
    forget_clients(stores, 100, clock_at(NOW + 2 * DAY))  # the sweep of loose words
    file = json.dumps(act(stores, "export").file)
    if what == "export":
        assert "big room" in file
        assert "has called" in file
    else:
        act(stores, "erase")
        assert "Jonas" not in everything(db)


def test_an_internal_reason_is_not_shown_to_who_was_declined(stores: Stores, db: Connection, desk: Desk) -> None:
    asks_for(db, approval="therapist")
    reserve(stores, reserve_input())
    reason = ReasonBody(text="I have no room left.", internal=True)
    put_reason(stores, THERAPIST, "booking-1", reason, clock_at(NOW))
    desk.answer("decline", THERAPIST)
    desk.settle_approval()
    assert seen(stores, CLIENT).reason is None
    assert seen(stores, THERAPIST).reason.text == "I have no room left."


def test_two_staff_notes_at_once_are_one(crew: list[Stores], stores: Stores, db: Connection) -> None:
    """The second waits for the first. Of two that were there before, the newer is shown."""
    reserve(stores, reserve_input())
    with ThreadPoolExecutor(1) as pool:
        with crew[0].transaction() as first:
            first.words.lock("booking-1")
            first.words.put("booking-1", WordsKind.STAFF_NOTE, Written("one"), "sub-therapist", NOW)
            second = pool.submit(put_staff_note, crew[1], OPERATOR, "booking-1", NoteBody(text="two"), clock_at(NOW))
            until_somebody_waits(db)
        second.result()
    assert rows(db, "SELECT body FROM booking_words") == [{"body": "two"}]
    with stores.autocommit() as store:
        store.words.put("booking-1", WordsKind.STAFF_NOTE, Written("three"), "sub-therapist", NOW + HOUR)
    assert seen(stores, THERAPIST).staff_note == "three"


# -- Two records of one person -----------------------------------------------------------------------------------------


def merged(stores: Stores, duplicate_id: Any) -> Any:
    merging = MergeBody(duplicate_id=duplicate_id)
    return merge_clients.merge_clients(stores, OPERATOR, demo.CLIENT_ID, merging, clock_at(NOW))


def test_who_wants_discreet_messages_gets_them_after_merging(stores: Stores, db: Connection) -> None:
    rows(db, "UPDATE clients SET user_sub = NULL WHERE id = %s RETURNING 1", demo.CLIENT_ID)
    own = put(stores, MARA, body(BY_EMAIL, discreet=True))
    assert merged(stores, own.client_id).discreet


def test_a_message_to_an_address_that_went_says_nothing_of_the_one_that_stays(stores: Stores, db: Connection) -> None:
    rows(db, "UPDATE client_contacts SET changed_at = '2020-01-01' RETURNING 1")
    rows(db, "UPDATE clients SET user_sub = NULL WHERE id = %s RETURNING 1", demo.OTHER_CLIENT_ID)
    reserve(stores, reserve_input(client_id=demo.OTHER_CLIENT_ID, by=STAFF))
    sent = "UPDATE notifications SET status = 'sent', claimed_at = %s, settled_at = %s"
    sent += " WHERE recipient = 'client' AND channel = 'email' RETURNING id"
    [told] = rows(db, sent, NOW - HOUR, NOW - HOUR)  # to lena.hoffmann@example.com
    merged(stores, demo.OTHER_CLIENT_ID)
    bounced = Delivered.model_validate({"notification_id": told["id"], "delivery": "bounced", "at": NOW + HOUR})
    record_delivery(stores, bounced, clock_at(NOW + HOUR))
    contacts = clients.get_client(stores, OPERATOR, demo.CLIENT_ID).contacts
    emails = [(each.address, each.undeliverable) for each in contacts if each.channel == Channel.EMAIL]
    assert emails == [("jonas.weber@example.com", None)]
