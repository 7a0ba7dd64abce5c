// Which session a booking is: as PostgreSQL has it, or as its execution asked for it, where that is not known (yet).

/**
 * @typedef {object} Booked
 * @property {string} starts_at
 * @property {string | null} ends_at
 * @property {string | null} therapist_id
 * @property {string} service_id
 * @property {boolean} isWish it is what was asked for
 */

/**
 * @param {any[]} sessions as lists for operators have them
 * @param {string | null} bookingId
 * @param {any} [execution] of the booking
 * @returns {Booked | null}
 */
export function sessionIn(sessions, bookingId, execution) {
    const found = sessions.find((each) => each.booking_id === bookingId);
    return found ? { ...found, isWish: false } : wished(execution);
}

/** @param {import("./traces.js").Trace} trace @returns {Booked | null} */
export function sessionOf({ file, executions }) {
    const decided = file?.decision;
    if (decided?.starts_at && decided.service_id) return { ...decided, isWish: decided.ends_at === null };
    return wished(executions.find((each) => each.requested));
}

/** @param {any} execution @returns {Booked | null} */
const wished = (execution) => (execution?.requested ? { ...execution.requested, ends_at: null, isWish: true } : null);

/** When a session of a series is, by its id; null: it has no time, or nobody knows. @param {import("./traces.js").Trace} trace @param {string} id */
export const startOf = ({ file }, id) =>
    file?.sessions?.find((/** @type {{ booking_id: string }} */ each) => each.booking_id === id)?.starts_at ?? null;
