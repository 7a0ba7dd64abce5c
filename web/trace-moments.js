// What was beside the executions, on the same axis: messages that were taken and reported of, and the history.

import { entriesOf } from "./trace-history.js";
import { waysOf } from "./trace-messages.js";

/**
 * @typedef {{ kind: "message", at: number, id: string, about: import("./trace-messages.js").Way["about"],
 *         what: string, isBad: boolean }
 *     | { kind: "history", at: number, entry: import("./trace-history.js").Entry, isBad: boolean }} Beside
 */

const BADLY = ["bounced", "complained", "failed"];

/** @param {import("./traces.js").Trace} trace @returns {Beside[]} in one order of time */
export function momentsOf(trace) {
    const messages = waysOf(trace).flatMap(({ id, about, moments }) =>
        moments
            .filter(({ kind }) => kind === "accepted" || kind === "reported")
            .map(({ kind, at, what }) => ({
                ...{ kind: /** @type {const} */ ("message"), at: Date.parse(at), id, about, what: what ?? kind },
                isBad: BADLY.includes(what ?? ""),
            })),
    );
    const history = entriesOf(trace).map((entry) => ({
        ...{ kind: /** @type {const} */ ("history"), at: Date.parse(entry.at), entry },
        isBad: entry.refusal !== null,
    }));
    return [...messages, ...history].sort((one, other) => one.at - other.at);
}
