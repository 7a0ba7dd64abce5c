// Many acts for one reason: one after the other, to be stopped and gone on with, each followed to its end.
//
// What was done is not done again: the key of each act follows from the batch and the matter.

import { Problem, SignedOut } from "./errors.js";

/** @typedef {import("./matters.js").Deed} Deed */
/** @typedef {import("./acts.js").Why} Why */

/**
 * @typedef {object} Outcome what became of a deed
 * @property {"left" | "asking" | "unanswered" | "done" | "refused"} state `unanswered`: nobody knows whether it was done
 * @property {{ status: number, body: Record<string, any> }} [problem] of a refusal
 * @property {string | null} [execution] what runs now, as `booking/7c9e6679`
 * @property {any} [seen] that execution, as it was seen last
 */

/** @typedef {{ id: string, deeds: Deed[], outcomes: Record<string, Outcome> }} Batch */
/** @typedef {(id: string, outcome: Outcome) => void} Tell */

/** @type {Outcome} */
const LEFT = { state: "left" };
const FOR_ALL = ["invalid-body", "rule-broken", "forbidden"]; // the reason is not taken, or nobody may: the next is no other
const FIRST_MS = 1000;
const LAST_MS = 5000;

/** @param {Deed[]} deeds @param {string} id @returns {Batch} */
export const newBatch = (deeds, id) => ({ id, deeds, outcomes: {} });

/** @param {Batch} batch @param {Deed} deed @returns {Outcome} */
export const outcomeOf = (batch, deed) => batch.outcomes[deed.id] ?? LEFT;

/** What is still to be done. @param {Batch} batch */
export const leftOf = (batch) =>
    batch.deeds.filter((each) => !["done", "refused"].includes(outcomeOf(batch, each).state));

/** @param {Batch} batch @param {string} id @param {Outcome} outcome @returns {Batch} */
export const told = (batch, id, outcome) => ({ ...batch, outcomes: { ...batch.outcomes, [id]: outcome } });

/** The Idempotency-Key of an act: the same for the same matter of the same batch. @param {string} batch @param {string} matter */
export async function keyOf(batch, matter) {
    const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`${batch} ${matter}`));
    return [...new Uint8Array(bytes)].map((each) => each.toString(16).padStart(2, "0")).join("");
}

/**
 * Does what is left of a batch, one after the other, until it is stopped: what is under way then is waited for.
 *
 * Rejects when going on would come to the same: nobody answers, who asks is signed out, the reason is not taken.
 *
 * @param {Batch} batch
 * @param {Why} why
 * @param {{ ask: (method: string, path: string, options: { body: Why, key: string }) => Promise<{ body: any }>, tell: Tell, stopped: AbortSignal }} how
 */
export async function carryOut(batch, why, { ask, tell, stopped }) {
    for (const deed of leftOf(batch)) {
        if (stopped.aborted) return;
        tell(deed.id, { state: "asking" });
        try {
            const { body } = await ask("POST", deed.path, { body: why, key: await keyOf(batch.id, deed.id) });
            tell(deed.id, { state: "done", execution: body.name ? `${body.machine}/${body.name}` : null });
        } catch (error) {
            const isAnswered = error instanceof Problem && error.status < 500 && error.status !== 429;
            const isItsOwn = isAnswered && !FOR_ALL.includes(error.kind);
            if (!isItsOwn) {
                tell(deed.id, { state: isAnswered || error instanceof SignedOut ? "left" : "unanswered" });
                throw error;
            }
            tell(deed.id, { state: "refused", problem: { status: error.status, body: error.body } });
        }
    }
}

/** Whether a deed has come to its end: what was restarted has ended again. @param {Deed} deed @param {Outcome} outcome */
export function isOver(deed, { state, execution, seen }) {
    if (state !== "done") return state === "refused";
    if (!execution) return true; // put back: what its consumer makes of it is seen in the booking
    return Boolean(seen) && seen.status !== "RUNNING" && (deed.act !== "redrive" || seen.redrives > deed.redrives);
}

/** What of a batch has come to its end. @param {Batch} batch */
export const overOf = (batch) => batch.deeds.filter((each) => isOver(each, outcomeOf(batch, each)));

/** Whether all of it has. @param {Batch} batch */
export const isFinished = (batch) => overOf(batch).length === batch.deeds.length;

/** @typedef {"succeeded" | "failedAgain" | "putBack" | "refused"} End */

/** How many came to which end. @param {Batch} batch @returns {Map<End, number>} */
export function endsOf(batch) {
    const ends = overOf(batch).map((deed) => endOf(outcomeOf(batch, deed)));
    /** @type {End[]} */
    const order = ["succeeded", "putBack", "failedAgain", "refused"];
    return new Map(
        order
            .map((each) => /** @type {[End, number]} */ ([each, ends.filter((one) => one === each).length]))
            .filter(([, count]) => count > 0),
    );
}

/** @param {Outcome} outcome of what is over @returns {End} */
function endOf({ state, execution, seen }) {
    if (state === "refused") return "refused";
    if (!execution) return "putBack";
    return seen.status === "SUCCEEDED" ? "succeeded" : "failedAgain";
}

/**
 * Follows what was restarted until each of it has ended: one call at a time, however many there are.
 *
 * @param {() => Batch | null} now the batch as it is
 * @param {{ read: (path: string) => Promise<any>, tell: Tell, stopped: AbortSignal, pause?: (ms: number) => Promise<unknown> }} how
 */
export async function followAll(now, { read, tell, stopped, pause = sleep }) {
    for (let ms = FIRST_MS; !stopped.aborted; ms = Math.min(ms * 1.3, LAST_MS)) {
        const batch = now();
        if (!batch) return;
        const open = batch.deeds.filter((each) => !isOver(each, outcomeOf(batch, each)));
        if (open.length === 0) return;
        for (const deed of open) {
            const { state, execution } = outcomeOf(batch, deed);
            if (stopped.aborted) return;
            if (state !== "done" || !execution) continue;
            const seen = await read(`/v1/executions/${execution}`).catch(() => null); // asked again, or seen no more
            if (seen && !stopped.aborted) tell(deed.id, { state, execution, seen });
        }
        await pause(ms);
    }
}

/** @param {number} ms */
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
