"""Letters of every kind, about the demo people: docs/messages.md shows what they say, and tests read them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from booking.codes import Actor, Channel, Held, Language, NotificationEvent, Recipient
from booking.letters import Letter, Letterhead, LetterSession
from booking.notifications import KINDS, NotificationKind, OfUseUntil
from booking.places import Place, one_line

PRACTICE = Letterhead(
    name="Practice Adler",
    address="Lindenstraße 12\n10969 Berlin",
    phone="+49 30 23125000",
    email="practice@example.com",
    privacy_page="https://practice.example.com/privacy",
    accent_colour="#1f5f4a",
)
POLICY = {
    Language.EN: "Please cancel a day before at the latest. Later we charge half of the price.",
    Language.DE: "Bitte sagen Sie spätestens einen Tag vorher ab. Danach berechnen wir die Hälfte des Preises.",
}
REASON = {Language.EN: "Ms Adler is ill.", Language.DE: "Frau Adler ist krank."}
AT_PRACTICE = Place(Held.AT_PRACTICE, "Room 2, second floor", one_line(PRACTICE.address))
BY_VIDEO = Place(Held.VIDEO, video_link="https://meet.example.com/adler")


def session(start: datetime, number: int = 1) -> LetterSession:
    return LetterSession(f"booking-{number}", start, start, 0, place=AT_PRACTICE)


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
    practice=PRACTICE,
)
_TWO = tuple(session(start, n) for n, start in enumerate((START, datetime(2027, 3, 29, 15, 0, tzinfo=UTC)), 1))
SERIES = replace(ONE, recurrence="FREQ=WEEKLY;COUNT=2", sessions=_TWO, all_sessions=_TWO)


def letters() -> list[Letter]:
    """One of each kind, to each of its recipients, in each language."""
    return [letter for _, letter in catalogue()]


def catalogue() -> list[tuple[str, Letter]]:
    """The same, with what each is an example of."""
    return [
        (
            about,
            replace(
                letter,
                event=kind.event,
                recipient=recipient,
                language=language,
                zone=ONE.zone if recipient == Recipient.CLIENT else ONE.therapist_zone,
                answer_until=START - timedelta(days=2) if kind.of_use_until == OfUseUntil.OFFER_ENDS else None,
                cancellation_policy=POLICY[language] if recipient == Recipient.CLIENT else "",
                reason=REASON[language] if letter.reason else "",
            ),
        )
        for kind in sorted(KINDS.values(), key=lambda kind: kind.event)
        for recipient in kind.recipients
        for language in Language
        for about, letter in _examples(kind)
    ]


def _examples(kind: NotificationKind) -> Iterator[tuple[str, Letter]]:
    """What a kind reads like for one session, and in the other cases that have words of their own."""
    yield "one session", ONE
    if kind.is_of_series:
        yield "a series", SERIES
    if kind.event == NotificationEvent.SLOT_OFFERED:
        yield "after others without an answer", replace(ONE, pauses_unanswered=True)
    if kind.event == NotificationEvent.BOOKING_CANCELLED:
        yield "late", replace(ONE, sessions=(replace(ONE.sessions[0], is_late=True),))
        yield "by the practice, with a reason", replace(ONE, actor=Actor.PRACTICE, reason="a reason")
    if kind.event == NotificationEvent.BOOKING_CONFIRMED:
        yield "by the practice", replace(ONE, actor=Actor.PRACTICE)
        yield "by video", replace(ONE, sessions=(replace(ONE.sessions[0], place=BY_VIDEO),))
    if kind.event == NotificationEvent.BOOKING_MOVED:
        yield "by the practice", replace(ONE, actor=Actor.PRACTICE)


def name_of(letter: Letter) -> str:
    """For the names of tests."""
    return f"{letter.event}-{letter.recipient}-{letter.language}"
