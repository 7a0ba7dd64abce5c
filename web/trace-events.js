// The events of an execution, as Step Functions kept them: where they are read, which are meant, how they are shown.

/**
 * @typedef {{ id: number, previous: number, at: string, type: string, state: string | null, item: number | null,
 *     attempt: number | null, input: string | null, output: string | null, cut: string[], error: string | null,
 *     cause: string | null }} ExecutionEvent
 * @typedef {{ events: ExecutionEvent[], next: string | null }} EventPage
 * @typedef {{ state: string | null, item: number | null, type: string, onlyErrors: boolean }} Filter `type` "": all
 */

/** So many events are read at a time. */
const PAGE = 100;

/** @param {string} execution its key @param {string | null} cursor */
export function eventsPath(execution, cursor) {
    const asked = new URLSearchParams({ limit: String(PAGE), ...(cursor ? { cursor } : {}) });
    return `/v1/executions/${execution}/events?${asked}`;
}

/** @param {string} execution its key @param {number} id */
export const eventPath = (execution, id) => `/v1/executions/${execution}/events/${id}`;

/** Whether something went wrong. @param {ExecutionEvent} event */
export const isError = ({ type, error }) => error !== null || /(Failed|TimedOut|Aborted)$/.test(type);

/** Those that are meant. @param {ExecutionEvent[]} events @param {Filter} filter */
export const chosenOf = (events, { state, item, type, onlyErrors }) =>
    events.filter(
        (event) =>
            (state === null || event.state === state) &&
            (item === null || event.item === item) &&
            (type === "" || event.type === type) &&
            (!onlyErrors || isError(event)),
    );

/**
 * The message that an item is, if that is known.
 *
 * @param {{ state: string | null, item: number | null }} of
 * @param {import("./traces.js").Execution} [execution]
 */
export const aboutOf = ({ state, item }, execution) =>
    item === null
        ? null
        : (execution?.steps.find(
              (each) => each.item === item && each.about && [null, each.name, each.within].includes(state),
          )?.about ?? null);

/** Each once, in the order in which they came. @template T @param {(T | null)[]} values @returns {T[]} */
export const each = (values) => [...new Set(values.filter((value) => value !== null))];

/** JSON as a person reads it; what is none, or was cut, as it is. @param {string} text */
export function pretty(text) {
    try {
        return JSON.stringify(JSON.parse(text), null, 2);
    } catch {
        return text;
    }
}

/** What an error's cause says: a function's own message, without the trace that Lambda puts beside it. @param {string} cause */
export function saidIn(cause) {
    try {
        return String(JSON.parse(cause).errorMessage ?? cause);
    } catch {
        return cause;
    }
}

/**
 * How far an execution has gone: while it is the same, no event has been added.
 *
 * @param {import("./traces.js").Execution} [execution]
 */
export function lengthOf(execution) {
    if (!execution) return "";
    const { status, redriven, steps } = execution;
    const attempts = steps.flatMap((step) => step.attempts);
    const ended = [...attempts.map((attempt) => attempt.ended), ...steps.map((step) => step.left)];
    return [status, redriven.length, steps.length, attempts.length, ended.filter(Boolean).length].join();
}
