"""GET one series: each session reserved, or why not, with the nearest slots that are free now."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from booking import access, rules
from booking.codes import BookingStatus, OnConflict, ReasonCode
from booking.contracts.bookings import SeriesAnswer
from booking.contracts.steps import ReasonContract, RequestBody
from booking.model import Calendar, Requester, Session
from booking.ports import Clock, Workflows
from booking.services.bookings.looking_up import Pending, look_up
from booking.services.bookings.views import attention_state, hold_state, notification_states, occurrence
from booking.store import Store, Stores
from booking.store.bookings import BookedSession, BookingView

NEAR, AROUND = timedelta(hours=8), timedelta(days=7)
"""How far around a session that could not be reserved free slots are looked for: near first, then farther."""

ALTERNATIVES = 3

NO_TIME_HELPS = frozenset({ReasonCode.TOO_MANY_SESSIONS, ReasonCode.TOO_MANY_REQUESTS})
"""Reasons that are no session's own time: all times are refused for them."""

STATUS_OF_SERIES = (
    *(BookingStatus.HELD, BookingStatus.CONFIRMED, BookingStatus.COMPLETED, BookingStatus.NO_SHOW),
    *(BookingStatus.LATE_CANCELLED, BookingStatus.CANCELLED, BookingStatus.REJECTED),
)
"""A series has the first of these statuses that one of its sessions has."""


def get_series(
    stores: Stores, workflows: Workflows, requester: Requester, series_id: str, clock: Clock
) -> SeriesAnswer:
    """The series. Raises ``Refusal`` when there is none, and when it is not the requester's: the two look alike.

    Who may see only some of its sessions sees those: rights are judged session by session.
    """
    found, attention, is_visible = look_up(stores, workflows, requester, series_id)
    if found is None:
        raise access.not_found("series")
    request = found.request if isinstance(found, Pending) else RequestBody.model_validate(found.request)
    if request.recurrence is None or (isinstance(found, BookingView) and found.series_id != series_id):
        raise access.not_found("series")
    if isinstance(found, Pending) and not is_visible:
        raise access.not_found("series")
    answer = SeriesAnswer(
        series_id=series_id,
        status=BookingStatus.PENDING,
        therapist_id=request.therapist_id,
        service_id=request.service_id,
        client_id=request.client_id,
        recurrence=request.recurrence,
        on_conflict=request.on_conflict or OnConflict.REJECT,
        attention=attention_state(attention) if is_visible else None,
    )
    if isinstance(found, Pending):
        return answer
    with stores.autocommit() as store:
        is_refusal = found.is_key_conflict and found.session is None  # the sessions of this id are another's
        every = [] if is_refusal else store.bookings.sessions_of(series_id)
        visible = [each for each in every if _is_visible(requester, each)]
        if not (visible or is_visible):
            raise access.not_found("series")
        rejected = [each.session for each in visible if each.status == BookingStatus.REJECTED]
        calendars = _calendars_around(store, request, rejected) if rejected else []
    never_took_time = not any(each.took_time for each in every)
    may_know_all = access.may_act(requester, *found.parties) or (is_visible and never_took_time)
    statuses = {each.status for each in visible} or {found.status}
    against = [reason for each in visible for reason in each.session.reasons] if visible else found.reasons
    return answer.model_copy(
        update={
            "status": next(status for status in STATUS_OF_SERIES if status in statuses),
            "client_id": found.client_id or request.client_id,
            "occurrences": [occurrence(each, _alternatives(each, calendars, clock()), requester) for each in visible],
            "hold": next((hold_state(each.hold, each.parties, requester) for each in visible if each.hold), None),
            "reasons": ReasonContract.of(
                reason for reason in dict.fromkeys(against) if reason.code != ReasonCode.SERIES_REJECTED
            ),
            "notifications": notification_states(found.notifications, requester) if may_know_all else [],
        }
    )


def _is_visible(requester: Requester, booked: BookedSession) -> bool:
    return access.may_see(requester, booked.requested_by, *booked.parties, took_time=booked.took_time)


def _calendars_around(store: Store, request: RequestBody, rejected: Sequence[Session]) -> list[Calendar]:
    first, last = rejected[0].starts_at - AROUND, rejected[-1].starts_at + AROUND
    return store.calendars.of(request.service_id, request.therapist_id, first, last)


def _alternatives(booked: BookedSession, calendars: Sequence[Calendar], now: datetime) -> list[datetime]:
    """The nearest free starts, where the session could not be reserved and another time may be."""
    is_of_the_time = not any(reason.code in NO_TIME_HELPS for reason in booked.session.reasons)
    is_asked = booked.status == BookingStatus.REJECTED and is_of_the_time
    return _nearest(booked.session.starts_at, calendars, now) if is_asked else []


def _nearest(wished: datetime, calendars: Sequence[Calendar], now: datetime) -> list[datetime]:
    for around in (NEAR, AROUND):
        free = [
            start
            for calendar in calendars
            for start in rules.slots(
                calendar.therapist,
                calendar.service,
                calendar.availability,
                calendar.taken,
                (wished - around, wished + around),
                now,
            )
        ]
        if len(free) >= ALTERNATIVES:
            break
    return sorted(sorted(free, key=lambda start: abs(start - wished))[:ALTERNATIVES])
