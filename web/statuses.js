// What a booking's status is called on operators' pages.

/** @typedef {import("./words.js").Word} Word */

/** @type {Record<string, Word>} */
const STATUSES = {
    pending: "bookingPending",
    held: "bookingHeld",
    confirmed: "bookingConfirmed",
    completed: "bookingCompleted",
    cancelled: "bookingCancelled",
    late_cancelled: "bookingLateCancelled",
    rejected: "bookingRejected",
    no_show: "bookingNoShow",
};

/** One that came later than this page, as the API calls it. @param {string} status @param {(word: Word) => string} t */
export const statusName = (status, t) => (STATUSES[status] ? t(STATUSES[status]) : status);
