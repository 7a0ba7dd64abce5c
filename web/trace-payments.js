// The ledger of a booking's payments: what was to be moved, and what became of it.

import { keyOf, partsOf } from "./traces.js";

/**
 * @typedef {object} Payment
 * @property {string} at
 * @property {string} purpose
 * @property {string} entry
 * @property {number} amount in the smallest unit of the currency
 * @property {string} currency
 * @property {string | null} code why it failed, as the provider says it
 * @property {string} actor
 * @property {string} id the provider's; else the key
 * @property {string | null} execution its key, if the trace has it
 * @property {string | null} session whose it is, of a series; null: the booking's own
 * @property {import("./executions.js").Became} became
 */

const BADLY = ["failed", "disputed", "dispute_lost"];

/** @param {import("./traces.js").Trace} trace @returns {Payment[]} the oldest first; of a series those of all its sessions */
export function paymentsOf(trace) {
    const all = partsOf(trace).flatMap((part) =>
        (part.payments ?? []).map((/** @type {any} */ each) => ({ ...each, session: part.booking_id })),
    );
    return all
        .map(({ session, key, provider_id: id, execution, ...entry }) => {
            const known = trace.executions.find((each) => each.execution === execution);
            const isOpen =
                entry.entry === "intended" &&
                !all.some((each) => each.key === key && each.session === session && each.entry !== "intended");
            return {
                ...{ at: entry.at, purpose: entry.purpose, entry: entry.entry, amount: entry.amount },
                ...{ currency: entry.currency, code: entry.code, actor: entry.actor, id: id || key },
                execution: known ? keyOf(known) : null,
                session: session === trace.booking_id ? null : session,
                became: BADLY.includes(entry.entry)
                    ? /** @type {const} */ ("failed")
                    : isOpen
                      ? /** @type {const} */ ("underWay")
                      : /** @type {const} */ ("done"),
            };
        })
        .sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
}
