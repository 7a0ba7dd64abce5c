// The batch of acts that is under way, kept until it is closed: a reload, a lost answer or signing in anew finds it
// again. Ids only, no reason in words; it is in sessionStorage, and gone with the tab.

/** @typedef {import("./batches.js").Batch} Batch */

const KEPT = "operators:batch";

/** @returns {Batch | null} */
export function keptBatch() {
    try {
        return JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
    } catch {
        return null; // not of our writing
    }
}

/** @param {Batch | null} batch null: it is closed */
export function keepBatch(batch) {
    if (!batch) return sessionStorage.removeItem(KEPT);
    const outcomes = Object.entries(batch.outcomes).map(([id, outcome]) => [id, keptOf(outcome)]);
    sessionStorage.setItem(KEPT, JSON.stringify({ ...batch, outcomes: Object.fromEntries(outcomes) }));
}

/** What is asked for as the page goes away, nobody hears the answer of; what runs is looked at anew. @param {import("./batches.js").Outcome} outcome */
const keptOf = ({ seen, ...outcome }) => (outcome.state === "asking" ? { state: "unanswered" } : outcome);
