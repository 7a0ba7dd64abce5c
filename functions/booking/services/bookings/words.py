"""Notes on bookings, and reasons of changes. No workflow carries them: they lie under the key before it is used.

A key is nobody's before it is used, so words are those of who put them, and count only if that is who then asks under
this key (the views of the migration). Nobody's words reach another's booking, and to put some tells nothing.
"""

from datetime import datetime

from booking import access
from booking.codes import ReasonCode, WordsKind
from booking.contracts.words import NoteBody, ReasonBody
from booking.errors import Refusal
from booking.model import Requester
from booking.ports import Clock
from booking.problems import Problem
from booking.reasons import explained
from booking.services.bookings.kept_by import booking_kept_by
from booking.store import Store, Stores
from booking.store.words import Written

MAX_LOOSE = 50
"""How many words one person may leave under keys that they have not used."""


def put_note(stores: Stores, requester: Requester, booking_id: str, body: NoteBody, clock: Clock) -> NoteBody:
    """The note of who books, before or after they do: of who asked for the booking, or of its client, while it stands.

    Raises ``Refusal``.
    """
    with stores.transaction() as store:
        booking = store.changes.booking(booking_id)
        view = store.bookings.view(booking_id, requester.sub) if booking is not None else None
        if booking is None or view is None:
            _put_loose(store, requester, booking_id, WordsKind.NOTE, body, clock())
            return body
        if not access.may_see(requester, view.requested_by, *view.parties, took_time=view.took_time):
            raise access.not_found("booking")
        if requester.sub not in (view.requested_by, view.parties.client_sub):
            raise access.forbidden("The note is the client's to write: yours is the staff note.")
        if not booking.status.is_standing:
            raise Refusal(Problem.BOOKING_NOT_STANDING, explained(ReasonCode.BOOKING_NOT_STANDING).message)
        _replace(store, requester, booking_id, WordsKind.NOTE, body, clock())
    return body


def put_staff_note(stores: Stores, requester: Requester, booking_id: str, body: NoteBody, clock: Clock) -> NoteBody:
    """The note of who keeps the calendar, on a booking there is; the client never reads it. Raises ``Refusal``."""
    with stores.transaction() as store:
        booking_kept_by(store, requester, booking_id)
        _replace(store, requester, booking_id, WordsKind.STAFF_NOTE, body, clock())
    return body


def put_reason(stores: Stores, requester: Requester, change_id: str, body: ReasonBody, clock: Clock) -> ReasonBody:
    """Why the requester will cancel or move with this key. What was decided has been told, and stays.

    Raises ``Refusal``.
    """
    if body.internal and not access.is_staff(requester):
        raise access.forbidden("Only staff may keep a reason internal.")
    with stores.transaction() as store:
        change = store.changes.get(change_id)
        if change is not None:
            parties = store.changes.parties([change.booking_id]).get(change.booking_id)
            if requester.sub != change.requested_by and not (parties and access.may_act(requester, *parties)):
                raise access.not_found("change")
            raise Refusal(Problem.IDEMPOTENCY_KEY_USED, "This change is decided: its reason has been told, and stays.")
        _put_loose(store, requester, change_id, WordsKind.REASON, body, clock())
    return body


def _put_loose(
    store: Store, requester: Requester, key: str, kind: WordsKind, body: NoteBody | ReasonBody, now: datetime
) -> None:
    """Under a key that names nothing yet."""
    if body.text is None:
        store.words.remove(key, kind, requester.sub)
        return
    if store.words.lock_and_count_loose(requester.sub, key) >= MAX_LOOSE:
        raise Refusal(Problem.RULE_BROKEN, f"text: {MAX_LOOSE} texts wait for what they are about; they go after a day")
    store.words.put(key, kind, _written(body.text, body), requester.sub, now)


def _replace(store: Store, requester: Requester, key: str, kind: WordsKind, body: NoteBody, now: datetime) -> None:
    """Of what there is: one note of its kind, whoever wrote the one before."""
    store.words.lock(key)
    store.words.remove(key, kind)
    if body.text is not None:
        store.words.put(key, kind, _written(body.text, body), requester.sub, now)


def _written(text: str, body: NoteBody | ReasonBody) -> Written:
    return Written(text, isinstance(body, ReasonBody) and body.internal)
