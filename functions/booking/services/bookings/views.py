"""Bookings as their readers see them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from booking import access, paid
from booking.codes import Awaits, BookingStatus, PaymentRule, PaymentStanding, ReasonCode
from booking.contracts.bookings import (
    BookingAnswer,
    BookingSummary,
    OccurrenceState,
)
from booking.contracts.holds import HoldState, PaymentState
from booking.contracts.places import PlaceState
from booking.contracts.states import AttentionState, LocalTimes, NotificationState
from booking.contracts.steps import ReasonContract, RequestBody
from booking.contracts.words import ChangeReasonState
from booking.model import Notification, Parties, Place, Requester
from booking.reasons import explained
from booking.services.bookings.changes_now import changes_now
from booking.store.bookings import BookedSession, BookingView
from booking.store.history import Attention
from booking.store.rows import Hold
from booking.store.words import Written


def local_times(starts_at: datetime, ends_at: datetime | None, zone: ZoneInfo) -> LocalTimes:
    """A session on the clock on a wall in this zone."""
    return LocalTimes(
        time_zone=zone.key, starts_at=starts_at.astimezone(zone), ends_at=ends_at and ends_at.astimezone(zone)
    )


def summary(booked: BookedSession, requester: Requester) -> BookingSummary:
    """One booking of a list. Where a fee is paid is on the booking itself."""
    session = booked.session
    return BookingSummary(
        booking_id=session.booking_id,
        status=booked.status,
        therapist_id=session.therapist_id,
        service_id=session.service_id,
        client_id=session.client_id,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        local=local_times(session.starts_at, session.ends_at, booked.zone),
        price_cents=booked.price.cents,
        currency=booked.price.currency,
        series_id=booked.series_id,
        place=_place(booked.place) if booked.took_time else None,
        hold=hold_state(booked.hold, booked.parties, requester),
        payment=payment_state(booked, requester) if booked.took_time else None,
    )


def _place(place: Place | None) -> PlaceState | None:
    return None if place is None else PlaceState(**place._asdict())


def hold_state(hold: Hold | None, parties: Parties, requester: Requester) -> HoldState | None:
    """What is waited for. Where its client pays is for them alone, until they have answered."""
    if hold is None:
        return None
    url = hold.checkout_url if hold.answer is None else None
    return HoldState(
        awaits=hold.awaits,
        until=hold.until,
        answer=hold.answer,
        has_checkout=url is not None,
        checkout_url=url if requester.sub == parties.client_sub else None,
    )


_NOTHING: dict[str, Any] = {
    "rule": PaymentRule.NONE,
    "status": PaymentStanding.NONE,
    "receipt_url": None,
    "checkout_url": None,
    **dict.fromkeys(("paid", "refunded", "fee", "late_cancellation_fee", "no_show_fee"), 0),
}
"""The payment of a session that has nothing to do with money."""


def payment_state(
    booked: BookedSession | BookingView, requester: Requester, now: datetime | None = None
) -> PaymentState:
    """How its payment stands. ``now``: with where a fee is paid that is due; None: without."""
    money = booked.money
    if money is None:
        return PaymentState(**_NOTHING, currency=booked.price.currency)
    is_client = requester.sub == booked.parties.client_sub
    is_awaited = booked.hold is not None and booked.hold.awaits == Awaits.PAYMENT
    status = paid.standing(booked.status, money, is_awaited=is_awaited)
    is_payable = is_client and status == PaymentStanding.FEE_DUE
    return PaymentState(
        rule=money.terms.payment,
        status=status,
        paid=money.captured,
        refunded=money.refunded,
        fee=paid.fee(booked.status, money.terms),
        **paid.agreed_fees(money.terms)._asdict(),
        currency=money.terms.currency,
        receipt_url=money.receipt_url if is_client or access.is_operator(requester) else None,
        checkout_url=open_page(money, now) if is_payable and now is not None else None,
    )


def open_page(money: paid.Money, now: datetime) -> str | None:
    """Where a fee can be paid now."""
    return money.page.url if money.page is not None and now < money.page.until else None


def occurrence(booked: BookedSession, alternatives: list[datetime], requester: Requester) -> OccurrenceState:
    """One session of a series; ``alternatives``: the nearest free starts instead of it."""
    session = booked.session
    return OccurrenceState(
        booking_id=session.booking_id,
        status=booked.status,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        local=local_times(session.starts_at, session.ends_at, booked.zone),
        reasons=ReasonContract.of(session.reasons),
        alternatives=alternatives,
        payment=payment_state(booked, requester) if booked.took_time else None,
    )


def answer_of(view: BookingView, attention: Attention | None, requester: Requester, now: datetime) -> BookingAnswer:
    """The booking as its readers see it now."""
    request = RequestBody.model_validate(view.request)
    conflict = [explained(ReasonCode.KEY_CONFLICT)] if view.is_key_conflict else []
    reasons = list(dict.fromkeys([*view.reasons, *conflict]))  # a request of the reader's was refused for this booking
    session, zone = view.session, view.zone
    starts_at = session.starts_at if session else request.to_request().starts_at  # None: a day that does not exist
    ends_at = session and session.ends_at
    return BookingAnswer(
        booking_id=view.booking_id,
        status=view.status,
        therapist_id=_therapist_id(view, request),
        service_id=session.service_id if session else request.service_id,
        client_id=view.client_id or request.client_id,
        starts_at=starts_at,
        ends_at=ends_at,
        local=local_times(starts_at, ends_at, zone) if zone is not None and starts_at is not None else None,
        price_cents=view.price.cents,
        currency=view.price.currency,
        hold=hold_state(view.hold, view.parties, requester),
        payment=payment_state(view, requester, now) if view.took_time else None,
        reasons=ReasonContract.of(reasons),
        notifications=notification_states(view.notifications, requester),
        changes=changes_now(view, requester, now),
        series_id=view.series_id,
        note=view.note,
        staff_note=view.staff_note if access.may_keep(requester, view.parties.therapist_sub) else None,
        reason=reason_state(view.reason, requester, [view.parties]),
        place=_place(view.place) if view.took_time else None,
        calendar_uid=view.calendar_uid if view.took_time else None,
        attention=attention_state(attention),
    )


def _therapist_id(view: BookingView, request: RequestBody) -> UUID | None:
    """Whom it is with. A rejected request keeps whom it asked for: nobody, when it was whoever is free."""
    if view.session is None or view.status == BookingStatus.REJECTED:
        return request.therapist_id
    return view.session.therapist_id


def reason_state(reason: Written | None, requester: Requester, parties: Iterable[Parties]) -> ChangeReasonState | None:
    """A reason as this reader sees it: an internal one is for who keeps one of these calendars."""
    if reason is None or (
        reason.is_internal and not any(access.may_keep(requester, each.therapist_sub) for each in parties)
    ):
        return None
    return ChangeReasonState(text=reason.text, internal=reason.is_internal)


def notification_states(notifications: Iterable[Notification], requester: Requester) -> list[NotificationState]:
    """What became of each; what the provider reported of it is for staff."""
    return NotificationState.of(notifications, with_delivery=access.is_staff(requester))


def attention_state(attention: Attention | None) -> AttentionState | None:
    """What staff read of it."""
    return None if attention is None else AttentionState(**attention._asdict())
