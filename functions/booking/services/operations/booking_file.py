"""All that an operator may know of a booking, as PostgreSQL has it."""

from typing import Any

from pydantic import ValidationError

from booking.codes import UndeliverableReason, Unreachable, WhyNoRequest
from booking.contracts.operators import (
    AttentionFile,
    BookingFile,
    ChangeFile,
    DecisionFile,
    EventState,
    NotificationFile,
    OfferFile,
    PaymentFile,
    ReminderFile,
    RequestAgain,
    SessionFile,
    UnreachedFile,
)
from booking.contracts.states import AttentionState
from booking.contracts.steps import ReasonContract, RequestBody, RequestedBy
from booking.services.notifications.reminding import execution_name
from booking.store import Store, Stores
from booking.store.booking_file import BookingFiles
from booking.store.bookings import BookingView
from booking.store.reminders import Reminder
from booking.store.rows import Row


def booking_file(stores: Stores, booking_id: str) -> BookingFile:
    """The booking's messages, history, executions, and why it needs a person. For an unknown id all of it is empty.

    With an id that is a series', its other sessions too, in no more queries.
    """
    with stores.autocommit() as store:
        view, attention = store.bookings.view(booking_id, ""), store.history.attention(booking_id)
        files = store.booking_files
        workflow, offer = files.workflow_attention(booking_id), files.offer(booking_id)
        request, no_request = _request_again(view, is_offer=offer is not None)
        others = files.sessions(booking_id)
        parts = _parts(files, [booking_id, *(each["booking_id"] for each in others)])
        return BookingFile(
            booking_id=booking_id,
            status=view.status if view is not None else None,
            decision=None if view is None else _decision(view),
            **parts[booking_id],
            attention=attention and AttentionState(**attention._asdict()),
            workflow_attention=workflow and AttentionFile.model_validate(workflow),
            unreached=_unreached(store, booking_id),
            offer=offer and OfferFile(**offer, executions=[booking_id, f"accepted-{booking_id}"]),
            request=request,
            no_request=no_request,
            sessions=[SessionFile(**each, **parts[each["booking_id"]]) for each in others],
        )


def _parts(files: BookingFiles, ids: list[str]) -> dict[str, dict[str, Any]]:
    """What there is of each of these bookings, as ``BookingPart`` has it."""
    messages, events = files.messages(ids), files.events(ids)
    changes, payments, reminders = files.changes(ids), files.payments(ids), files.reminders(ids)
    return {
        each: {
            "notifications": [_message(row) for row in messages.get(each, [])],
            "events": [EventState.model_validate(row) for row in events.get(each, [])],
            "changes": [ChangeFile.model_validate(row) for row in changes.get(each, [])],
            "payments": [PaymentFile.model_validate(row) for row in payments.get(each, [])],
            "reminders": [_reminder(*some) for some in reminders.get(each, [])],
        }
        for each in ids
    }


def _message(row: Row) -> NotificationFile:
    hindrance = UndeliverableReason.NO_CONTACT if row["has_no_contact"] else None
    if row["unreachable"] is not None:
        hindrance = Unreachable(row["unreachable"]).reason
    return NotificationFile.model_validate({**row, "hindrance": hindrance})


def _decision(view: BookingView) -> DecisionFile:
    session, asked = view.session, _readable(view)
    request = asked and asked.to_request()
    return DecisionFile(
        status=view.status,
        reasons=ReasonContract.of(view.reasons),
        starts_at=session.starts_at if session else request and request.starts_at,
        ends_at=session and session.ends_at,
        therapist_id=session.therapist_id if session else request and request.therapist_id,
        service_id=session.service_id if session else request and request.service_id,
        client_id=view.client_id or (request and request.client_id),
        series_id=view.series_id,
    )


def _unreached(store: Store, booking_id: str) -> UnreachedFile | None:
    since = store.booking_files.unreached_since(booking_id)
    if since is None:
        return None
    return UnreachedFile(since=since, recipients=store.ledger.unreached_recipients(booking_id))


def _reminder(reminder: Reminder, sequence: int) -> ReminderFile:
    """The reminder, with every name that its execution may have: the booking may have been changed since."""
    names = [execution_name(reminder, earlier) for earlier in range(sequence + 1)]
    return ReminderFile(
        channel=reminder.channel, occasion=reminder.occasion, starts_at=reminder.starts_at, executions=names
    )


def _request_again(view: BookingView | None, *, is_offer: bool) -> tuple[RequestAgain | None, WhyNoRequest | None]:
    """What an execution would be started with again, or why there is nothing to start."""
    if view is None:
        return None, WhyNoRequest.NOT_DECIDED
    if is_offer:
        return None, WhyNoRequest.OFFER
    if view.series_id not in (None, view.booking_id):
        return None, WhyNoRequest.SESSION_OF_SERIES
    asked = _readable(view)
    if asked is None:
        return None, WhyNoRequest.UNREADABLE
    by = RequestedBy(sub=view.requested_by, groups=[])
    return RequestAgain(booking_id=view.booking_id, requested_by=by, request=asked.as_text()), None


def _readable(view: BookingView) -> RequestBody | None:
    """What was asked for, or None for an offer, and what is no request any more."""
    try:
        return RequestBody.model_validate(view.request)
    except ValidationError:
        return None
