"""What staff do with the records of people: find them, make one of two, decide what clients ask."""

from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from psycopg2.extensions import connection as Connection

from booking import access
from booking.codes import Group
from booking.contracts.clients import ClientSearch, DataRequestPage, DecisionBody, MergeBody
from booking.contracts.me import DataRequestBody, MyRequestState
from booking.contracts.people import NewClientBody
from booking.errors import Refusal
from booking.model import Requester
from booking.services.bookings.get_booking import get_booking
from booking.services.people import clients, data_requests, merge_clients
from booking.services.people.client_data import forget_clients
from booking.services.people.me import me
from booking.services.people.number_codes import send_number_code
from booking.store import Stores
from booking.store.people import People
from local import demo
from tests.asking import NOW, STARTS_AT, requested_by, reserve, reserve_input
from tests.at_once import together
from tests.fakes import FakeLogins, FakeProvider, FakeWorkflows, clock_at
from tests.integration.test_changes import cancel
from tests.integration.test_get_booking import must_not_be_asked
from tests.integration.test_own_record import BY_EMAIL, BY_TEXT, put
from tests.integration.test_own_record import body as own
from tests.integration.test_retention import act, everything
from tests.integration.test_series import decide
from tests.integration.test_waitlist import CLIENT, OPERATOR, THERAPIST, join
from tests.rows import rows

FOLDED = {
    "Müller": "muller",
    "ŁÓDŹ": "lodz",
    "Straße": "strasse",
    "STRAẞE": "strasse",
    "Ἀθηνᾶ": "αθηνα",
    "ЩЕРБАКОВ": "щербаков",
    "O’Brien": "o'brien",
    "Ｊonas": "jonas",  # a letter of double width
    "神谷": "神谷",
    "Søren Ærø": "soren aero",
}
DIALLED = {
    "+49 170 1234567": "+491701234567",
    "0049 170/1234567": "+491701234567",
    "+49 (0)170 1234567": "+491701234567",
    "0170 12": "17012",
    "(212) 555-0100": "2125550100",
    "170": "170",
    "12": None,
    "Anna 12": None,
}
NATIONAL = {
    "+491701234567": "1701234567",
    "+12125550100": "2125550100",
    "+3531234567": "1234567",  # a country code of three digits
    "+390612345": "612345",
}


def test_names_and_numbers_are_folded_by_whatever_locale_the_database_has(db: Connection) -> None:
    tried: list[tuple[str, dict[str, Any]]] = [
        ("folded", FOLDED),
        ("folded_number", DIALLED),
        ("national_number", NATIONAL),
    ]
    for function, written in tried:
        asked = list(written)
        answered = rows(db, f"SELECT {function}(w) AS word FROM unnest(%s) AS w", asked)  # noqa: S608  # our own names
        assert dict(zip(asked, (row["word"] for row in answered), strict=True)) == written


def add(stores: Stores, name: str, *contacts: tuple[str, str], by: Requester = OPERATOR) -> UUID:
    given = [{"channel": channel, "address": address, "consented": True} for channel, address in contacts]
    body = NewClientBody.model_validate({"name": name, "time_zone": "Europe/Berlin", "contacts": given})
    return clients.add_client(stores, FakeLogins(), by, body, clock_at(NOW)).id


def found(stores: Stores, text: str, by: Requester = OPERATOR) -> set[str]:
    answer = clients.search_clients(stores, by, ClientSearch.model_validate({"text": text}))
    return {each.name for each in answer.clients}


FIND_ANNA = (
    *("anna", "Müller-Lüdenscheidt", "MULLER", "mueller", "mull ann", "ann mül", "lüd", "luedenscheidt anna"),
    *("anna.mueller@", "ANNA.MUELLER@example.com", "anna.mue müller"),
    *("+49170", "+49 170 1234567", "0049 (0)170 1234567", "0170 123", "170123", "Anna 0170"),
)
FIND_NOBODY = ("nna", "anna schmidt", "example.com", "+4417", "1234567", "%", "_", "\\", "a_n", "-", ".")


def test_somebody_is_found_by_the_beginnings_of_their_words_and_by_nothing_else(stores: Stores) -> None:
    add(stores, "Anna Müller-Lüdenscheidt", ("email", "Anna.Mueller@example.com"), ("sms", "+491701234567"))
    add(stores, "Annabel Mulligan")
    assert [text for text in FIND_ANNA if "Anna Müller-Lüdenscheidt" not in found(stores, text)] == []
    assert [text for text in FIND_NOBODY if found(stores, text)] == []


def test_a_therapist_finds_who_comes_to_them_and_a_client_nobody(stores: Stores) -> None:
    theirs, others = add(stores, "Anna Adam", by=THERAPIST), add(stores, "Anna Berg")
    assert found(stores, "anna", THERAPIST) == {"Anna Adam"}
    assert found(stores, "anna") == {"Anna Adam", "Anna Berg"}
    with pytest.raises(Refusal, match="forbidden"):
        found(stores, "anna", CLIENT)
    assert [len(duplicates(stores, each)) for each in (theirs, others)] == [0, 0]


def test_what_is_found_comes_in_pages(stores: Stores) -> None:
    ids = sorted(add(stores, f"Zoe {letter}") for letter in "abc")
    seen, cursor = list[UUID](), None
    for _ in range(4):
        asked = ClientSearch.model_validate({"text": "zoe", "limit": 2, "cursor": cursor})
        page = clients.search_clients(stores, OPERATOR, asked)
        seen, cursor = [*seen, *(each.id for each in page.clients)], page.next
        if cursor is None:
            break
    assert seen == ids


def test_words_follow_the_name_the_address_and_the_end(stores: Stores, db: Connection) -> None:
    one = add(stores, "Anna Müller", ("email", "anna@example.com"))
    rows(db, "UPDATE clients SET name = 'Berta Maier' WHERE id = %s RETURNING 1", one)
    rows(db, "UPDATE client_contacts SET address = 'berta@example.com' WHERE client_id = %s RETURNING 1", one)
    assert (found(stores, "anna"), found(stores, "berta@")) == (set(), {"Berta Maier"})
    act(stores, "erase", one)
    assert rows(db, "SELECT word FROM client_words WHERE client_id = %s", one) == []


def test_among_many_the_index_is_asked(stores: Stores, db: Connection) -> None:
    rows(
        db,
        "INSERT INTO clients (name, time_zone) SELECT 'Person' || n || ' Name' || n %% 97, 'UTC' "
        "FROM generate_series(1, 3000) AS n RETURNING 1",
    )
    rows(db, "ANALYZE clients, client_words; SELECT 1 AS one")
    with db.cursor() as cursor:
        cursor.execute("LOAD 'auto_explain'; SET auto_explain.log_min_duration = 0; SET client_min_messages = log")
    plans = People(db)
    db.notices.clear()
    assert len(plans.found_clients("person12 name", access.visible_clients(OPERATOR, None, None), None, 50)) > 1
    plan = "".join(str(each) for each in db.notices)
    assert "client_words_by_prefix" in plan
    assert "Seq Scan on client_words" not in plan
    assert "Seq Scan on clients" not in plan


# -- Two records of one person -----------------------------------------------------------------------------------------


def duplicates(stores: Stores, client_id: UUID, by: Requester = OPERATOR) -> list[tuple[str, list[str]]]:
    listed = merge_clients.list_duplicates(stores, by, client_id).duplicates
    return [(each.client.name, [str(reason) for reason in each.because]) for each in listed]


def merge(stores: Stores, into: UUID, duplicate: UUID, by: Requester = OPERATOR) -> Any:
    return merge_clients.merge_clients(stores, by, into, MergeBody(duplicate_id=duplicate), clock_at(NOW))


def test_likely_duplicates_are_seen_by_what_they_have_in_common(stores: Stores) -> None:
    known = add(stores, "Mara Kleín", ("email", "mara@example.com"), ("sms", "+491701234567"))
    add(stores, "MARA KLEIN", ("email", "Mara@Example.com"))
    add(stores, "Mama Klein", ("sms", "+491701234567"))
    add(stores, "Mara Kleinert", ("email", "mara+x@example.com"))
    assert duplicates(stores, known) == [("MARA KLEIN", ["email", "name"]), ("Mama Klein", ["sms"])]


def test_merging_leaves_one_record_with_what_both_had(stores: Stores, db: Connection) -> None:
    """Staff know Lena; she has signed up by herself, booked, waits, and asks for her data."""
    login = Requester("sub-mara", frozenset({Group.CLIENT}), "mara@example.com")
    mine = put(stores, login, own(BY_EMAIL, BY_TEXT, consents=[{"kind": "privacy", "version": "3"}])).client_id
    assert mine is not None
    known = add(stores, "Mara Klein", ("email", "old@example.com"))
    decide(stores, "b-1", by=requested_by("sub-mara", ""))
    join(stores, "w-1", login)
    data_requests.ask_for_my_data(stores, login, DataRequestBody.model_validate({"kind": "export"}), clock_at(NOW))
    merged = merge(stores, known, mine)
    assert (merged.id, merged.user_sub, merged.confirmed) == (known, "sub-mara", True)
    assert [(each.address, each.unproven) for each in merged.contacts] == [
        ("old@example.com", False),
        ("+491701234567", True),
    ]
    of_mine = me(stores, login)
    assert (of_mine.client_id, [each.kind for each in of_mine.requests]) == (known, ["export"])
    assert of_mine.record is not None
    assert [(each.kind, each.version) for each in of_mine.record.consents] == [
        *(("contact_email", "2032-01"), ("contact_sms", "2032-01"), ("privacy", "3")),
    ]
    assert rows(db, "SELECT client_id FROM bookings UNION SELECT client_id FROM waitlist") == [{"client_id": known}]
    assert get_booking(stores, FakeWorkflows(must_not_be_asked), login, "b-1", clock_at(NOW)).client_id == known
    with pytest.raises(Refusal, match="client-not-found"):
        clients.get_client(stores, OPERATOR, mine)
    assert found(stores, "mara") == {"Mara Klein"}
    file = act(stores, "export", known).file
    assert file is not None
    assert [each["act"] for each in file["acts"]] == ["merged", "exported"]
    assert ([each["booking_id"] for each in file["bookings"]], len(file["consents"])) == (["b-1"], 4)
    for again in (mine, known):
        with pytest.raises(Refusal, match="rule-broken"):
            merge(stores, known, again)


def test_two_with_logins_or_with_sessions_at_one_time_are_not_merged(stores: Stores, db: Connection) -> None:
    with pytest.raises(Refusal, match="logins-of-both"):
        merge(stores, demo.CLIENT_ID, demo.OTHER_CLIENT_ID)
    rows(db, "UPDATE clients SET user_sub = NULL WHERE id = %s RETURNING 1", demo.OTHER_CLIENT_ID)
    reserve(stores, reserve_input("b-1"))
    reserve(stores, reserve_input("b-2", client_id=demo.OTHER_CLIENT_ID, therapist_id=demo.OTHER_THERAPIST_ID))
    with pytest.raises(Refusal, match="sessions-overlap") as refused:
        merge(stores, demo.CLIENT_ID, demo.OTHER_CLIENT_ID)
    assert refused.value.more["bookings"] == [
        {"booking_id": "b-1", "other_id": "b-2", "starts_at": "2032-03-03T09:00:00+00:00"}
    ]
    for nobody in (UUID(int=9),):
        with pytest.raises(Refusal, match="client-not-found"):
            merge(stores, nobody, demo.CLIENT_ID)
    with pytest.raises(Refusal, match="client-not-found"):
        merge(stores, demo.CLIENT_ID, demo.OTHER_CLIENT_ID, by=Requester("x", frozenset({Group.THERAPIST})))


def test_who_books_while_they_are_merged_has_the_session_under_the_record_that_stays(
    crew: list[Stores], stores: Stores, db: Connection
) -> None:
    rows(db, "UPDATE clients SET user_sub = NULL WHERE id = %s RETURNING 1", demo.OTHER_CLIENT_ID)

    def book(own: Stores, number: int) -> Any:
        start, by = STARTS_AT + timedelta(hours=number), requested_by()
        return decide(own, f"b-{number}", start, by).outcome

    calls = [partial(merge, into=demo.OTHER_CLIENT_ID, duplicate=demo.CLIENT_ID)]
    calls += [partial(book, number=number) for number in range(len(crew) - 1)]
    said = together(crew, calls)
    assert said[0].user_sub == "sub-client"
    assert set(said[1:]) <= {"reserved", "rejected"}
    whose = rows(db, "SELECT DISTINCT client_id FROM bookings WHERE status = 'confirmed'")
    assert whose in ([], [{"client_id": demo.OTHER_CLIENT_ID}])


# -- What clients ask the practice to do with their data ---------------------------------------------------------------


def asks(stores: Stores, kind: str, by: Requester = CLIENT) -> MyRequestState:
    body = DataRequestBody.model_validate({"kind": kind})
    return next(
        each for each in data_requests.ask_for_my_data(stores, by, body, clock_at(NOW)).requests if each.kind == kind
    )


def decided(stores: Stores, request_id: UUID, decision: str, reason: str | None = None) -> Any:
    body = DecisionBody.model_validate({"decision": decision, "reason": reason})
    return data_requests.decide_client_request(stores, OPERATOR, request_id, body, clock_at(NOW))


def open_requests(stores: Stores, **page: Any) -> list[tuple[UUID, str]]:
    listed = data_requests.list_client_requests(stores, OPERATOR, DataRequestPage.model_validate(page))
    return [(each.client_id, str(each.kind)) for each in listed.requests]


def test_an_export_is_asked_for_granted_and_fetched(stores: Stores, db: Connection) -> None:
    with pytest.raises(Refusal, match="forbidden"):
        data_requests.get_my_export(stores, CLIENT, clock_at(NOW))
    first = asks(stores, "export")
    assert asks(stores, "export") == first, "asking twice is asking once"
    assert open_requests(stores) == [(demo.CLIENT_ID, "export")]
    assert decided(stores, first.request_id, "granted").decision == "granted"
    assert decided(stores, first.request_id, "granted").decision == "granted"
    with pytest.raises(Refusal, match="request-decided"):
        decided(stores, first.request_id, "refused")
    file = data_requests.get_my_export(stores, CLIENT, clock_at(NOW)).file
    assert file["client"]["name"] == "Jonas Weber"
    assert data_requests.export_client(stores, OPERATOR, demo.CLIENT_ID, clock_at(NOW)).file["contacts"]
    acts = rows(db, "SELECT act, actor FROM client_acts ORDER BY id")
    assert [tuple(each.values()) for each in acts] == [("exported", "client"), ("exported", "sub-operator")]
    with pytest.raises(Refusal, match="forbidden"):
        data_requests.get_my_export(stores, CLIENT, clock_at(NOW + timedelta(days=31)))
    assert open_requests(stores) == []
    assert open_requests(stores, open="false") == [(demo.CLIENT_ID, "export")]


def test_a_deletion_is_refused_with_a_reason_and_another_granted_when_no_sessions_are_to_come(
    stores: Stores, db: Connection
) -> None:
    first = asks(stores, "deletion")
    decided(stores, first.request_id, "refused", "There is a bill to be paid")
    [said] = me(stores, CLIENT).requests
    assert (said.decision, said.reason) == ("refused", "There is a bill to be paid")
    second = asks(stores, "deletion")
    assert second.request_id != first.request_id
    reserve(stores, reserve_input())
    with pytest.raises(Refusal, match="sessions-to-come"):
        decided(stores, second.request_id, "granted")
    assert me(stores, CLIENT).requests[0].decision is None, "nothing half-done"
    cancel(stores)
    asks(stores, "export")
    assert decided(stores, second.request_id, "granted").login_to_delete == "sub-client"
    assert me(stores, CLIENT).record is None
    assert open_requests(stores) == [], "who is gone waits for nothing"
    assert "bill" not in everything(db)


def test_requests_wait_in_order_and_in_pages(stores: Stores) -> None:
    other = Requester("sub-other-client", frozenset({Group.CLIENT}))
    for by, kind in ((CLIENT, "export"), (other, "export"), (CLIENT, "deletion")):
        asks(stores, kind, by)
    seen, cursor = list[UUID](), None
    for _ in range(3):
        page = data_requests.list_client_requests(
            stores, OPERATOR, DataRequestPage.model_validate({"limit": 1, "cursor": cursor})
        )
        seen, cursor = [*seen, page.requests[0].request_id], page.next
    assert (len(set(seen)), cursor) == (3, None)
    with pytest.raises(Refusal, match="invalid-parameter"):
        data_requests.list_client_requests(
            stores, OPERATOR, DataRequestPage.model_validate({"cursor": "2032-01-01T00:00:00Z~x"})
        )
    with pytest.raises(Refusal, match="forbidden"):
        data_requests.list_client_requests(stores, CLIENT, DataRequestPage())


def test_who_is_erased_leaves_no_code_consent_of_theirs_or_invitation(stores: Stores, db: Connection) -> None:
    login = Requester("sub-mara", frozenset({Group.CLIENT}), "mara@example.com")
    mine = put(stores, login, own(BY_EMAIL, BY_TEXT)).client_id
    assert mine is not None
    send_number_code(stores, FakeProvider(), login, clock_at(NOW))
    file = act(stores, "export", mine).file
    assert file is not None
    assert [each["number"] for each in file["number_codes"]] == ["+491701234567"]
    assert {(each["kind"], each["version"]) for each in file["consents"]} == {
        *(("contact_email", "2032-01"), ("contact_sms", "2032-01")),
    }
    act(stores, "erase", mine)
    left = everything(db)
    for personal in ("Mara", "mara", "+491701234567", "1701234567"):
        assert personal not in left


def test_codes_are_forgotten_after_a_day_or_two(stores: Stores, db: Connection) -> None:
    put(stores, Requester("sub-mara", frozenset({Group.CLIENT})), own(BY_TEXT))
    send_number_code(stores, FakeProvider(), Requester("sub-mara", frozenset({Group.CLIENT})), clock_at(NOW))
    for days, left in ((1, 1), (3, 0)):
        forget_clients(stores, 10, clock_at(NOW + timedelta(days=days)))
        assert len(rows(db, "SELECT FROM number_codes")) == left
