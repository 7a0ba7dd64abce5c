// The way of each message of a booking: from the ledger over its attempts to what the provider reports of it.

import { attemptsOf as attemptsOfStep } from "./attempts.js";
import { keyOf, partsOf } from "./traces.js";

/** @typedef {import("./traces.js").Trace} Trace */
/**
 * @typedef {{ notification_id: string, event: string, recipient: string, channel: string, status: string,
 *     attempts: number, delivery: string | null, reason: string | null, last_error: string | null,
 *     accepted_at: string | null, undeliverable_at: string | null, delivery_at: string | null,
 *     resent_at: string | null, recipient_id: string | null, hindrance: string | null }} Message of the ledger;
 *     `hindrance`: why it would be undeliverable if it were sent now
 */
/**
 * @typedef {object} Moment
 * @property {"attempt" | "accepted" | "undeliverable" | "reported" | "put_back"} kind
 * @property {string} at
 * @property {string} [what] an attempt's outcome, the provider's report, what had become of it before it was put back
 * @property {string | null} [why] an error, the reason why it was undeliverable
 * @property {boolean} [isIdle] an attempt that sent nothing: it found what had become of the message before
 * @property {number} [number] of an attempt in its execution, from 1
 * @property {number} [last] of attempts that came to the same, the last one
 * @property {string} [until] and when that was
 * @property {{ execution: string, state: string, item: number | null }} [where] of an attempt
 * @property {string | null} [within] the Map that it is an item of
 */
/**
 * @typedef {object} Way
 * @property {string} id of the notification
 * @property {{ event: string | null, recipient: string | null, channel: string | null }} about
 * @property {Message | null} message as the ledger has it; null: the ledger could not be asked, or has it no more
 * @property {string | null} session whose it is, of a series; null: the booking's own
 * @property {import("./executions.js").Became} became
 * @property {Resend} resend
 * @property {Moment[]} moments
 */
/** @typedef {"possible" | "arrived" | "on_its_way" | "untrue" | "unknown"} Resend whether it can be sent again, or why not */

/** Of these nothing would be true, or of use, if they were sent again. */
const UNTRUE = ["booking_changed", "too_late"];
const BADLY = ["bounced", "complained", "failed"];

/** @param {Trace} trace @returns {Way[]} in the order in which they were first tried */
export function waysOf(trace) {
    const attempts = attemptsOf(trace);
    const before = putBack(trace);
    /** @type {Map<string, { message: Message, session: string }>} */
    const known = new Map(
        partsOf(trace).flatMap(({ booking_id: session, notifications }) =>
            notifications.map((/** @type {Message} */ message) => [message.notification_id, { message, session }]),
        ),
    );
    const ways = [...new Set([...known.keys(), ...attempts.keys()])].map((id) => {
        const { message = null, session = null } = known.get(id) ?? {};
        const tried = attempts.get(id);
        const settled = settledBetween(message, before.get(id) ?? []);
        const attempted = (tried?.moments ?? []).map((each) => ({ ...each, isIdle: isIdle(each, settled) }));
        const moments = [
            ...attempted,
            ...(message ? reportsOf(message) : []),
            ...(before.get(id)?.map(putBackOf) ?? []),
        ];
        moments.sort((one, other) => Date.parse(one.at) - Date.parse(other.at) || RANK[one.kind] - RANK[other.kind]);
        const about = message ?? tried?.about ?? { event: null, recipient: null, channel: null };
        return {
            ...{ id, about, message, session: session === trace.booking_id ? null : session },
            ...{ became: becameOf(message), resend: resendOf(message), moments: folded(moments) },
        };
    });
    return ways.sort((one, other) => beganAt(one) - beganAt(other));
}

/** Where messages were asked for, and nothing was sent. @param {Way[]} ways @returns {Set<string>} an execution's key and an item */
export const idleIn = (ways) =>
    new Set(
        ways.flatMap(({ moments }) =>
            moments.flatMap(({ isIdle, where }) => (isIdle && where ? [`${where.execution} ${where.item}`] : [])),
        ),
    );

/** When it was first tried; what never was, comes last. @param {Way} way */
const beganAt = ({ moments }) => (moments.length ? Date.parse(moments[0].at) : Number.MAX_SAFE_INTEGER);

/** At one instant: it is tried, then taken, then reported of. @type {Record<Moment["kind"], number>} */
const RANK = { attempt: 0, accepted: 1, undeliverable: 1, reported: 2, put_back: 3 };

/** @param {Trace} trace */
function attemptsOf(trace) {
    /** @type {Map<string, { about: Way["about"], moments: Moment[] }>} */
    const found = new Map();
    for (const execution of trace.executions) {
        for (const step of execution.steps) {
            if (!step.about) continue;
            const of = found.get(step.about.notification_id) ?? { about: step.about, moments: [] };
            found.set(step.about.notification_id, of);
            const where = { execution: keyOf(execution), state: step.name, item: step.item };
            attemptsOfStep(step, execution).forEach(({ started, outcome, error }, place) => {
                const what = (outcome === "succeeded" && step.outcome) || outcome;
                const { within } = step;
                of.moments.push({ kind: "attempt", at: started, what, why: error, number: place + 1, where, within });
            });
        }
    }
    return found;
}

/** @param {Message} message @returns {Moment[]} */
function reportsOf({ accepted_at: accepted, undeliverable_at: settled, reason, delivery_at: reported, delivery }) {
    /** @type {Moment[]} */
    const found = accepted ? [{ kind: "accepted", at: accepted }] : [];
    if (settled) found.push({ kind: "undeliverable", at: settled, what: reason ?? "" });
    if (!reported || !delivery) return found;
    // A provider may tell whole seconds: a report does not come before its message.
    const at = accepted && Date.parse(accepted) > Date.parse(reported) ? accepted : reported;
    return [...found, { kind: "reported", at, what: delivery }];
}

/** @typedef {{ at: string, status: string, delivery?: string, reason?: string, settled_at?: string }} PutBack */

/** What the history says of messages before an operator had them sent again. @param {Trace} trace @returns {Map<string, PutBack[]>} */
function putBack(trace) {
    /** @type {Map<string, PutBack[]>} */
    const found = new Map();
    for (const { event, at, detail } of partsOf(trace).flatMap((part) => part.events)) {
        for (const { notification_id: id, ...was } of event === "put_back" ? detail.messages : []) {
            found.set(id, [...(found.get(id) ?? []), { ...was, at }]);
        }
    }
    return found;
}

/** @param {PutBack} was @returns {Moment} */
const putBackOf = ({ at, status, delivery, reason }) => ({
    ...{ kind: "put_back", at, what: delivery ?? status, why: reason ?? null },
});

/** From when until when the ledger had settled a message. @param {Message | null} message @param {PutBack[]} before @returns {[number, number][]} */
function settledBetween(message, before) {
    const settled = message?.accepted_at ?? message?.undeliverable_at;
    const past = before.flatMap(({ settled_at: from, at }) => (from ? [[Date.parse(from), Date.parse(at)]] : []));
    return /** @type {[number, number][]} */ ([...past, ...(settled ? [[Date.parse(settled), Infinity]] : [])]);
}

/** Whether an attempt came to what the ledger had settled before: it sent nothing. @param {Moment} attempt @param {[number, number][]} settled */
const isIdle = ({ at, what = "", why }, settled) =>
    !why &&
    !["running", "stopped"].includes(what) &&
    settled.some(([from, to]) => Date.parse(at) > from && Date.parse(at) < to);

/** Attempts one after the other that came to the same, told once. @param {Moment[]} moments @returns {Moment[]} */
function folded(moments) {
    /** @type {Moment[]} */
    const found = [];
    for (const moment of moments) {
        const last = found.at(-1);
        const isAlike =
            last?.kind === "attempt" &&
            ["kind", "what", "why", "isIdle"].every(
                (name) => last[/** @type {"what"} */ (name)] === moment[/** @type {"what"} */ (name)],
            ) &&
            last.where?.execution === moment.where?.execution;
        if (isAlike) Object.assign(last, { last: moment.number, until: moment.at });
        else found.push({ ...moment });
    }
    return found;
}

/** @param {Message | null} message @returns {Way["became"]} */
function becameOf(message) {
    if (!message || ["queued", "sending"].includes(message.status)) return "underWay";
    return message.status === "undeliverable" || BADLY.includes(message.delivery ?? "") ? "failed" : "done";
}

/** @param {Message | null} message @returns {Resend} */
function resendOf(message) {
    if (!message) return "unknown";
    if (["queued", "sending"].includes(message.status)) return "on_its_way";
    if (message.status === "undeliverable") return UNTRUE.includes(message.reason ?? "") ? "untrue" : "possible";
    return ["bounced", "failed"].includes(message.delivery ?? "") ? "possible" : "arrived";
}

/** Whether a moment of a message is of what is chosen: of the state, or of the Map that it is in; of its item, if one is. @param {Moment} moment @param {import("./traces.js").Chosen} chosen */
export const isOfChosen = ({ where, within }, chosen) =>
    where !== undefined &&
    where.execution === chosen.execution &&
    [where.state, within].includes(chosen.state) &&
    [null, where.item].includes(chosen.item);
