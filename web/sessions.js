// Sessions in the order in which somebody looks for theirs.

/** @typedef {Record<string, any>} Session a booking of GET /v1/bookings */

const STANDING = ["held", "confirmed"];
const OFF = ["cancelled", "late_cancelled", "rejected"];
const MONTH_MS = 30 * 24 * 3600 * 1000;

/** Whether it takes its time. @param {Session} session */
export const isStanding = (session) => STANDING.includes(session.status);

/** Whether its end is still to come. @param {Session} session @param {number} now */
export const isToCome = (session, now) => Date.parse(session.ends_at) > now;

/**
 * Those that will take place, and those that were to: next first.
 *
 * @param {Session[]} sessions
 * @param {number} now
 */
export const coming = (sessions, now) => ({
    standing: sessions.filter((each) => isToCome(each, now) && isStanding(each)),
    off: sessions.filter((each) => isToCome(each, now) && OFF.includes(each.status)),
});

/**
 * Reads what has been, the latest first. The API lists forwards: months are asked for, ever more of them.
 *
 * @param {(query: Record<string, string>) => Promise<{ bookings: Session[], next: string | null }>} read
 * @param {number} before milliseconds; sessions that start before it
 * @param {number} [months] of the first look
 * @returns {Promise<{ sessions: Session[], earlier: { before: number, months: number } | null }>} `earlier`: where to go on
 */
export async function past(read, before, months = 3) {
    const first = (await read({ to: iso(before), limit: "1" })).bookings[0];
    if (!first) return { sessions: [], earlier: null };
    for (let span = months; ; span *= 2) {
        const from = before - span * MONTH_MS;
        const sessions = await all(read, { from: iso(from), to: iso(before) });
        const isAll = Date.parse(first.starts_at) >= from;
        if (sessions.length || isAll) {
            return { sessions: sessions.reverse(), earlier: isAll ? null : { before: from, months: span * 2 } };
        }
    }
}

/**
 * Every page of a list.
 *
 * @param {(query: Record<string, string>) => Promise<{ bookings: Session[], next: string | null }>} read
 * @param {Record<string, string>} query
 */
async function all(read, query) {
    /** @type {Session[]} */
    const found = [];
    /** @type {string | null} */
    let cursor = null;
    do {
        const page = await read({ ...query, limit: "200", ...(cursor ? { cursor } : {}) });
        found.push(...page.bookings);
        cursor = page.next;
    } while (cursor);
    return found;
}

/** @param {number} instant */
const iso = (instant) => new Date(instant).toISOString().replace(/\.\d+Z/, "Z");
