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


class Unreachable(StrEnum):
    """Why an address is not written to any more, until it is confirmed or another is given."""

    BOUNCED = "bounced"
    COMPLAINED = "complained"
    OPTED_OUT = "opted_out"


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
