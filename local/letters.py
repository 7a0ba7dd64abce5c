"""Letters of every kind, about the demo people: docs/messages.md shows what they say, and tests read them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from booking.codes import Channel, Language, NotificationEvent, Recipient
from booking.letters import Letter, LetterSession
from booking.notifications import KINDS, NotificationKind, OfUseUntil


def session(start: datetime, number: int = 1) -> LetterSession:
    return LetterSession(f"booking-{number}", start, start, 0)


START = datetime(2027, 3, 22, 16, 0, tzinfo=UTC)
ONE = Letter(
    event=NotificationEvent.BOOKING_CONFIRMED,
    recipient=Recipient.CLIENT,
    channel=Channel.EMAIL,
    language=Language.EN,
    is_discreet=False,
    service_name="individual session",
    therapist_name="Miriam Adler",
    client_name="Jonas Weber",
    zone=ZoneInfo("Europe/London"),
    therapist_zone=ZoneInfo("Europe/Berlin"),
    booking_id="booking-1",
    uid="booking-1@therapist-booking",
    recurrence=None,
    series_zone=ZoneInfo("Europe/Berlin"),
    sessions=(session(START),),
    all_sessions=(),
    moved_from=START - timedelta(days=1),
    duration=timedelta(minutes=50),
    still_true=True,
    address="jonas.weber@example.com",
)
_TWO = tuple(session(start, n) for n, start in enumerate((START, datetime(2027, 3, 29, 15, 0, tzinfo=UTC)), 1))
SERIES = replace(ONE, recurrence="FREQ=WEEKLY;COUNT=2", sessions=_TWO, all_sessions=_TWO)


def letters() -> list[Letter]:
    """One of each kind, to each of its recipients, in each language."""
    return [
        replace(
            letter,
            event=kind.event,
            recipient=recipient,
            language=language,
            zone=ONE.zone if recipient == Recipient.CLIENT else ONE.therapist_zone,
            answer_until=START - timedelta(days=2) if kind.of_use_until == OfUseUntil.OFFER_ENDS else None,
        )
        for kind in sorted(KINDS.values(), key=lambda kind: kind.event)
        for recipient in kind.recipients
        for language in Language
        for letter in _examples(kind)
    ]


def _examples(kind: NotificationKind) -> tuple[Letter, ...]:
    """What a kind reads like for one session, and in the other cases that have words of their own."""
    if kind.of_use_until == OfUseUntil.OFFER_ENDS:
        return (ONE, replace(ONE, pauses_unanswered=True))
    return (ONE, SERIES) if kind.is_of_series else (ONE,)


def name_of(letter: Letter) -> str:
    """For the names of tests."""
    return f"{letter.event}-{letter.recipient}-{letter.language}"
