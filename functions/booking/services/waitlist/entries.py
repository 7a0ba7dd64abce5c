"""Joining the wait list, looking at it, leaving it."""

from datetime import datetime
from uuid import UUID

from booking import access, rules
from booking.codes import Group, OfferAnswer, ReasonCode
from booking.contracts.calendars import Period
from booking.contracts.queries import next_cursor, time_and_id, time_cursor
from booking.contracts.waitlist import OfferState, WaitlistBody, WaitlistEntries, WaitlistEntry, WaitlistQuery
from booking.errors import Refusal
from booking.model import BookingRequest, Requester
from booking.ports import Clock, WaitingTasks
from booking.problems import Problem
from booking.reasons import explained
from booking.store import Store, Stores
from booking.store.waitlist import EntryView, NewEntry

NOBODY = UUID(int=0)

ENTRIES_MAX = 20
"""So many entries may wait for one client."""


def join(stores: Stores, requester: Requester, entry_id: str, body: WaitlistBody, clock: Clock) -> WaitlistEntry:
    """The entry; the same again when it is asked for again under its id.

    Raises ``Refusal`` for an id that was used for something else.
    """
    now = clock()
    with stores.transaction() as store:
        known = store.waitlist.entry(entry_id)
        if known is None:
            entry = _new_entry(store, requester, entry_id, body, now)
            if store.waitlist.lock_and_count_waiting(entry.client_id, entry.therapist_id) >= ENTRIES_MAX:
                raise _rule_broken(f"client_id: waits for {ENTRIES_MAX} things already")
            is_new = store.waitlist.join(entry, now)
            known = store.waitlist.entry(entry_id)
            if is_new and known is not None:  # a new entry ends a pause
                store.waitlist.resume(entry_id, all_of_client=access.may_act(requester, known.client_sub, None))
        if known is None or (known.text, known.requested_by) != (body.as_text(), requester.sub):
            raise Refusal(Problem.IDEMPOTENCY_KEY_USED, "This Idempotency-Key was used before.")
    return _entry_answer(known)


def get_entry(stores: Stores, requester: Requester, entry_id: str) -> WaitlistEntry:
    """Raises ``Refusal`` when there is none, or it is not the requester's."""
    with stores.autocommit() as store:
        return _entry_answer(_visible(store.waitlist.entry(entry_id), requester))


def list_entries(stores: Stores, requester: Requester, query: WaitlistQuery) -> WaitlistEntries:
    """Clients see their own, therapists those that name them, operators all."""
    with stores.transaction() as store:
        own_therapist_id, own_client_id = store.people.own_ids(requester.sub)
        own: dict[str, object] = {
            "everything": access.is_operator(requester),
            "own_therapist_id": own_therapist_id if requester.is_in(Group.THERAPIST) else None,
            "own_client_id": own_client_id,
        }
        found = store.waitlist.page(query.status, own, time_cursor(query.cursor), query.limit + 1)
    return WaitlistEntries(
        entries=[_entry_answer(each) for each in found[: query.limit]],
        next=next_cursor(found, query.limit, lambda last: time_and_id(last.created_at, last.entry_id)),
    )


def leave(stores: Stores, tasks: WaitingTasks, requester: Requester, entry_id: str, clock: Clock) -> WaitlistEntry:
    """The entry, which waits no more; an open offer of it is declined. Twice is success. Raises ``Refusal``."""
    with stores.transaction() as store:
        store.waitlist.lock_entry(entry_id)
        entry = _visible(store.waitlist.entry(entry_id), requester)
        _demand_act(requester, entry)
        store.waitlist.leave(entry_id)
        open_offer = store.waitlist.open_offer_of(entry_id)
        offer = None if open_offer is None else store.offers.get(open_offer)
        if offer is not None:  # declined, unless it was accepted
            store.offers.answer(offer.booking_id, OfferAnswer.DECLINE, requester.sub, clock())  # unless it was accepted
    if offer is not None and offer.task_token is not None:
        tasks.succeed(offer.task_token, "{}")
    return get_entry(stores, requester, entry_id)


def resume(stores: Stores, requester: Requester, entry_id: str) -> WaitlistEntry:
    """The entry, which is made offers again; for the client and operators, all that the client waits for is.

    Twice is success. Raises ``Refusal``.
    """
    with stores.transaction() as store:
        store.waitlist.lock_entry(entry_id)
        entry = _visible(store.waitlist.entry(entry_id), requester)
        _demand_act(requester, entry)
        store.waitlist.resume(entry_id, all_of_client=access.may_act(requester, entry.client_sub, None))
    return get_entry(stores, requester, entry_id)


def _new_entry(store: Store, requester: Requester, entry_id: str, body: WaitlistBody, now: datetime) -> NewEntry:
    windows = tuple(period.to_span() for period in body.windows if period.ends_at > now)
    if not windows:
        raise _rule_broken("windows: all of them are past")
    # The rules against any request; those on the therapist are left out where anyone will do.
    request = BookingRequest(body.therapist_id or NOBODY, body.service_id, body.client_id, None)
    facts = store.calendars.facts(request, requester.sub, now)
    against = [reason.code for reason in rules.against_request(requester, request, facts)]
    if body.therapist_id is None:
        against = [code for code in against if code != ReasonCode.THERAPIST_UNKNOWN]
    if ReasonCode.REQUESTER_NOT_ALLOWED in against:
        raise access.forbidden(explained(ReasonCode.REQUESTER_NOT_ALLOWED).message)
    if against or facts.client is None:
        raise _rule_broken(" ".join(explained(code).message for code in against))
    if not access.is_staff(requester) and store.waitlist.needs_a_yes(body.service_id):
        raise _rule_broken("service_id: its therapist says yes to each session first, and asks who may wait for one.")
    return NewEntry(
        entry_id=entry_id,
        client_id=facts.client.id,
        service_id=body.service_id,
        therapist_id=body.therapist_id,
        windows=windows,
        text=body.as_text(),
        requested_by=requester.sub,
    )


def _rule_broken(detail: str) -> Refusal:
    return Refusal(Problem.RULE_BROKEN, detail)


def _visible(entry: EntryView | None, requester: Requester) -> EntryView:
    if entry is None or not access.may_see(
        requester, entry.requested_by, entry.client_sub, entry.therapist_sub, took_time=entry.offers_made > 0
    ):
        raise access.not_found("entry")
    return entry


def _demand_act(requester: Requester, entry: EntryView) -> None:
    if not access.may_act(requester, entry.client_sub, entry.therapist_sub):
        raise access.forbidden("Only the client, the therapist and operators may do this.")


def _entry_answer(entry: EntryView) -> WaitlistEntry:
    return WaitlistEntry(
        entry_id=entry.entry_id,
        status=entry.status,
        client_id=entry.client_id,
        service_id=entry.service_id,
        therapist_id=entry.therapist_id,
        windows=[Period(starts_at=start, ends_at=end) for start, end in entry.windows],
        created_at=entry.created_at,
        paused_at=entry.paused_at,
        offers_made=entry.offers_made,
        offers=[OfferState.model_validate(each._asdict()) for each in entry.offers],
    )
