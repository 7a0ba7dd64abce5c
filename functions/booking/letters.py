"""A letter: all that a notification is about, read when it is sent. Standard library only."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from booking.codes import Actor, Channel, Language, NotificationEvent, ReasonCode, Recipient, Unreachable
from booking.notifications import KINDS, NotificationKind, OfUseUntil
from booking.places import Place


@dataclass(frozen=True)
class Letterhead:
    """In whose name a letter goes out, and how they are reached. "": the practice has not said."""

    name: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""  # which answers go to
    privacy_page: str = ""
    accent_colour: str = ""


@dataclass(frozen=True)
class LetterSession:
    """One session that a letter is about, or one of its series. Instants in UTC."""

    booking_id: str
    starts_at: datetime
    first_booked_for: datetime
    sequence: int = 0
    therapist_name: str = ""  # as agreed; "": the letter's
    therapist_zone: ZoneInfo | None = None  # None: the letter's
    stands: bool = True  # the recipient has this session now
    is_refused: bool = False  # it was never booked
    is_late: bool = False  # it was cancelled when it was too late to do so for free
    place: Place | None = None  # None: nobody has said


@dataclass(frozen=True)
class LetterMoney:
    """What a letter to a client says of money. Amounts in the smallest unit of the currency; 0: there is none of it."""

    currency: str
    keeps_card: bool = False  # a card is kept for fees, instead of a payment
    amount: int = 0  # of what it tells of: to be paid, given back, charged
    paid: int = 0  # for its sessions, so far
    back: int = 0  # of that, what went back or is on its way
    costs: int = 0  # what its sessions cost as they stand now
    late_fee: int = 0  # of one session that is cancelled late
    no_show_fee: int = 0  # of one that is missed
    receipt: str = ""  # the provider's page


@dataclass(frozen=True)
class Letter:
    """What a notification is about and where it goes. Instants in UTC. Personal data: never log or return it."""

    event: NotificationEvent
    recipient: Recipient
    channel: Channel
    language: Language
    is_discreet: bool  # it names neither therapist nor service
    service_name: str
    therapist_name: str
    client_name: str
    zone: ZoneInfo  # the recipient's
    therapist_zone: ZoneInfo
    booking_id: str
    uid: str  # of the calendar event; the sessions of a series share one
    recurrence: str | None  # the rule of the series; None: the booking is no series
    series_zone: ZoneInfo  # the zone that the rule is read in, whoever has its sessions now
    sessions: tuple[LetterSession, ...]  # the sessions that the letter is about
    all_sessions: tuple[LetterSession, ...]  # every session of the series; empty: the booking is no series
    moved_from: datetime | None
    duration: timedelta
    still_true: bool  # the booking is still what the letter says it is
    address: str | None  # None: no contact on this channel, or no consent to it
    answer_until: datetime | None = None  # when the offer, or the hold, ends
    limit_reached: bool = False  # the recipient got as many messages today as the practice allows
    country_allowed: bool = True  # the practice sends texts to this country
    names_nobody: bool = False  # whoever is free was asked for, and nobody was
    pauses_unanswered: bool = False  # without an answer this is the last offer for now
    unreachable: Unreachable | None = None  # why the address is not written to any more
    practice: Letterhead = Letterhead()
    actor: Actor = Actor.CLIENT  # who has booked, cancelled or moved
    reason: str = ""  # of a change or a no, in the words of who made it; "": none, or it is internal
    is_cancelled: bool = False  # the booking, by whoever
    ended_by: ReasonCode | None = None  # why the booking is held no more; None: it is not cancelled, or somebody did it
    money: LetterMoney | None = None  # None: the booking has nothing to do with money
    cancellation_policy: str = ""  # of the practice, in the recipient's language
    introduction: str = ""  # the practice's own words, for clients
    closing: str = ""

    @property
    def kind(self) -> NotificationKind:
        return KINDS[self.event]

    @property
    def recipient_name(self) -> str:
        return self.client_name if self.recipient == Recipient.CLIENT else self.therapist_name

    @property
    def done_by(self) -> str:
        """Who did it, as the recipient is told: ``you``, ``client`` or ``practice``."""
        if self.actor.value == self.recipient.value:
            return "you"
        return "client" if self.actor == Actor.CLIENT else "practice"

    @property
    def starts(self) -> tuple[datetime, ...]:
        """When the sessions that it is about start."""
        return tuple(session.starts_at for session in self.sessions)

    @property
    def late(self) -> int:
        """How many of the sessions were cancelled late."""
        return sum(each.is_late for each in self.sessions)

    @property
    def series_length(self) -> int:
        """How many sessions the series was asked for with; 0: the booking is no series."""
        return len(self.all_sessions)

    @property
    def of_use_until(self) -> datetime:
        """The moment after which it tells its recipient nothing any more."""
        match self.kind.of_use_until:
            case OfUseUntil.FIRST_SESSION_STARTS:
                return self.starts[0]
            case OfUseUntil.LAST_SESSION_ENDS:
                return max(self.starts) + self.duration
            case OfUseUntil.OFFER_ENDS | OfUseUntil.HOLD_ENDS if self.answer_until is not None:
                return self.answer_until
            case _:
                return datetime.max.replace(tzinfo=UTC)
