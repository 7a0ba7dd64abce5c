// Who did what to a booking, and why: its history, with what came of each operator's act beside the act.

import { keyOf, partsOf } from "./traces.js";

/** @typedef {import("./traces.js").Trace} Trace */
/**
 * @typedef {{ event: string, actor: string, execution: string, detail: Record<string, any>, at: string,
 *     act_id: string | null, role?: "client" | "therapist" | null }} Recorded an event of the booking's history
 * @typedef {{ change_id: string, kind: string, outcome: string, at: string }} Change that was asked for
 */
/**
 * @typedef {object} Entry
 * @property {string} at when it was done
 * @property {string | null} recorded when it was written down, if that was later
 * @property {string} event
 * @property {string | null} actor null: it is not known
 * @property {"client" | "therapist" | null} role what the actor is to the booking, if one of these
 * @property {boolean} isAct an operator's
 * @property {string | null} execution its key, if the trace has it
 * @property {string | null} state of it, which wrote this down
 * @property {string | null} code why an operator acted, as a code
 * @property {string | null} reason and as they word it
 * @property {string | null} refusal by which error an act was refused
 * @property {string | null} outcome
 * @property {string[]} reasons why it was rejected; which rules were set aside
 * @property {{ from: string, to: string } | null} moved
 * @property {number} putBack so many messages went back to be sent
 * @property {string | null} session whose it is, of a series; null: the booking's own
 */
/** @typedef {Omit<Entry, "session">} Told */

const ACTS = ["redriven", "rerun", "resent", "message_redriven"];
/** What a change comes to that is an event of the history already. */
const TOLD = ["cancelled", "late_cancelled", "moved"];

/** @param {Trace} trace @returns {Entry[]} the oldest first; of a series those of all its sessions */
export const entriesOf = (trace) =>
    partsOf(trace)
        .flatMap((part) =>
            [...recordedOf(trace, part.events), ...changesOf(trace, part.changes)].map((entry) => ({
                ...entry,
                session: part.booking_id === trace.booking_id ? null : part.booking_id,
            })),
        )
        .sort((one, other) => Date.parse(one.at) - Date.parse(other.at));

/** @param {Trace} trace @param {Recorded[]} events @returns {Told[]} */
function recordedOf(trace, events) {
    const of = (/** @type {Recorded} */ { act_id: id }, /** @type {string} */ event) =>
        id === null ? undefined : events.find((each) => each.act_id === id && each.event === event);
    const acts = new Set(events.filter((each) => ACTS.includes(each.event)).map((each) => each.act_id));
    return events
        .filter((each) => ACTS.includes(each.event) || each.act_id === null || !acts.has(each.act_id))
        .map((each) => {
            const { detail } = each;
            const refused = each.event === "act_refused" ? each : of(each, "act_refused");
            return {
                at: detail.done_at ?? each.at,
                recorded: detail.done_at ? each.at : null,
                event: each.event,
                actor: each.actor.split(":").pop() || null,
                role: each.role ?? null,
                isAct: each.act_id !== null,
                execution: known(trace, each.execution),
                state: each.act_id === null ? stateOf(trace, each) : null,
                code: detail.code ?? null,
                reason: detail.reason ?? null,
                refusal: refused?.detail.refusal ?? null,
                outcome: detail.outcome ?? null,
                reasons: detail.reasons ?? detail.overridden ?? [],
                moved: detail.from && detail.to ? { from: detail.from, to: detail.to } : null,
                putBack: ((each.event === "put_back" ? each : of(each, "put_back"))?.detail.messages ?? []).length,
            };
        });
}

/** Changes that were asked for and not made. @param {Trace} trace @param {Change[]} changes @returns {Told[]} */
function changesOf(trace, changes) {
    return changes

        .filter(({ outcome }) => !TOLD.includes(outcome))
        .map(({ change_id: name, kind: machine, outcome, at }) => ({
            ...{
                at,
                recorded: null,
                event: machine,
                actor: null,
                role: null,
                isAct: false,
                code: null,
                reason: null,
                refusal: null,
            },
            ...{ outcome, reasons: [], moved: null, putBack: 0, state: null },
            execution: trace.executions.some((each) => keyOf(each) === keyOf({ machine, name }))
                ? keyOf({ machine, name })
                : null,
        }));
}

/** @param {Trace} trace @param {string} arn */
function known(trace, arn) {
    const found = trace.executions.find((each) => each.execution === arn);
    return found ? keyOf(found) : null;
}

/** So far PostgreSQL's clock and Step Functions' may be apart. */
const CLOCKS_DIFFER_MS = 5000;

/**
 * The Task of its execution that was under way when an event was recorded, or the nearest to it.
 *
 * @param {Trace} trace @param {Recorded} event @returns {string | null}
 */
function stateOf(trace, { execution: arn, at }) {
    const time = Date.parse(at);
    const tasks = (trace.executions.find((each) => each.execution === arn)?.steps ?? [])
        .filter((each) => each.kind === "Task" && each.item === null)
        .map(({ name, entered, left }) => {
            const end = left ? Date.parse(left) : Number.POSITIVE_INFINITY;
            return { name, away: Math.max(Date.parse(entered) - time, time - end, 0) };
        })
        .sort((one, other) => one.away - other.away);
    return tasks.length > 0 && tasks[0].away <= CLOCKS_DIFFER_MS ? tasks[0].name : null;
}

/** Whether an entry is of what is chosen: of the execution, and of its state, if one is. @param {Entry} entry @param {import("./traces.js").Chosen} chosen */
export const isOfChosen = ({ execution, state }, chosen) =>
    execution !== null && execution === chosen.execution && [null, state].includes(chosen.state);

const LOGIN = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const SHORT = 8;

/**
 * Who an actor of the history is to who reads it.
 *
 * @param {{ actor: string | null, role: "client" | "therapist" | null }} entry
 * @param {string | undefined} reader the id of their login
 * @returns {{ kind: "you" | "client" | "therapist" | "id" | "code", said: string } | null} `said`: what there is to say where no word says it; null: nobody knows
 */
export function whoOf({ actor, role }, reader) {
    if (!actor) return null;
    if (actor === reader) return { kind: "you", said: "" };
    if (role) return { kind: role, said: "" };
    if (LOGIN.test(actor)) return { kind: "id", said: `${actor.slice(0, SHORT)}…` };
    return { kind: "code", said: actor };
}
