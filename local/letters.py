"""Letters of every kind, about the demo people: docs/messages.md shows what they say, and tests read them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from booking.codes import Actor, Channel, Held, Language, NotificationEvent, ReasonCode, Recipient
from booking.letters import Letter, Letterhead, LetterMoney, LetterSession
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


ENDING = (OfUseUntil.OFFER_ENDS, OfUseUntil.HOLD_ENDS)

PAID = LetterMoney("EUR", paid=9500, late_fee=4750, no_show_fee=9500, receipt="https://pay.example.com/receipts/1")
CARD = replace(PAID, keeps_card=True, paid=0, receipt="")
LATE = (replace(ONE.sessions[0], is_late=True),)


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
                answer_until=START - timedelta(days=2) if kind.of_use_until in ENDING else None,
                cancellation_policy=POLICY[language] if recipient == Recipient.CLIENT else "",
                reason=REASON[language] if letter.reason else "",
            ),
        )
        for kind in sorted(KINDS.values(), key=lambda kind: kind.event)
        for recipient in kind.recipients
        for language in Language
        for about, letter in _examples(kind)
        if recipient == Recipient.CLIENT or letter.money is None
    ]


def _examples(kind: NotificationKind) -> Iterator[tuple[str, Letter]]:
    """What a kind reads like for one session, and in the other cases that have words of their own."""
    yield from _of_money(kind)
    if kind.event in OF_MONEY:
        return
    yield "one session", ONE
    if kind.is_of_series:
        yield "a series", SERIES
    if kind.event == NotificationEvent.SLOT_OFFERED:
        yield "after others without an answer", replace(ONE, pauses_unanswered=True)
    if kind.event == NotificationEvent.BOOKING_CANCELLED:
        yield "late", replace(ONE, sessions=LATE)
        yield "by the practice, with a reason", replace(ONE, actor=Actor.PRACTICE, reason="a reason")
    if kind.event == NotificationEvent.BOOKING_CONFIRMED:
        yield "by the practice", replace(ONE, actor=Actor.PRACTICE)
        yield "by video", replace(ONE, sessions=(replace(ONE.sessions[0], place=BY_VIDEO),))
    if kind.event == NotificationEvent.BOOKING_MOVED:
        yield "by the practice", replace(ONE, actor=Actor.PRACTICE)


OF_MONEY = (
    NotificationEvent.PAYMENT_DUE,
    NotificationEvent.HOLD_ENDED,
    NotificationEvent.PAYMENT_REFUNDED,
    NotificationEvent.FEE_CHARGED,
    NotificationEvent.FEE_DUE,
)


def _of_money(kind: NotificationKind) -> Iterator[tuple[str, Letter]]:
    """What it reads like where something is to be paid."""
    fee = replace(CARD, amount=4750)
    match kind.event:
        case NotificationEvent.BOOKING_CONFIRMED:
            yield "prepaid", replace(ONE, money=PAID)
            yield "with a card on file", replace(ONE, money=CARD)
        case NotificationEvent.BOOKING_CANCELLED:
            yield "prepaid, in time", replace(ONE, money=replace(PAID, back=9500))
            yield "prepaid, late", replace(ONE, sessions=LATE, money=replace(PAID, back=4750, costs=4750))
            yield "with a card on file, late", replace(ONE, sessions=LATE, money=replace(CARD, costs=4750))
        case NotificationEvent.PAYMENT_DUE:
            yield "one session", replace(ONE, money=replace(PAID, paid=0, amount=9500))
            yield "a series", replace(SERIES, money=replace(PAID, paid=0, amount=19000))
            yield "a card to keep", replace(ONE, money=CARD)
        case NotificationEvent.HOLD_ENDED:
            declined = replace(ONE, ended_by=ReasonCode.APPROVAL_DECLINED)
            yield "declined, with a reason", replace(declined, actor=Actor.THERAPIST, reason="a reason")
            yield "not answered in time", replace(ONE, ended_by=ReasonCode.APPROVAL_EXPIRED)
            unpaid = ReasonCode.PAYMENT_MISSING
            yield "not paid in time", replace(ONE, ended_by=unpaid, money=replace(PAID, paid=0))
            yield "a series, not paid in time", replace(SERIES, ended_by=unpaid, money=replace(PAID, paid=0))
        case NotificationEvent.PAYMENT_REFUNDED:
            back = replace(PAID, amount=9500, back=9500)
            yield "cancelled", replace(ONE, is_cancelled=True, money=back)
            too_late = ReasonCode.PAYMENT_MISSING
            yield "paid too late", replace(ONE, is_cancelled=True, ended_by=too_late, money=back)
        case NotificationEvent.FEE_CHARGED:
            yield "late", replace(ONE, sessions=LATE, money=replace(fee, receipt=PAID.receipt))
            yield "missed", replace(ONE, money=replace(fee, amount=9500, receipt=PAID.receipt))
        case NotificationEvent.FEE_DUE:
            yield "late", replace(ONE, sessions=LATE, money=fee)


def name_of(letter: Letter) -> str:
    """For the names of tests."""
    return f"{letter.event}-{letter.recipient}-{letter.language}"
