"""Every kind of notification, declared once. Standard library only.

A kind's words are ``messages/<language>/<event>.<recipient>.j2``; the query that enters it says when somebody is told.
"""

from dataclasses import dataclass
from enum import StrEnum

from booking.codes import NotificationEvent, Recipient


class CalendarChange(StrEnum):
    """What the calendar file of a message does to the recipient's calendar."""

    ADDS = "adds"  # or changes what is there
    TAKES_AWAY = "takes_away"


class OfUseUntil(StrEnum):
    """The moment after which a message tells its recipient nothing any more."""

    FIRST_SESSION_STARTS = "first_session_starts"
    LAST_SESSION_ENDS = "last_session_ends"
    OFFER_ENDS = "offer_ends"
    HOLD_ENDS = "hold_ends"
    ALWAYS = "always"  # it is sent however late


@dataclass(frozen=True)
class NotificationKind:
    """What holds for every notification of one event."""

    event: NotificationEvent
    recipients: tuple[Recipient, ...]
    of_use_until: OfUseUntil
    page: str = "bookings"  # of the booking site, which its link leads to; "": it has no link
    page_lists: bool = False  # the page is of all that there is, not of one booking
    calendar: CalendarChange | None = None  # None: it carries no calendar file
    is_of_change: bool = False  # its ``occasion`` is a change's id
    is_of_one_time: bool = False  # it tells of the booking at ``about``, and of nothing once that has changed
    is_of_series: bool = False  # one of them tells of all sessions of a series
    tells_where: bool = False  # it says where the session is held
    tells_policy: bool = False  # it has the practice's cancellation policy
    tells_fees: bool = False  # it says what cancelling late and not coming cost
    asks: bool = False  # somebody is to do something on its page: texts have the link, too
    calls_for_attention: bool = True  # an operator hears of it when it reaches its recipient on no channel


_CLIENT, _THERAPIST, _BOTH = (Recipient.CLIENT,), (Recipient.THERAPIST,), (Recipient.CLIENT, Recipient.THERAPIST)

_KINDS = (
    NotificationKind(
        NotificationEvent.BOOKING_CONFIRMED,
        _BOTH,
        OfUseUntil.LAST_SESSION_ENDS,
        calendar=CalendarChange.ADDS,
        tells_where=True,
        tells_policy=True,
        tells_fees=True,
        is_of_series=True,
    ),
    NotificationKind(
        NotificationEvent.SLOT_LOST,
        _CLIENT,
        OfUseUntil.LAST_SESSION_ENDS,
        is_of_series=True,
    ),
    NotificationKind(
        NotificationEvent.BOOKING_CANCELLED,
        _BOTH,
        OfUseUntil.ALWAYS,  # who came in vain hears why
        calendar=CalendarChange.TAKES_AWAY,
        is_of_change=True,
        is_of_series=True,
    ),
    NotificationKind(
        NotificationEvent.BOOKING_MOVED,
        _BOTH,
        OfUseUntil.LAST_SESSION_ENDS,
        calendar=CalendarChange.ADDS,
        tells_where=True,
        tells_policy=True,
        is_of_change=True,
        is_of_one_time=True,
    ),
    NotificationKind(
        NotificationEvent.BOOKING_HANDED_OVER,
        _THERAPIST,
        OfUseUntil.ALWAYS,
        page="",  # who has handed a booking over may not see it any more
        calendar=CalendarChange.TAKES_AWAY,
        is_of_change=True,
    ),
    NotificationKind(
        NotificationEvent.BOOKING_TAKEN_OVER,
        _THERAPIST,
        OfUseUntil.LAST_SESSION_ENDS,
        calendar=CalendarChange.ADDS,
        tells_where=True,
        is_of_change=True,
        is_of_one_time=True,
    ),
    NotificationKind(
        NotificationEvent.REMINDER,
        _CLIENT,
        OfUseUntil.FIRST_SESSION_STARTS,
        is_of_one_time=True,
        tells_where=True,
        calls_for_attention=False,
    ),
    NotificationKind(
        NotificationEvent.SLOT_OFFERED,
        _CLIENT,
        OfUseUntil.OFFER_ENDS,
        page="offers",
        tells_where=True,
        asks=True,
        calls_for_attention=False,
    ),
    NotificationKind(
        NotificationEvent.APPROVAL_REQUESTED,
        _THERAPIST,
        OfUseUntil.HOLD_ENDS,
        page="held",
        page_lists=True,
        asks=True,
        is_of_series=True,
    ),
    NotificationKind(
        NotificationEvent.PAYMENT_DUE,
        _CLIENT,
        OfUseUntil.HOLD_ENDS,
        tells_where=True,
        tells_policy=True,
        tells_fees=True,
        asks=True,
        is_of_series=True,
    ),
    NotificationKind(
        NotificationEvent.HOLD_ENDED,
        _CLIENT,
        OfUseUntil.LAST_SESSION_ENDS,
        is_of_series=True,
    ),
    NotificationKind(NotificationEvent.PAYMENT_REFUNDED, _CLIENT, OfUseUntil.ALWAYS),
    NotificationKind(NotificationEvent.FEE_CHARGED, _CLIENT, OfUseUntil.ALWAYS),
    NotificationKind(NotificationEvent.FEE_DUE, _CLIENT, OfUseUntil.ALWAYS, asks=True),
)

KINDS = {kind.event: kind for kind in _KINDS}

FOR_CLIENTS = [kind.event for kind in _KINDS if Recipient.CLIENT in kind.recipients]

OF_CHANGES = [kind.event for kind in _KINDS if kind.is_of_change]
CALLING_FOR_ATTENTION = [kind.event for kind in _KINDS if kind.calls_for_attention]
OF_ONE_TIME = [kind.event for kind in _KINDS if kind.is_of_one_time]
