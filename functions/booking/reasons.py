"""What each reason says to people. Standard library only."""

from booking.codes import ReasonCode
from booking.model import Reason

_REASONS = {
    ReasonCode.REQUESTER_NOT_ALLOWED: "You may not book for this client with this therapist.",
    ReasonCode.OVERRIDE_NOT_ALLOWED: "Only who keeps the calendar may set rules of it aside.",
    ReasonCode.CLIENT_UNKNOWN: "client_id names no client.",
    ReasonCode.CLIENT_RECORD_MISSING: "The practice has no record of you yet: make yours first, with PUT /v1/me.",
    ReasonCode.CLIENT_INACTIVE: "This client is no longer active.",
    ReasonCode.THERAPIST_UNKNOWN: "therapist_id names no therapist.",
    ReasonCode.THERAPIST_NEEDED: "A series needs a therapist_id: all its sessions are with one therapist.",
    ReasonCode.THERAPIST_INACTIVE: "This therapist takes no bookings at present.",
    ReasonCode.SERVICE_UNKNOWN: "service_id names no service.",
    ReasonCode.SERVICE_INACTIVE: "This service is no longer offered.",
    ReasonCode.SERVICE_NOT_OFFERED: "This therapist does not offer this service.",
    ReasonCode.NOBODY_OFFERS_SERVICE: "No therapist offers this service.",
    ReasonCode.STARTS_AT_INVALID: "starts_at names no day and time that exist.",
    ReasonCode.STARTS_AT_NOT_ON_THE_MINUTE: "starts_at must be on a full minute.",
    ReasonCode.STARTS_AT_OFF_THE_GRID: "starts_at is not one of the times at which this service may start.",
    ReasonCode.STARTS_AT_SKIPPED: "The therapist's clocks are put forward and skip this time of that day.",
    ReasonCode.STARTS_IN_THE_PAST: "starts_at is not in the future.",
    ReasonCode.NOTICE_TOO_SHORT: "starts_at is nearer than the therapist's minimum notice.",
    ReasonCode.BEYOND_BOOKING_WINDOW: "starts_at is further ahead than the therapist's booking window.",
    ReasonCode.OUTSIDE_AVAILABILITY: "The session does not fit into the therapist's working hours.",
    ReasonCode.PRACTICE_CLOSED: "The practice is closed on this day.",
    ReasonCode.THERAPIST_AWAY: "The therapist is away at this time.",
    ReasonCode.DAY_FULL: "The therapist gives no more sessions on this day.",
    ReasonCode.TOO_MANY_SESSIONS: "The client has as many sessions to come as the practice allows: please ask it.",
    ReasonCode.TOO_MANY_REQUESTS: "There were as many requests in a day as the practice allows: please ask it.",
    ReasonCode.TOO_MANY_CHANGES: "There were as many changes in a day as the practice allows: please ask it.",
    ReasonCode.SLOT_TAKEN: "This time is no longer free.",
    ReasonCode.CLIENT_BUSY: "The client already has a session that overlaps this one.",
    ReasonCode.KEY_CONFLICT: "This Idempotency-Key was used before for another request.",
    ReasonCode.RECURRENCE_INVALID: "recurrence must be an RFC 5545 rule: FREQ=WEEKLY with BYDAY=MO,TH, or FREQ=MONTHLY "
    "with BYDAY=2TU or -1FR; INTERVAL; and either COUNT or UNTIL.",
    ReasonCode.RECURRENCE_STARTS_ELSEWHERE: "starts_at must be the first of recurrence's own times: it is on none of "
    "its days.",
    ReasonCode.RECURRENCE_NEVER_MATCHES: "recurrence has no time at or after starts_at.",
    ReasonCode.RECURRENCE_TOO_LONG: "recurrence has more than 52 times.",
    ReasonCode.SERIES_REJECTED: "Another session of this series could not be booked.",
    ReasonCode.BOOKING_UNKNOWN: "There is no booking of yours with this id.",
    ReasonCode.BOOKING_NOT_STANDING: "The booking was rejected or cancelled.",
    ReasonCode.BOOKING_OVER: "The session has begun or is over.",
    ReasonCode.NOT_YOURS: "This session is with another therapist, who keeps it.",
    ReasonCode.MOVED_MEANWHILE: "The session has been moved to another time meanwhile, and stays.",
    ReasonCode.TOO_LATE: "It is too late for this: please ask the practice.",
    ReasonCode.NOTHING_TO_MOVE: "The session is at this time already.",
    ReasonCode.BOOKING_HELD: "The time is only held, by an offer of the wait list: answer the offer.",
    ReasonCode.OFFER_DECLINED: "The offer was declined.",
    ReasonCode.OFFER_EXPIRED: "The offer was not answered in time.",
    ReasonCode.APPROVAL_DECLINED: "The therapist could not take this request.",
    ReasonCode.APPROVAL_EXPIRED: "The request was not answered in time.",
    ReasonCode.PAYMENT_MISSING: "The session was not paid for in time.",
}


def explained(code: ReasonCode) -> Reason:
    """The code with its sentence."""
    return Reason(code, _REASONS[code])
