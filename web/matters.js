// What needs a person, as operators choose from it: which act each matter asks for, and where it is looked at.

import { keyOf, queryOf } from "./traces.js";

/** @typedef {"failed" | "unreached" | "payment" | "dead_letter"} MatterKind */
/** @typedef {{ queue: string, message_id: string, booking_id: string | null, reason: string, received: number, sent_at: string }} DeadLetter */

/**
 * @typedef {object} Matter as GET /v1/attention has it
 * @property {MatterKind} kind
 * @property {string} since
 * @property {string | null} booking_id
 * @property {any} execution of a failure; null: it is gone, or Step Functions is away
 * @property {string | null} error
 * @property {DeadLetter | null} dead_letter
 */

/**
 * @typedef {object} Deed an act on one matter, as it is carried out with others. Ids only: it is kept in the browser.
 * @property {string} id of the matter
 * @property {"redrive" | "rerun" | "put_back"} act
 * @property {string} path of the call
 * @property {string | null} bookingId
 * @property {string | null} execution `booking/7c9e6679`: what is restarted
 * @property {number} redrives how often that was before
 */

/** @type {MatterKind[]} */
export const KINDS = ["failed", "unreached", "payment", "dead_letter"];

/** @param {Matter} matter */
export function idOf({ kind, booking_id, execution, dead_letter }) {
    if (dead_letter) return `${dead_letter.queue}/${dead_letter.message_id}`;
    return execution ? keyOf(execution) : `${kind}:${booking_id}`;
}

/**
 * What can be done for a matter, or null: nothing from here. A failure is restarted where it stopped; where that can't
 * be, and it is a booking's, it is run again.
 *
 * @param {Matter} matter
 * @param {string[]} missing what could not be asked: a failure whose execution is unknown is not gone then
 * @returns {Deed | null}
 */
export function deedFor(matter, missing = []) {
    const { kind, execution, dead_letter: letter } = matter;
    const deed = { id: idOf(matter), bookingId: matter.booking_id, execution: null, redrives: 0 };
    if (letter) {
        return { ...deed, act: "put_back", path: `/v1/dead-letters/${letter.queue}/${letter.message_id}/redrive` };
    }
    if (execution?.redrive?.possible) {
        const key = keyOf(execution);
        return {
            ...deed,
            act: "redrive",
            path: `/v1/executions/${key}/redrive`,
            execution: key,
            redrives: execution.redrives,
        };
    }
    const isBookings = execution ? execution.machine === "booking" : !missing.includes("executions");
    if (kind !== "failed" || !matter.booking_id || !isBookings) return null;
    return { ...deed, act: "rerun", path: `/v1/bookings/${matter.booking_id}/rerun` };
}

/** Where a matter is looked at. @param {Matter} matter @returns {string | null} null: it names nothing */
export function pathOf({ kind, booking_id, execution }) {
    if (kind === "unreached" || kind === "payment") return tracePath(booking_id, null, "messages");
    return tracePath(booking_id, execution);
}

/**
 * Where a booking's trace is, with an execution chosen in it; or that execution, if it belongs to no booking.
 *
 * @param {string | null} bookingId
 * @param {{ machine: string, name: string } | null} [execution]
 * @param {"graph" | "messages"} [view]
 */
export function tracePath(bookingId, execution, view = "graph") {
    const key = execution ? keyOf(execution) : null;
    if (!bookingId) return key && `/operate/executions/${key}`;
    return `/operate/bookings/${bookingId}${queryOf(view, { execution: key, state: null, item: null })}`;
}

/**
 * Matters by their error, those of which there are most first.
 *
 * @param {Matter[]} matters
 * @returns {{ error: string, matters: Matter[] }[]}
 */
export function byError(matters) {
    const errors = [...new Set(matters.map((each) => each.error ?? ""))];
    return errors
        .map((error) => ({ error, matters: matters.filter((each) => (each.error ?? "") === error) }))
        .sort((one, other) => other.matters.length - one.matters.length);
}

/** The oldest and the newest of them. @param {Matter[]} matters */
export function ages(matters) {
    const times = matters.map((each) => each.since).sort((one, other) => Date.parse(one) - Date.parse(other));
    return times.length ? { oldest: times[0], newest: times[times.length - 1] } : null;
}

/**
 * How long until what needs a person is asked for again: the more there is to look into, the calmer. Step Functions
 * describes ten executions a second, for everybody who looks.
 *
 * @param {number} looked executions and messages
 */
export const pauseFor = (looked) => 15_000 + 500 * looked;

/** Whether all of these are put back, and nothing is restarted. @param {Deed[]} deeds */
export const arePutBack = (deeds) => deeds.every(({ act }) => act === "put_back");
