// Why something was not done: the API's codes in the site's words.

/** @typedef {{ code: string, message: string }} Reason */

/** @type {Record<string, import("./words.js").Word>} */
const WORDS = {
    too_late: "reasonTooLate",
    slot_taken: "reasonSlotTaken",
    client_busy: "reasonClientBusy",
    day_full: "reasonDayFull",
    therapist_away: "reasonTherapistAway",
    practice_closed: "reasonPracticeClosed",
    outside_availability: "reasonOutsideHours",
    starts_at_off_the_grid: "reasonOutsideHours",
    starts_at_skipped: "reasonOutsideHours",
    notice_too_short: "reasonNoticeTooShort",
    starts_in_the_past: "reasonNoticeTooShort",
    beyond_booking_window: "reasonBeyondWindow",
    too_many_sessions: "reasonTooManySessions",
    too_many_requests: "reasonTooManyToday",
    too_many_changes: "reasonTooManyToday",
    booking_not_standing: "reasonNotStanding",
    booking_over: "reasonOver",
    booking_held: "reasonHeld",
    booking_unknown: "reasonUnknown",
    moved_meanwhile: "reasonMovedMeanwhile",
    nothing_to_move: "reasonNothingToMove",
    not_yours: "reasonNotYours",
    requester_not_allowed: "reasonNotAllowed",
    client_inactive: "reasonNotAllowed",
    client_record_missing: "reasonRecordMissing",
    therapist_inactive: "reasonTherapistInactive",
    service_inactive: "reasonServiceInactive",
    service_not_offered: "reasonServiceInactive",
    nobody_offers_service: "reasonServiceInactive",
    offer_declined: "reasonOfferDeclined",
    offer_expired: "reasonOfferExpired",
    payment_missing: "reasonPaymentMissing",
    approval_declined: "reasonApprovalDeclined",
    approval_expired: "reasonApprovalExpired",
    series_rejected: "reasonSeriesRejected",
};

/** The word of a reason, or null for one that came later than this page. @param {string} code */
export const wordOf = (code) => WORDS[code] ?? null;

/** What a list of reasons says, each once. @param {Reason[]} reasons @param {(word: any) => string} t */
export const sentences = (reasons, t) => [
    ...new Set(reasons.map(({ code, message }) => (WORDS[code] ? t(WORDS[code]) : message))),
];
