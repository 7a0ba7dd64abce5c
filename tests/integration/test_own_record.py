"""Clients come by themselves: the record they make, what it may cost, and nobody becomes somebody else.

The attacks are those of docs/security.md, "Becoming somebody else".
"""

from collections import Counter
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from psycopg2.extensions import connection as Connection
from pydantic import ValidationError

from booking.codes import Group, UndeliverableReason
from booking.contracts.clients import ClientsQuery
from booking.contracts.me import MeAnswer, MeBody, NumberCodeBody
from booking.contracts.people import ClientBody, NewClientBody
from booking.errors import ProviderUnavailable, Refusal, Undeliverable
from booking.model import Requester
from booking.notices import Sender
from booking.services.bookings.reserve_slot import reserve_slot
from booking.services.notifications.send_notification import deliver
from booking.services.people import clients
from booking.services.people.me import me, put_me
from booking.services.people.number_codes import MAX_TRIES, confirm_number, send_number_code
from booking.store import Stores
from booking.versions import etag
from local import demo
from tests.asking import NOW, STARTS_AT, requested_by, reserve_input
from tests.at_once import together
from tests.fakes import FakeLogins, FakeProvider, FakeProviders, clock_at
from tests.integration.test_limits import limit, limits_of
from tests.integration.test_series import decide
from tests.rows import rows

MARA = Requester("sub-mara", frozenset({Group.CLIENT}), "mara@example.com")
EVE = Requester("sub-eve", frozenset({Group.CLIENT}), "eve@example.com")
OPERATOR = Requester("sub-operator", frozenset({Group.OPERATOR}))
NUMBER = "+491701234567"
BY_EMAIL = {"channel": "email", "address": "mara@example.com", "consented": True}
BY_TEXT = {"channel": "sms", "address": NUMBER, "consented": True}
AGREED = {
    "email": {"kind": "contact_email", "version": "2032-01"},
    "sms": {"kind": "contact_sms", "version": "2032-01"},
}
DAY = timedelta(days=1)


def body(*contacts: dict[str, Any], **fields: Any) -> MeBody:
    consents = [*fields.pop("consents", []), *(AGREED[each["channel"]] for each in contacts if each["consented"])]
    said = {"name": "Mara Klein", "time_zone": "Europe/Berlin", "contacts": contacts, "consents": consents}
    return MeBody.model_validate({**said, **fields})


def put(stores: Stores, by: Requester, given: MeBody, **at: Any) -> MeAnswer:
    return put_me(stores, by, given, etag(me(stores, by)), clock_at(at.get("at", NOW)))


def invited(db: Connection, address: str | None, client_id: UUID = demo.OTHER_CLIENT_ID) -> None:
    statement = "UPDATE clients SET user_sub = NULL, invited_address = %s, invited_at = now() WHERE id = %s RETURNING 1"
    rows(db, statement, address, client_id)


# -- A record of one's own -------------------------------------------------------------------------------------------


def test_who_has_signed_up_makes_their_record_and_books(stores: Stores) -> None:
    [reason] = decide(stores, "b-1", by=requested_by("sub-mara", "")).reasons
    assert (reason.code, "PUT /v1/me" in reason.message) == ("client_record_missing", True)
    nobody = me(stores, MARA)
    assert (nobody.record, nobody.client_id, nobody.address) == (None, None, "mara@example.com")
    made = put(stores, MARA, body(BY_EMAIL, consents=[{"kind": "privacy", "version": "7"}]))
    assert made.record is not None
    assert (made.record.name, made.confirmed) == ("Mara Klein", False)
    assert [(each.kind, each.version) for each in made.record.consents] == [
        ("contact_email", "2032-01"),
        ("privacy", "7"),
    ]
    assert made == me(stores, MARA), "what PUT answers is what GET does, ETag and all"
    assert decide(stores, "b-2", by=requested_by("sub-mara", "")).outcome == "reserved"


def test_putting_the_same_again_is_success_and_something_else_needs_the_version(stores: Stores) -> None:
    before = etag(me(stores, MARA))
    made = put_me(stores, MARA, body(BY_EMAIL), before, clock_at(NOW))
    assert put_me(stores, MARA, body(BY_EMAIL), before, clock_at(NOW + DAY)) == made
    with pytest.raises(Refusal, match="changed-meanwhile"):
        put_me(stores, MARA, body(BY_EMAIL, discreet=True), before, clock_at(NOW))
    with pytest.raises(Refusal, match="if-match-missing"):
        put_me(stores, MARA, body(BY_EMAIL, discreet=True), None, clock_at(NOW))
    assert made.record is not None
    changed = put(stores, MARA, body(BY_EMAIL, discreet=True, name="Mara Kleine"))
    assert changed.record is not None
    assert (changed.record.discreet, changed.record.name, changed.client_id) == (True, "Mara Kleine", made.client_id)


def test_what_get_answers_can_be_put_again(stores: Stores) -> None:
    made = put(stores, MARA, body(BY_EMAIL, BY_TEXT))
    assert made.record is not None
    again = MeBody.model_validate(made.record.model_dump(mode="json"))
    assert put_me(stores, MARA, again, '"another"', clock_at(NOW)) == made


def test_two_at_once_make_one_record(crew: list[Stores], stores: Stores, db: Connection) -> None:
    version = etag(me(stores, MARA))
    calls = [partial(put_me, requester=MARA, body=body(BY_EMAIL), if_match=version, clock=clock_at(NOW))] * len(crew)
    made = together(crew, calls)
    assert len({each.client_id for each in made}) == 1
    assert len(rows(db, "SELECT FROM clients WHERE user_sub = 'sub-mara'")) == 1


def test_a_name_is_ones_own_until_staff_have_confirmed_the_person(stores: Stores) -> None:
    made = put(stores, MARA, body(BY_EMAIL))
    assert made.client_id is not None
    assert clients.confirm_client(stores, OPERATOR, made.client_id, clock_at(NOW)).confirmed
    with pytest.raises(Refusal, match="forbidden") as refused:
        put(stores, MARA, body(BY_EMAIL, name="Somebody Else"))
    assert "name" in refused.value.detail
    assert put(stores, MARA, body(BY_EMAIL, discreet=True)).confirmed


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"user_sub": "sub-client"}, "user_sub"),
        ({"id": str(demo.CLIENT_ID)}, "id"),
        ({"confirmed": True}, "confirmed"),
        ({"consents": [AGREED["email"], AGREED["email"]]}, "each kind once"),
        ({"consents": [{"kind": "contact_email", "version": "a b"}]}, "version"),
        ({"name": "Ma\u202era"}, "name"),
        ({"name": "x" * 100_000}, "name"),
    ],
)
def test_bad_input_names_the_field_and_the_rule(given: dict[str, Any], named: str) -> None:
    with pytest.raises(ValidationError) as broken:
        MeBody.model_validate({**body(BY_EMAIL).model_dump(mode="json"), **given})
    assert named in str(broken.value)


NOT_AGREED: list[tuple[list[dict[str, Any]], list[dict[str, Any]], str]] = [
    ([BY_EMAIL], [], "must have contact_email if, and only if,"),
    ([{**BY_EMAIL, "consented": False}], [AGREED["email"]], "must have contact_email if, and only if,"),
    ([], [AGREED["email"]], "must not have contact_email without that contact"),
    ([BY_EMAIL], [{"kind": "contact_email", "version": None}], "contact_email must name the version of its text"),
    ([], [{"kind": "privacy", "version": None}], "privacy must name the version of its text"),
]


def test_nothing_is_agreed_to_without_a_text(stores: Stores) -> None:
    for contacts, consents, rule in NOT_AGREED:
        with pytest.raises(Refusal, match="rule-broken") as broken:
            put(stores, MARA, body().model_copy(update=_read(contacts, consents)))
        assert broken.value.detail.startswith(f"consents: {rule}")
    assert me(stores, MARA).record is None


def _read(contacts: list[dict[str, Any]], consents: list[dict[str, Any]]) -> dict[str, Any]:
    said = {"name": "Mara", "time_zone": "UTC", "contacts": contacts, "consents": consents}
    return dict(MeBody.model_validate(said))


def test_what_staff_have_entered_stays_without_a_text_and_a_new_address_needs_one(stores: Stores) -> None:
    jonas = Requester("sub-client", frozenset({Group.CLIENT}))
    record = me(stores, jonas).record
    assert record is not None
    assert {each.version for each in record.consents} == {None}
    same = MeBody.model_validate({**record.model_dump(mode="json"), "discreet": True})
    kept = put(stores, jonas, same).record
    assert kept is not None
    assert kept.consents == record.consents
    elsewhere = [{**each, "address": "+447700900777"} for each in record.model_dump(mode="json")["contacts"][1:]]
    moved = {**record.model_dump(mode="json"), "contacts": elsewhere, "consents": record.model_dump()["consents"][1:]}
    with pytest.raises(Refusal, match="rule-broken"):
        put(stores, jonas, MeBody.model_validate(moved))
    agreed = put(stores, jonas, MeBody.model_validate({**moved, "consents": [AGREED["sms"]]})).record
    assert agreed is not None
    assert [(each.kind, each.version) for each in agreed.consents] == [("contact_sms", "2032-01")]


def test_consents_keep_the_texts_version_and_the_time_and_what_was_taken_back(stores: Stores, db: Connection) -> None:
    privacy = {"kind": "privacy", "version": "1"}
    made = put(stores, MARA, body(BY_EMAIL, consents=[privacy]))
    put(stores, MARA, body(BY_EMAIL, consents=[{**privacy, "version": "2"}]), at=NOW + DAY)
    put(stores, MARA, body({**BY_EMAIL, "consented": False}), at=NOW + 2 * DAY)
    said = rows(db, "SELECT kind, given, version, at FROM consents WHERE client_id = %s ORDER BY id", made.client_id)
    assert [tuple(each.values()) for each in said] == [
        ("contact_email", True, "2032-01", NOW),
        ("privacy", True, "1", NOW),
        ("privacy", True, "2", NOW + DAY),
        ("contact_email", False, "2032-01", NOW + 2 * DAY),
        ("privacy", False, "2", NOW + 2 * DAY),
    ]
    with pytest.raises(Exception, match="append-only"):
        rows(db, "UPDATE consents SET version = '3' RETURNING 1")


def test_a_consent_that_staff_enter_or_take_back_is_recorded_without_a_version(stores: Stores, db: Connection) -> None:
    known = clients.get_client(stores, OPERATOR, demo.CLIENT_ID)
    less = known.model_copy(update={"contacts": [each for each in known.contacts if each.channel == "email"]})
    for wanted in (known, less):
        given = ClientBody.model_validate(wanted.model_dump(mode="json"))
        version = etag(clients.get_client(stores, OPERATOR, demo.CLIENT_ID))
        clients.change_client(stores, OPERATOR, demo.CLIENT_ID, given, version, clock_at(NOW))
    said = rows(db, "SELECT kind, given, version, said_by FROM consents ORDER BY id")
    assert [tuple(each.values()) for each in said] == [
        ("contact_email", True, None, "staff"),
        ("contact_sms", True, None, "staff"),
        ("contact_sms", False, None, "staff"),
    ]


# -- Taking over what staff have made ---------------------------------------------------------------------------------


def test_who_was_invited_takes_over_the_record_that_staff_made_once(stores: Stores, db: Connection) -> None:
    invited(db, "Mara@Example.com")
    contacts = "SELECT channel, address FROM client_contacts WHERE client_id = %s ORDER BY channel"
    before = rows(db, contacts, demo.OTHER_CLIENT_ID)
    taken = put(stores, MARA, body(BY_EMAIL))
    assert taken.record is not None
    assert (taken.client_id, taken.confirmed) == (demo.OTHER_CLIENT_ID, True)
    assert taken.record.name == "Lena Hoffmann", "as staff have written it"
    after = {each["channel"]: each["address"] for each in rows(db, contacts, demo.OTHER_CLIENT_ID)}
    assert after == {**{each["channel"]: each["address"] for each in before}, "email": "mara@example.com"}
    assert rows(db, "SELECT invited_address FROM clients WHERE id = %s", demo.OTHER_CLIENT_ID) == [
        {"invited_address": None}
    ]
    assert [each["act"] for each in rows(db, "SELECT act FROM client_acts")] == ["claimed"]
    other = put(stores, MARA._replace(sub="sub-mara-too"), body(BY_EMAIL))
    assert other.client_id != demo.OTHER_CLIENT_ID, "an invitation is used once"


@pytest.mark.parametrize("mended", [{"user_sub": None}, {"contacts": []}])
def test_an_invitation_that_staff_have_mended_opens_nothing(
    stores: Stores, db: Connection, mended: dict[str, Any]
) -> None:
    """It went to a mistyped address: its owner has signed in, or will."""
    invited(db, "mara@example.com")
    rows(db, "UPDATE client_contacts SET address = 'mara@example.com' WHERE channel = 'email' RETURNING 1")
    if "user_sub" in mended:
        rows(db, "UPDATE clients SET user_sub = 'sub-mara' WHERE id = %s RETURNING 1", demo.OTHER_CLIENT_ID)
    known = clients.get_client(stores, OPERATOR, demo.OTHER_CLIENT_ID)
    same = ClientBody.model_validate(known.model_dump(mode="json"))
    kept = clients.change_client(stores, OPERATOR, known.id, same, etag(known), clock_at(NOW))
    assert len(rows(db, "SELECT FROM clients WHERE invited_address IS NOT NULL")) == 1, "that changes nothing"
    wanted = ClientBody.model_validate({**kept.model_dump(mode="json"), **mended})
    clients.change_client(stores, OPERATOR, known.id, wanted, etag(kept), clock_at(NOW))
    assert put(stores, MARA, body(BY_EMAIL)).client_id != demo.OTHER_CLIENT_ID


def test_two_logins_that_claim_at_once_do_not_both_get_it(crew: list[Stores], stores: Stores, db: Connection) -> None:
    invited(db, "mara@example.com")
    logins = [MARA._replace(sub=f"sub-{number}") for number in range(len(crew))]
    made = together(crew, [partial(put, by=login, given=body(BY_EMAIL)) for login in logins])
    assert [each.client_id for each in made].count(demo.OTHER_CLIENT_ID) == 1


ATTACKS: list[tuple[str | None, Requester, str]] = [
    ("mara@example.com", MARA._replace(address=None), "an address that is not verified"),
    ("mara@example.com", EVE, "another's address"),
    ("mara@example.com", MARA._replace(address="mara+x@example.com"), "a plus sign"),
    ("mara+x@example.com", MARA, "a plus sign the other way round"),
    ("mara@example.com", MARA._replace(address="m.ara@example.com"), "a dot"),
    ("mara@example.com", MARA._replace(address="mara@example.com.evil.test"), "a longer domain"),
    ("mara@example.com", MARA._replace(address="<mara@example.com>"), "no address at all"),
    (None, MARA, "an address that is only a contact, and nobody has invited"),
]


def test_nobody_takes_over_a_record_by_an_address_that_was_not_invited(stores: Stores, db: Connection) -> None:
    rows(db, "UPDATE client_contacts SET address = 'mara@example.com' WHERE channel = 'email' RETURNING 1")
    for number, (invitation, login, why) in enumerate(ATTACKS):
        invited(db, invitation)
        made = put(stores, login._replace(sub=f"sub-attack-{number}"), body())
        assert made.client_id not in (None, demo.OTHER_CLIENT_ID), why
    invited(db, "mara@example.com")
    assert put(stores, MARA, body()).client_id == demo.OTHER_CLIENT_ID, "and by the one that was"


def test_of_two_who_were_invited_at_one_address_nobody_is_taken_for_the_other(stores: Stores, db: Connection) -> None:
    """A mother and her son, say: the login is one of them, or a third."""
    invited(db, "mara@example.com")
    invited(db, "mara@example.com", demo.CLIENT_ID)
    assert put(stores, MARA, body(BY_EMAIL)).client_id not in (demo.CLIENT_ID, demo.OTHER_CLIENT_ID)


def test_a_record_that_has_a_login_or_is_gone_is_not_taken_over(stores: Stores, db: Connection) -> None:
    for state in ("user_sub = 'sub-lena'", "active = false", "erased_at = now()"):
        invited(db, "mara@example.com")
        rows(db, f"UPDATE clients SET {state} WHERE id = %s RETURNING 1", demo.OTHER_CLIENT_ID)  # noqa: S608  # ours
        login = MARA._replace(sub=f"sub-{state[:3]}")
        assert put(stores, login, body(BY_EMAIL)).client_id != demo.OTHER_CLIENT_ID
        rows(db, "UPDATE clients SET active = true, erased_at = NULL RETURNING 1")


def test_who_changes_the_address_of_their_login_stays_who_they_are(stores: Stores, db: Connection) -> None:
    made = put(stores, EVE, body())
    invited(db, "mara@example.com")
    as_mara = EVE._replace(address="mara@example.com")
    kept = put(stores, as_mara, body(BY_EMAIL))
    assert kept.client_id == made.client_id
    assert put(stores, EVE, body({**BY_EMAIL, "consented": False})).client_id == made.client_id


# -- What it may cost ------------------------------------------------------------------------------------------------


def test_of_a_self_made_record_an_address_must_be_the_logins(stores: Stores) -> None:
    strangers = {**BY_EMAIL, "address": "stranger@example.com"}
    for login, given in ((MARA, strangers), (MARA._replace(address=None), BY_EMAIL)):
        with pytest.raises(Refusal, match="rule-broken") as broken:
            put(stores, login, body(given))
        assert broken.value.detail.startswith("contacts: the e-mail address must be your login's")
    made = put(stores, MARA, body({**BY_EMAIL, "address": "Mara@example.com"}))
    assert made.client_id is not None
    record = clients.get_client(stores, MARA, made.client_id)
    wanted = ClientBody.model_validate({**record.model_dump(mode="json"), "contacts": [strangers]})
    with pytest.raises(Refusal, match="rule-broken"):
        clients.change_client(stores, MARA, made.client_id, wanted, etag(record), clock_at(NOW))


def written_to(stores: Stores, db: Connection, booking_id: str) -> set[str]:
    """Whom messages about a booking of Mara's go to, but for the therapist."""
    day = int(booking_id.rpartition("-")[2])
    assert decide(stores, booking_id, STARTS_AT + day * DAY, by=requested_by("sub-mara", "")).outcome == "reserved"
    providers = FakeProviders()
    for row in rows(db, "SELECT id FROM notifications WHERE booking_id = %s AND recipient = 'client'", booking_id):
        deliver(stores, providers.channels(), row["id"], clock_at(NOW), Sender("practice@example.com"))
    return set(providers.addresses())


def test_a_number_is_written_to_once_a_code_that_came_to_it_is_given_back(stores: Stores, db: Connection) -> None:
    put(stores, MARA, body(BY_EMAIL, BY_TEXT))
    assert written_to(stores, db, "b-1") == {"mara@example.com"}
    texts = FakeProvider()
    send_number_code(stores, texts, MARA, clock_at(NOW))
    [(number, message)] = texts.sent
    code = message.sms[:6]
    assert number == NUMBER
    assert code not in str(rows(db, "SELECT * FROM number_codes")), "it is kept nowhere"
    proven = confirm_number(stores, MARA, NumberCodeBody(code=code), clock_at(NOW + timedelta(minutes=9)))
    assert proven.record is not None
    assert [each.unproven for each in proven.record.contacts] == [False, False]
    assert written_to(stores, db, "b-2") == {"mara@example.com", NUMBER}
    put(stores, MARA, body(BY_EMAIL, {**BY_TEXT, "address": "+447700900999"}))
    assert written_to(stores, db, "b-3") == {"mara@example.com"}, "another number is another's until a code says so"


def test_a_message_that_waits_does_not_go_to_a_number_that_was_put_meanwhile(stores: Stores, db: Connection) -> None:
    put(stores, MARA, body(BY_EMAIL, BY_TEXT))
    rows(db, "UPDATE client_contacts SET unproven = false RETURNING 1")
    assert decide(stores, "b-1", by=requested_by("sub-mara", "")).outcome == "reserved"
    put(stores, MARA, body(BY_EMAIL, {**BY_TEXT, "address": "+447700900999"}))
    providers = FakeProviders()
    [sms] = rows(db, "SELECT id FROM notifications WHERE recipient = 'client' AND channel = 'sms'")
    said = deliver(stores, providers.channels(), sms["id"], clock_at(NOW), Sender("practice@example.com"))
    assert (said.reason, providers.sms.sent) == (UndeliverableReason.NO_CONTACT, [])


def test_a_code_is_not_guessed(stores: Stores, db: Connection) -> None:
    put(stores, MARA, body(BY_EMAIL, BY_TEXT))
    texts = FakeProvider()
    send_number_code(stores, texts, MARA, clock_at(NOW))
    right = texts.sent[0][1].sms[:6]
    wrong = f"{(int(right) + 1) % 10**6:06}"
    for _ in range(MAX_TRIES):
        with pytest.raises(Refusal, match="rule-broken") as refused:
            confirm_number(stores, MARA, NumberCodeBody(code=wrong), clock_at(NOW))
    said = refused.value.detail
    with pytest.raises(Refusal, match="rule-broken") as refused:
        confirm_number(stores, MARA, NumberCodeBody(code=right), clock_at(NOW))
    assert refused.value.detail == said, "nobody learns that it was right"


def test_a_code_is_good_for_ten_minutes_once_and_only_the_last_one(stores: Stores) -> None:
    put(stores, MARA, body(BY_EMAIL, BY_TEXT))
    texts = FakeProvider()
    for minute in range(2):
        send_number_code(stores, texts, MARA, clock_at(NOW + timedelta(minutes=minute)))
    first, last = (message.sms[:6] for _, message in texts.sent)
    for code, minutes in ((last, 12), (first, 2)):
        if first != last:
            with pytest.raises(Refusal, match="rule-broken"):
                confirm_number(stores, MARA, NumberCodeBody(code=code), clock_at(NOW + timedelta(minutes=minutes)))
    confirm_number(stores, MARA, NumberCodeBody(code=last), clock_at(NOW + timedelta(minutes=2)))
    with pytest.raises(Refusal, match="rule-broken"):
        confirm_number(stores, MARA, NumberCodeBody(code=last), clock_at(NOW + timedelta(minutes=2)))


@pytest.mark.parametrize("limited", ["number_codes_a_day", "practice_number_codes_a_day"])
def test_codes_are_limited_for_a_record_a_number_and_the_practice(stores: Stores, db: Connection, limited: str) -> None:
    limit(db, **{limited: 1})
    texts = FakeProvider()
    for login in (MARA, EVE):
        put(stores, login, body(BY_TEXT))
    send_number_code(stores, texts, MARA, clock_at(NOW))
    for login in (MARA, EVE):  # the same record; another one with the same number
        with pytest.raises(Refusal, match="too-many-codes"):
            send_number_code(stores, texts, login, clock_at(NOW + DAY / 2))
    send_number_code(stores, texts, MARA, clock_at(NOW + DAY + DAY / 2))
    assert len(texts.sent) == 2


def test_a_code_that_was_not_sent_does_not_count_and_no_text_goes_where_the_practice_sends_none(
    stores: Stores, db: Connection
) -> None:
    put(stores, MARA, body(BY_TEXT))
    texts = FakeProvider(broken=ProviderUnavailable("SNS: Throttled"))
    with pytest.raises(ProviderUnavailable):
        send_number_code(stores, texts, MARA, clock_at(NOW))
    assert rows(db, "SELECT FROM number_codes") == []
    texts.break_down(Undeliverable(UndeliverableReason.OPTED_OUT))
    with pytest.raises(Refusal, match="rule-broken"):
        send_number_code(stores, texts, MARA, clock_at(NOW))
    texts.mend()
    rows(db, "UPDATE practice_limits SET text_prefixes = '{+1}' RETURNING 1")
    with pytest.raises(Refusal, match="rule-broken") as refused:
        send_number_code(stores, texts, MARA, clock_at(NOW))
    assert "country" in refused.value.detail
    assert texts.sent == []


def test_until_staff_confirm_the_person_few_sessions_stand(stores: Stores, db: Connection) -> None:
    rows(db, "DELETE FROM practice_limits RETURNING 1")
    rows(db, "INSERT INTO practice_limits DEFAULT VALUES RETURNING 1")
    most = limits_of(db)["max_open_bookings"]
    made = put(stores, MARA, body(BY_EMAIL))
    assert (most, made.client_id is None) == (3, False)
    assert made.client_id is not None
    mara = requested_by("sub-mara", "")
    said = [decide(stores, f"b-{number}", STARTS_AT + number * DAY, by=mara) for number in range(most + 1)]
    assert [each.outcome for each in said] == ["reserved"] * most + ["rejected"]
    assert [reason.code for reason in said[-1].reasons] == ["too_many_sessions"]
    clients.confirm_client(stores, OPERATOR, made.client_id, clock_at(NOW))
    assert decide(stores, "b-9", STARTS_AT + most * DAY, by=mara).outcome == "reserved"


def test_requests_of_an_unconfirmed_client_that_meet_stay_within_it(
    crew: list[Stores], stores: Stores, db: Connection
) -> None:
    made = put(stores, MARA, body(BY_EMAIL))
    assert made.client_id is not None
    given = [
        reserve_input(
            f"b-{number}", STARTS_AT + number * DAY, client_id=made.client_id, by=requested_by("sub-mara", "")
        )
        for number in range(len(crew))
    ]
    said = Counter(str(each.outcome) for each in together(crew, [partial(_reserve, given=each) for each in given]))
    assert said == {"reserved": 3, "too_many_sessions": len(crew) - 3}


def _reserve(own: Stores, given: Any) -> Any:
    return reserve_slot(own, given, clock_at(NOW))


def test_who_staff_have_entered_is_known_to_them_and_the_others_are_listed(stores: Stores) -> None:
    made = put(stores, MARA, body(BY_EMAIL))
    unknown = clients.list_clients(stores, OPERATOR, ClientsQuery.model_validate({"confirmed": "false"}))
    assert [each.id for each in unknown.clients] == [made.client_id]
    entered = clients.add_client(
        stores, FakeLogins(), OPERATOR, NewClientBody(name="Ida", time_zone="UTC"), clock_at(NOW)
    )
    assert entered.confirmed
    with pytest.raises(Refusal, match="rule-broken"):
        wanted = ClientBody.model_validate({"name": "Ida", "time_zone": "UTC", "confirmed": False})
        clients.change_client(stores, OPERATOR, entered.id, wanted, etag(entered), clock_at(NOW))
