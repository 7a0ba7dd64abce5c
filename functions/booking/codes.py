"""Every code of the project: statuses, outcomes, reasons, kinds. Stable: workflows and clients program against them."""

from enum import StrEnum


class BookingStatus(StrEnum):
    PENDING = "pending"  # accepted, the workflow has not decided; never stored
    HELD = "held"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    LATE_CANCELLED = "late_cancelled"  # stored as cancelled, and that it was late beside it
    COMPLETED = "completed"
    NO_SHOW = "no_show"

    @property
    def takes_time(self) -> bool:
        """Whether such a booking keeps others out of its time, as the exclusion constraints do: somebody sits there."""
        return self.is_standing or self in (BookingStatus.COMPLETED, BookingStatus.NO_SHOW)

    @property
    def is_standing(self) -> bool:
        """Whether such a booking may still be cancelled or moved: nobody has said yet what became of it."""
        return self in (BookingStatus.HELD, BookingStatus.CONFIRMED)


class Outcome(StrEnum):
    """What a step decided. The Choice states of the workflow test these values."""

    VALID = "valid"
    INVALID = "invalid"
    RESERVED = "reserved"
    SLOT_TAKEN = "slot_taken"
    CLIENT_BUSY = "client_busy"
    THERAPIST_AWAY = "therapist_away"
    DAY_FULL = "day_full"
    TOO_MANY_SESSIONS = "too_many_sessions"
    TOO_MANY_REQUESTS = "too_many_requests"
    KEY_CONFLICT = "key_conflict"
    CANCELLED = "cancelled"
    LATE_CANCELLED = "late_cancelled"
    MOVED = "moved"
    DUE = "due"
    NOT_DUE = "not_due"
    AWAITS_APPROVAL = "awaits_approval"
    AWAITS_PAYMENT = "awaits_payment"
    CONFIRMED = "confirmed"
    APPROVED = "approved"
    UNPAID = "unpaid"  # nobody has said so yet: the provider is asked, and told to take nothing more
    KEPT = "kept"
    RECORDED = "recorded"
    REFUND = "refund"
    CHARGE = "charge"
    CHECKOUT = "checkout"
    NOTHING = "nothing"
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    REFUSED = "refused"
    REJECTED = "rejected"
    SENT = "sent"
    UNDELIVERABLE = "undeliverable"


class ReasonCode(StrEnum):
    """Why a booking was rejected. Stable: clients program against them."""

    REQUESTER_NOT_ALLOWED = "requester_not_allowed"
    OVERRIDE_NOT_ALLOWED = "override_not_allowed"
    CLIENT_UNKNOWN = "client_unknown"
    CLIENT_RECORD_MISSING = "client_record_missing"
    CLIENT_INACTIVE = "client_inactive"
    THERAPIST_UNKNOWN = "therapist_unknown"
    THERAPIST_NEEDED = "therapist_needed"
    THERAPIST_INACTIVE = "therapist_inactive"
    SERVICE_UNKNOWN = "service_unknown"
    SERVICE_INACTIVE = "service_inactive"
    SERVICE_NOT_OFFERED = "service_not_offered"
    NOBODY_OFFERS_SERVICE = "nobody_offers_service"
    STARTS_AT_INVALID = "starts_at_invalid"
    STARTS_AT_NOT_ON_THE_MINUTE = "starts_at_not_on_the_minute"
    STARTS_AT_OFF_THE_GRID = "starts_at_off_the_grid"
    STARTS_AT_SKIPPED = "starts_at_skipped"
    STARTS_IN_THE_PAST = "starts_in_the_past"
    NOTICE_TOO_SHORT = "notice_too_short"
    BEYOND_BOOKING_WINDOW = "beyond_booking_window"
    OUTSIDE_AVAILABILITY = "outside_availability"
    PRACTICE_CLOSED = "practice_closed"
    THERAPIST_AWAY = "therapist_away"
    DAY_FULL = "day_full"
    TOO_MANY_SESSIONS = "too_many_sessions"
    TOO_MANY_REQUESTS = "too_many_requests"
    TOO_MANY_CHANGES = "too_many_changes"
    SLOT_TAKEN = "slot_taken"
    CLIENT_BUSY = "client_busy"
    KEY_CONFLICT = "key_conflict"
    RECURRENCE_INVALID = "recurrence_invalid"
    RECURRENCE_STARTS_ELSEWHERE = "recurrence_starts_elsewhere"
    RECURRENCE_NEVER_MATCHES = "recurrence_never_matches"
    RECURRENCE_TOO_LONG = "recurrence_too_long"
    SERIES_REJECTED = "series_rejected"
    BOOKING_UNKNOWN = "booking_unknown"
    BOOKING_NOT_STANDING = "booking_not_standing"
    BOOKING_OVER = "booking_over"
    NOT_YOURS = "not_yours"
    MOVED_MEANWHILE = "moved_meanwhile"
    TOO_LATE = "too_late"
    NOTHING_TO_MOVE = "nothing_to_move"
    BOOKING_HELD = "booking_held"
    OFFER_DECLINED = "offer_declined"
    OFFER_EXPIRED = "offer_expired"
    APPROVAL_DECLINED = "approval_declined"
    APPROVAL_EXPIRED = "approval_expired"
    PAYMENT_MISSING = "payment_missing"


class WhyNone(StrEnum):
    """Why nothing can be booked on a day. In this order: of several therapists the first of their reasons is said."""

    FULL = "full"  # there are hours, and bookings have them
    TOO_SOON = "too_soon"  # nearer than the minimum notice
    NOT_YET_OPEN = "not_yet_open"  # beyond the booking window
    CLOSED = "closed"  # the practice is
    AWAY = "away"
    PAST = "past"
    NO_HOURS = "no_hours"


class OnConflict(StrEnum):
    """What becomes of a series when one of its sessions can't be booked."""

    REJECT = "reject"  # all or nothing
    SKIP = "skip"  # the others are booked


class Scope(StrEnum):
    """Which sessions of a series a cancellation means."""

    ONE = "one"
    FOLLOWING = "following"  # this one and those after it
    ALL = "all"


class WordsKind(StrEnum):
    """What words are: on a booking, or the reason of a change."""

    NOTE = "note"  # of who books
    STAFF_NOTE = "staff_note"  # of who keeps the calendar
    REASON = "reason"


class ChangeCost(StrEnum):
    """What cancelling or moving a booking comes to now."""

    FREE = "free"
    LATE = "late"  # cancelled late: the practice may charge what was promised
    NOT_ALLOWED = "not_allowed"


class LateCancellation(StrEnum):
    """What clients may do when the time for free cancellation is over."""

    ALLOWED = "allowed"
    STAFF_ONLY = "staff_only"


class WaitingStatus(StrEnum):
    """The status of an entry of the wait list."""

    WAITING = "waiting"
    BOOKED = "booked"  # an offer was accepted
    LEFT = "left"
    OVER = "over"  # the last of its times has come


class OfferAnswer(StrEnum):
    """What a client says to an offer."""

    ACCEPT = "accept"
    DECLINE = "decline"


class PaymentRule(StrEnum):
    """How a service is paid for."""

    NONE = "none"  # not here
    PREPAY = "prepay"
    CARD_ON_FILE = "card_on_file"  # kept for fees


class ApprovalRule(StrEnum):
    """Who says yes before a session of a service is booked."""

    NONE = "none"
    THERAPIST = "therapist"


class FeeKind(StrEnum):
    """How a fee is reckoned."""

    NONE = "none"
    PERCENT = "percent"  # of the price
    AMOUNT = "amount"  # in the smallest unit of the price's currency


class Awaits(StrEnum):
    """What a held booking waits for."""

    APPROVAL = "approval"
    PAYMENT = "payment"  # or the card that is kept


class HoldAnswer(StrEnum):
    """What was said to a hold. The first answer holds."""

    APPROVE = "approve"
    DECLINE = "decline"
    PAY = "pay"
    WAIVE = "waive"  # staff ask for no payment
    CANCEL = "cancel"


class PaymentStanding(StrEnum):
    """How the payment of a session stands."""

    NONE = "none"  # there is nothing to pay, or nothing yet
    DUE = "due"  # the time is held until it is paid for, or until a card is left
    PAID = "paid"
    CARD_KEPT = "card_kept"
    REFUNDED = "refunded"
    PARTLY_REFUNDED = "partly_refunded"
    FEE_CHARGED = "fee_charged"
    FEE_DUE = "fee_due"  # the card did not take it
    WAIVED = "waived"
    DISPUTED = "disputed"
    FAILED = "failed"  # money that should have gone back has not


class PaymentEntry(StrEnum):
    """What an entry of the ledger of payments says."""

    INTENDED = "intended"
    AUTHORISED = "authorised"
    CAPTURED = "captured"
    REFUNDED = "refunded"
    FAILED = "failed"
    DISPUTED = "disputed"
    DISPUTE_WON = "dispute_won"
    DISPUTE_LOST = "dispute_lost"


class MovementCode(StrEnum):
    """Why a movement of money failed, where it is not the provider who says so: what the migrations look at, too."""

    DISPUTED = "disputed"  # the bank looks into the payment, and will say who has the money
    MADE_BY_HAND = "made_by_hand"
    NOT_DUE = "not_due"  # when the card was to be asked


class Held(StrEnum):
    """Where a session is held."""

    AT_PRACTICE = "at_practice"
    VIDEO = "video"
    PHONE = "phone"


class Language(StrEnum):
    """The language of messages, as their recipient has chosen."""

    EN = "en"
    DE = "de"


class Group(StrEnum):
    """Cognito user pool groups."""

    CLIENT = "client"
    THERAPIST = "therapist"
    OPERATOR = "operator"


STAFF = frozenset({Group.THERAPIST, Group.OPERATOR})
"""Who keeps calendars or sees everything."""


class Channel(StrEnum):
    EMAIL = "email"
    SMS = "sms"


class Recipient(StrEnum):
    CLIENT = "client"
    THERAPIST = "therapist"


class Actor(StrEnum):
    """Who did something to a booking, by what they are to it now."""

    CLIENT = "client"
    THERAPIST = "therapist"
    PRACTICE = "practice"  # anybody else of it


class NotificationEvent(StrEnum):
    BOOKING_CONFIRMED = "booking_confirmed"
    SLOT_LOST = "slot_lost"
    BOOKING_CANCELLED = "booking_cancelled"
    BOOKING_MOVED = "booking_moved"
    BOOKING_HANDED_OVER = "booking_handed_over"  # moved to another therapist: to the one who had it
    BOOKING_TAKEN_OVER = "booking_taken_over"  # and to the one who has it now
    REMINDER = "reminder"
    SLOT_OFFERED = "slot_offered"
    APPROVAL_REQUESTED = "approval_requested"
    PAYMENT_DUE = "payment_due"
    HOLD_ENDED = "hold_ended"
    PAYMENT_REFUNDED = "payment_refunded"
    FEE_CHARGED = "fee_charged"
    FEE_DUE = "fee_due"  # the card did not take it: the client is asked to pay it


class NotificationStatus(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    UNDELIVERABLE = "undeliverable"


class DeliveryReport(StrEnum):
    """What a provider says became of a message after it took it."""

    DELIVERED = "delivered"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    FAILED = "failed"  # it did not arrive; the next one may


class UndeliverableReason(StrEnum):
    NO_CONTACT = "no_contact"  # no address on this channel, or no consent to use it (any more)
    ADDRESS_INVALID = "address_invalid"
    OPTED_OUT = "opted_out"
    BOOKING_CHANGED = "booking_changed"  # what the message says is no longer so
    ADDRESS_BOUNCED = "address_bounced"  # an earlier message bounced, and nobody has confirmed the address since
    COMPLAINED = "complained"  # the recipient has reported a message as spam
    LIMIT_REACHED = "limit_reached"  # the recipient got as many messages in a day as the practice allows
    COUNTRY_NOT_ALLOWED = "country_not_allowed"  # the practice sends no texts there
    TOO_LATE = "too_late"  # a reminder of a session that begins, or whose time has passed


class Unreachable(StrEnum):
    """Why an address is not written to any more, until it is confirmed or another is given."""

    BOUNCED = "bounced"
    COMPLAINED = "complained"
    OPTED_OUT = "opted_out"

    @property
    def reason(self) -> UndeliverableReason:
        """Why a message to that address is undeliverable."""
        return UndeliverableReason.ADDRESS_BOUNCED if self is Unreachable.BOUNCED else UndeliverableReason(self)


class ConsentKind(StrEnum):
    """What somebody agrees to, or takes back; each in a version of the practice's own text."""

    CONTACT_EMAIL = "contact_email"
    CONTACT_SMS = "contact_sms"
    PRIVACY = "privacy"
    TERMS = "terms"

    @classmethod
    def to_be_written_to(cls, channel: Channel) -> "ConsentKind":
        return cls.CONTACT_EMAIL if channel == Channel.EMAIL else cls.CONTACT_SMS


class Likeness(StrEnum):
    """Why two records may be of one person."""

    NAME = "name"
    EMAIL = "email"
    SMS = "sms"


class DataRequest(StrEnum):
    """What clients ask the practice to do with all that it keeps of them."""

    EXPORT = "export"
    DELETION = "deletion"


class Decision(StrEnum):
    """What an operator says to it."""

    GRANTED = "granted"
    REFUSED = "refused"


class Act(StrEnum):
    """What an operator does: to an execution, a message of the ledger, or a queue's message."""

    REDRIVEN = "redriven"
    RERUN = "rerun"
    RESENT = "resent"
    MESSAGE_REDRIVEN = "message_redriven"


ACT_REFUSED = "act_refused"
"""What the history says of an act that was recorded and then could not be done."""


class ActReason(StrEnum):
    """Why an operator acts. It goes where no free text may."""

    PROVIDER_IS_BACK = "provider_is_back"
    DATABASE_IS_BACK = "database_is_back"
    CAUSE_IS_MENDED = "cause_is_mended"
    CONTACT_IS_MENDED = "contact_is_mended"
    REDRIVE_EXPIRED = "redrive_expired"  # the fourteen days are over, or the definition has changed
    ASKED_FOR = "asked_for"  # somebody of the practice, or the client
    OTHER = "other"


class Recorded(StrEnum):
    """Where an act is recorded."""

    IN_HISTORY = "in_history"
    IN_QUEUE = "in_queue"  # PostgreSQL is away: without the operator's words, and in the history once it is back


class WhyNoRequest(StrEnum):
    """Why a booking's request can't be run again."""

    NOT_DECIDED = "not_decided"  # there is no row of it: Step Functions has the request, or nobody
    OFFER = "offer"  # its time was held by the sweep
    SESSION_OF_SERIES = "session_of_series"  # the request is that of the first session
    UNREADABLE = "unreadable"  # what was kept is no request any more


class PaymentPurpose(StrEnum):
    """What money is asked for, or a card."""

    SESSION = "session"  # the price of what is booked
    CARD = "card"  # nothing now: a card to keep
    FEE = "fee"  # a late cancellation, a missed session
    REFUND = "refund"  # what goes back


class ProviderObject(StrEnum):
    """What the payment provider's events are about, in its own words."""

    CHECKOUT = "checkout.session"
    PAYMENT = "payment_intent"
    CHARGE = "charge"
    REFUND = "refund"
    DISPUTE = "dispute"


class FactsOf(StrEnum):
    """What the facts of money are about."""

    CHECKOUT = "checkout"
    PAYMENT = "payment"
    REFUND = "refund"
    DISPUTE = "dispute"
    UNKNOWN = "unknown"  # the provider has no such object


class PaymentStatus(StrEnum):
    """What has become of an object of the provider's."""

    OPEN = "open"  # somebody can pay
    COMPLETE = "complete"  # a checkout: paid, or the card is kept
    EXPIRED = "expired"  # a checkout: nobody can pay any more
    NONE = "none"  # there is no checkout, and none was opened
    PENDING = "pending"  # the provider has not decided
    CAPTURED = "captured"
    REFUNDED = "refunded"
    FAILED = "failed"
    NEEDS_PERSON = "needs_person"  # the bank wants the card's owner
    DISPUTED = "disputed"
    DISPUTE_WON = "dispute_won"
    DISPUTE_LOST = "dispute_lost"
