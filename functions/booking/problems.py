"""Every kind of problem that the API answers with (RFC 9457). Stable: clients program against the types."""

from enum import Enum

TYPE_PREFIX = "urn:therapist-booking:problem:"


class Problem(Enum):
    """A kind of problem: the last part of its ``type``, its title, its status, and when it is answered."""

    INVALID_BODY = "invalid-body", "Invalid request body", 400, "The body is not what the contract says."
    INVALID_PARAMETER = "invalid-parameter", "Invalid parameter", 400, "A parameter is not what the contract says."
    MISSING_PARAMETER = "missing-parameter", "Missing parameter", 400, "A parameter is missing that must be there."
    INVALID_IDEMPOTENCY_KEY = (
        *("invalid-idempotency-key", "Invalid Idempotency-Key", 400),
        "The key is missing, given twice, or not 1 to 80 characters of A-Z a-z 0-9 - _.",
    )
    INVALID_SIGNATURE = (
        *("invalid-signature", "Invalid signature", 400),
        "Stripe-Signature is missing, not this body's, or minutes old.",
    )
    UNAUTHORIZED = "unauthorized", "Unauthorized", 401, "There is no valid, current ID token."
    FORBIDDEN = "forbidden", "Forbidden", 403, "The caller sees it, and may not do this to it."
    INVALID_API_KEY = "invalid-api-key", "Invalid API key", 403, "x-api-key is missing, or no key of the practice."
    REFUSED = "refused", "Refused", 403, "The firewall takes the call for an attack, or the gateway can't take it."
    NO_SUCH_CALL = "no-such-call", "No such call", 404, "There is no such path, or it has no such method."
    BOOKING_NOT_FOUND = "booking-not-found", "Booking not found", 404, "There is none, or it is not the caller's."
    CHANGE_NOT_FOUND = "change-not-found", "Change not found", 404, "There is none, or it is not the caller's."
    SERIES_NOT_FOUND = "series-not-found", "Series not found", 404, "There is none, or it is not the caller's."
    MESSAGE_NOT_FOUND = "message-not-found", "Message not found", 404, "Clients get none of this event and language."
    ENTRY_NOT_FOUND = "entry-not-found", "Entry not found", 404, "There is none, or it is not the caller's."
    OFFER_NOT_FOUND = "offer-not-found", "Offer not found", 404, "There is none, or it is not the caller's."
    THERAPIST_NOT_FOUND = "therapist-not-found", "Therapist not found", 404, "There is none, or not for the caller."
    CLOSED_DAY_NOT_FOUND = "closed-day-not-found", "Closed day not found", 404, "The practice is not closed that day."
    TIME_OFF_NOT_FOUND = "time-off-not-found", "Time off not found", 404, "The therapist has none of this id."
    SERVICE_NOT_FOUND = "service-not-found", "Service not found", 404, "There is none."
    CLIENT_NOT_FOUND = "client-not-found", "Client not found", 404, "There is none, or it is not the caller's."
    REQUEST_NOT_FOUND = "request-not-found", "Request not found", 404, "There is none."
    EXECUTION_NOT_FOUND = "execution-not-found", "Execution not found", 404, "There is none, or it is gone."
    EVENT_NOT_FOUND = "event-not-found", "Event not found", 404, "The execution has none of this number."
    NOTIFICATION_NOT_FOUND = "notification-not-found", "Notification not found", 404, "There is none."
    DEAD_LETTER_NOT_FOUND = "dead-letter-not-found", "Dead letter not found", 404, "There is none in this queue."
    IDEMPOTENCY_KEY_USED = (
        *("idempotency-key-used", "Idempotency-Key used before", 409),
        "The key names something else; where it can be said, Location is what.",
    )
    ID_TAKEN = "id-taken", "Id taken", 409, "The id of something new was used before."
    LOGIN_TAKEN = "login-taken", "Login taken", 409, "user_sub is someone else's login."
    LOGINS_OF_BOTH = "logins-of-both", "Both have a login", 409, "One of two records to be merged must have no login."
    SESSIONS_OVERLAP = (
        *("sessions-overlap", "Sessions overlap", 409),
        "Two records to be merged have sessions at one time; the problem's ``bookings`` lists them.",
    )
    SESSIONS_TO_COME = (
        "sessions-to-come",
        "Sessions to come",
        409,
        "Who is to be erased has sessions.",
    )
    REQUEST_DECIDED = "request-decided", "Decided before", 409, "The client's request was decided, and otherwise."
    TOO_MANY_CODES = "too-many-codes", "Too many codes", 409, "As many codes were sent in a day as the practice allows."
    HAS_LOGIN = "has-login", "Has a login", 409, "Who is to be invited can sign in already."
    OFFER_ANSWERED = "offer-answered", "Answered before", 409, "The offer was answered, and otherwise."
    HOLD_NOT_FOUND = "hold-not-found", "Hold not found", 404, "Nothing is waited for, or it is not the caller's."
    HOLD_ANSWERED = "hold-answered", "Answered before", 409, "What was waited for was answered, and otherwise."
    HOLD_OVER = "hold-over", "Over", 409, "Nothing is waited for any more: the time is free for others."
    NOTHING_DUE = "nothing-due", "Nothing due", 409, "Nothing is to be paid for the booking."
    OFFER_OVER = "offer-over", "Over", 409, "The offer has expired."
    BOOKING_NOT_STANDING = "booking-not-standing", "Not standing", 409, "The booking was rejected or cancelled."
    SESSION_NOT_BEGUN = "session-not-begun", "Not begun", 409, "Nobody can have missed a session that has not begun."
    BOOKINGS_IN_TIME_OFF = (
        *("bookings-in-time-off", "There are bookings in this time off", 409),
        "The problem's ``bookings`` lists them; ``proceed`` leaves them, ``cancel_bookings`` cancels them.",
    )
    BOOKINGS_ON_CLOSED_DAY = (
        *("bookings-on-closed-day", "There are bookings on this day", 409),
        "The problem's ``bookings`` lists them; ``proceed`` leaves them as they are.",
    )
    NOT_REDRIVABLE = "not-redrivable", "Not redrivable", 409, "Step Functions can't restart it; the detail says why."
    NOT_RERUNNABLE = "not-rerunnable", "Not to be run again", 409, "Nothing is left to run again; the detail says why."
    STILL_RUNNING = "still-running", "Still running", 409, "An execution of the booking is under way."
    CHANGED_MEANWHILE = "changed-meanwhile", "Changed meanwhile", 412, "If-Match is not the current ETag."
    BODY_TOO_LARGE = "body-too-large", "Body too large", 413, "The body has more than 64 KiB."
    UNSUPPORTED_MEDIA_TYPE = "unsupported-media-type", "Unsupported media type", 415, "The body is not JSON."
    RULE_BROKEN = "rule-broken", "A rule is broken", 422, "The call is what the contract says, and breaks a rule."
    IF_MATCH_MISSING = "if-match-missing", "If-Match is missing", 428, "A change must name the version it changes."
    THROTTLED = "throttled", "Too many requests", 429, "There were too many calls; try again after Retry-After seconds."
    INTERNAL_ERROR = "internal-error", "Internal error", 500, "A bug of ours, which has been recorded."
    INVITATION_NOT_SENT = (
        *("invitation-not-sent", "Invitation not sent", 503),
        "The record is kept; the login could not be made just now. The detail says how to try again.",
    )
    UNAVAILABLE = "unavailable", "Temporarily unavailable", 503, "Nothing was done; try again in a moment."

    def __init__(self, kind: str, title: str, status: int, when: str) -> None:
        self.kind, self.title, self.status, self.when = kind, title, status, when

    @property
    def type(self) -> str:
        return TYPE_PREFIX + self.kind
