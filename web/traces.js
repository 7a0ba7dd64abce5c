// A booking's trace: what the address says is chosen of it, and what of it is still under way.

/** @typedef {import("./trace-types.js").ExecutionStatus} ExecutionStatus */
/** @typedef {import("./trace-types.js").Attempt} Attempt */
/** @typedef {import("./trace-types.js").Step} Step */
/** @typedef {import("./trace-types.js").Execution} Execution */
/** @typedef {import("./trace-types.js").Trace} Trace */
/** @typedef {import("./trace-types.js").Chosen} Chosen */
/** @typedef {import("./trace-types.js").View} View */
/** @typedef {import("./trace-types.js").Seen} Seen */

/** @type {View[]} */
export const VIEWS = ["graph", "timeline", "events", "messages", "history"];

/** What PostgreSQL has of a booking, and of each other session of its series; nothing while it is away. @param {Trace} trace @returns {any[]} */
export const partsOf = ({ file }) => (file ? [file, ...(file.sessions ?? [])] : []);

/** What an execution is called in an address. @param {{ machine: string, name: string }} execution */
export const keyOf = ({ machine, name }) => `${machine}/${name}`;

/** @param {Trace} trace @param {Chosen} chosen @returns {Execution | undefined} */
export const chosenIn = (trace, chosen) => trace.executions.find((each) => keyOf(each) === chosen.execution);

/** The view that an address names, or the first. @param {URLSearchParams} query @returns {View} */
export const viewIn = (query) => VIEWS.find((each) => each === query.get("view")) ?? VIEWS[0];

/** What an address chooses. @param {URLSearchParams} query @returns {Chosen} */
export function chosenBy(query) {
    const item = query.get("item") ?? "";
    return {
        execution: query.get("execution") || null,
        state: query.get("state") || null,
        item: /^\d{1,6}$/.test(item) ? Number(item) : null,
        type: query.get("type") || null,
        onlyErrors: query.has("errors"),
    };
}

/** The query of a view with what is chosen in it. @param {View} view @param {Chosen} chosen */
export function queryOf(view, { execution, state, item, type, onlyErrors }) {
    const query = new URLSearchParams({ view });
    if (execution) query.set("execution", execution);
    if (state) query.set("state", state);
    if (item !== null) query.set("item", String(item));
    if (type) query.set("type", type);
    if (onlyErrors) query.set("errors", "only");
    return `?${query}`.replaceAll("%2F", "/");
}

/**
 * What is chosen when a part of it changes: another execution has states of its own, another state its own items.
 *
 * @param {Chosen} before
 * @param {Partial<Chosen>} part
 * @returns {Chosen}
 */
export function choosing(before, part) {
    const chosen = { ...before };
    if (part.execution !== undefined && part.execution !== before.execution) {
        Object.assign(chosen, { execution: part.execution, state: null, item: null, type: null, onlyErrors: false });
    }
    if (part.state !== undefined && part.state !== chosen.state)
        Object.assign(chosen, { state: part.state, item: null });
    if (part.item !== undefined) chosen.item = part.item;
    if (part.type !== undefined) chosen.type = part.type;
    if (part.onlyErrors !== undefined) chosen.onlyErrors = part.onlyErrors;
    return chosen;
}

/** The execution to look at first: what failed last, else what runs, else the booking's own. @param {Execution[]} executions */
export function firstToSee(executions) {
    const found =
        executions.findLast((each) => !["RUNNING", "SUCCEEDED"].includes(each.status)) ??
        executions.findLast((each) => each.status === "RUNNING") ??
        executions.findLast((each) => each.machine === "booking") ??
        executions.at(-1);
    return found ? keyOf(found) : null;
}

/** Those under way. @param {Trace} trace */
export const running = (trace) => trace.executions.filter((each) => each.status === "RUNNING");

/**
 * Whether nothing has begun or ended between two looks. What has ended in between may have written to the ledger after it
 * was read for this look.
 *
 * @param {Trace} before @param {Trace} after
 */
export const areAlike = (before, after) => {
    const said = (/** @type {Trace} */ trace) =>
        trace.executions.map((each) => `${keyOf(each)} ${each.status} ${each.redriven}`);
    return said(before).join() === said(after).join();
};

/** A trace with these executions as they are now, or besides; the oldest first. @param {Trace} trace @param {Execution[]} read @returns {Trace} */
export function withExecutions(trace, read) {
    const newer = new Map(read.map((each) => [keyOf(each), each]));
    const known = trace.executions.map((each) => {
        const found = newer.get(keyOf(each));
        newer.delete(keyOf(each));
        return found ? { ...found, steps: told(found.steps, each.steps) } : each;
    });
    const executions = newer.size
        ? [...known, ...newer.values()].sort((one, other) => one.started.localeCompare(other.started))
        : known;
    return { ...trace, executions };
}

/**
 * A trace with what was seen before, and is missing now or was left out of it: nobody loses what they look at.
 *
 * @param {Trace} trace
 * @param {Trace | undefined} before
 * @returns {Trace}
 */
export function withWhatWasSeen(trace, before) {
    if (!before) return trace;
    const known = new Set(trace.executions.filter((each) => !each.unread).map(keyOf));
    const { file, moments } = trace.missing.includes("database") && before.file ? before : trace;
    return withExecutions(
        { ...trace, file, moments },
        before.executions.filter((each) => !each.unread && !known.has(keyOf(each))),
    );
}

/** Steps with what they are about, which only a booking's trace knows. @param {Step[]} steps @param {Step[]} before */
function told(steps, before) {
    const about = new Map(before.map((each) => [placeOf(each), each.about]));
    return steps.map((each) => ({ ...each, about: each.about ?? about.get(placeOf(each)) ?? null }));
}

/** @param {Step} step */
const placeOf = ({ name, within, item }) => JSON.stringify([name, within, item]);

/** Whether a trace shows what was done. @param {Trace} trace @param {import("./parts/operators/act-followed.js").Acted} acted */
export function isSeen(trace, acted) {
    const found = trace.executions.find((each) => keyOf(each) === keyOf(acted));
    return found !== undefined && (acted.kind !== "redrive" || found.redriven.length > acted.before);
}

/** How many executions have each status, those that need a look first. @param {Execution[]} executions @returns {[ExecutionStatus, number][]} */
export function counted(executions) {
    /** @type {ExecutionStatus[]} */
    const order = ["FAILED", "TIMED_OUT", "ABORTED", "RUNNING", "SUCCEEDED"];
    return order
        .map(
            (status) =>
                /** @type {[ExecutionStatus, number]} */ ([
                    status,
                    executions.filter((each) => each.status === status).length,
                ]),
        )
        .filter(([, count]) => count > 0);
}

/** Whether Step Functions is the laptop's: AWS's console knows nothing of it. @param {{ execution: string }} execution */
export const isOnLaptop = ({ execution }) => /^arn:[^:]*:states:[^:]*:0{12}:/.test(execution);
