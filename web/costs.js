// What cancelling comes to, before anybody presses: of one session, and of several of a series.

import { isStanding } from "./sessions.js";

/**
 * @typedef {{ cost: "free" | "late" | "not_allowed", free_until: string | null, reason: import("./reasons.js").Reason | null,
 *   fee?: number | null, refund?: number | null }} ChangeNow `fee` and `refund`: in the smallest unit of the currency
 * @typedef {{ booking_id: string, status: string, starts_at: string, ends_at: string }} Occurrence
 * @typedef {"one" | "following" | "all"} Scope
 */

/**
 * The sessions that are meant, of those that can still be cancelled: this one, it and those after it in the series,
 * or all of the series.
 *
 * @param {Occurrence[]} occurrences of the series, in its order
 * @param {string} bookingId
 * @param {Scope} scope
 * @param {number} now
 */
export function meant(occurrences, bookingId, scope, now) {
    const at = occurrences.findIndex((each) => each.booking_id === bookingId);
    const chosen =
        scope === "all" ? occurrences : occurrences.slice(Math.max(at, 0), scope === "one" ? at + 1 : undefined);
    return chosen.filter((each) => isStanding(each) && Date.parse(each.starts_at) > now);
}

/** The choices that differ: of the last session of a series, "this and those after it" is "this". @param {Occurrence[]} occurrences @param {string} bookingId @param {number} now */
export function scopes(occurrences, bookingId, now) {
    /** @type {{ scope: Scope, count: number }[]} */
    const differing = [];
    for (const scope of /** @type {Scope[]} */ (["one", "following", "all"])) {
        const count = meant(occurrences, bookingId, scope, now).length;
        if (!differing.some((each) => each.count === count)) differing.push({ scope, count });
    }
    return differing;
}

/**
 * What cancelling these costs. A series has one policy, and what is later is freer: asked in order of time, the first
 * that is free says that all after it are.
 *
 * @param {Occurrence[]} sessions
 * @param {(bookingId: string) => Promise<ChangeNow | null>} ask
 * @returns {Promise<{ free: number, late: number, notAllowed: number, fee: number, refund: number }>}
 */
export async function costsOf(sessions, ask) {
    const inTime = [...sessions].sort((one, other) => Date.parse(one.starts_at) - Date.parse(other.starts_at));
    const costs = { free: 0, late: 0, notAllowed: 0, fee: 0, refund: 0 };
    for (const [at, each] of inTime.entries()) {
        const change = await ask(each.booking_id);
        if (change?.cost === "free") {
            const free = inTime.length - at;
            return { ...costs, free, refund: costs.refund + free * (change.refund ?? 0) };
        }
        if (change?.cost === "late") {
            costs.late += 1;
            costs.fee += change.fee ?? 0;
            costs.refund += change.refund ?? 0;
        } else costs.notAllowed += 1;
    }
    return costs;
}
