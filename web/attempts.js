// The attempts of a state. Step Functions counts those of a Task; a Map or Parallel that was open when its execution was
// restarted has one for each run of the execution: what had failed stays failed.

/** @typedef {import("./trace-types.js").Execution} Execution */
/** @typedef {import("./trace-types.js").Step} Step */
/**
 * @typedef {Omit<import("./trace-types.js").Attempt, "outcome"> & { outcome: import("./trace-types.js").Attempt["outcome"] | "stopped" }} Attempt
 *   `stopped`: its execution ended before it
 */

/** What became of an attempt. @type {Record<Attempt["outcome"], import("./executions.js").Became>} */
export const BECAME_OF_ATTEMPT = {
    running: "underWay",
    succeeded: "done",
    failed: "failed",
    timed_out: "failed",
    stopped: "stopped",
};

/** @param {Step} step @param {Execution} execution @returns {Attempt[]} none, of what is no Task and ran once */
export function attemptsOf(step, execution) {
    if (step.attempts.length === 0) return runsOf(step, execution);
    return step.attempts.map((attempt, place) => {
        const next = step.attempts[place + 1];
        if (attempt.ended || (!next && !execution.stopped)) return attempt;
        const ended = next ? endBefore(execution, next.started, attempt.started) : execution.stopped;
        return { ...attempt, ended, outcome: "stopped" };
    });
}

/**
 * The runs of a state, or of the whole execution, that a redrive has parted.
 *
 * @param {{ name: string | null, entered: string, left: string | null }} open
 * @param {Execution} execution
 * @returns {Attempt[]} none, when there was no redrive meanwhile
 */
export function runsOf({ name, entered, left }, execution) {
    const redriven = execution.redriven.filter((at) => isIn(at, entered, left));
    if (redriven.length === 0) return [];
    const starts = [entered, ...redriven];
    return starts.map((started, place) => {
        const next = starts[place + 1] ?? null;
        const ended = next ? endBefore(execution, next, started) : (left ?? execution.stopped);
        const isDone = !next && left;
        const isRunning = !next && !ended;
        return {
            ...{ started, ended, error: null, cause: null },
            outcome: isDone ? "succeeded" : isRunning ? "running" : troubleOf(name, execution, started, ended),
            waited: next && ended ? (Date.parse(next) - Date.parse(ended)) / 1000 : null,
        };
    });
}

/** Whether something within it failed meanwhile, or it was stopped. @param {string | null} name @param {Execution} execution @param {string} from @param {string | null} to */
function troubleOf(name, { steps }, from, to) {
    const isIts = steps.filter((each) => name === null || each.within === name);
    const hasFailed = isIts.some(({ attempts }) =>
        attempts.some(({ error, ended }) => error && ended && isIn(ended, from, to)),
    );
    return hasFailed ? "failed" : "stopped";
}

/** When the run before a redrive ended: with the last of its attempts. @param {Execution} execution @param {string} at @param {string} since */
function endBefore({ steps, redriven }, at, since) {
    const restart = redriven.findLast((each) => Date.parse(each) <= Date.parse(at)) ?? at;
    const ends = steps.flatMap(({ attempts }) => attempts.map(({ ended }) => ended ?? ""));
    const within = ends.filter((each) => each && isIn(each, since, restart));
    return within.sort((one, other) => Date.parse(one) - Date.parse(other)).at(-1) ?? restart;
}

/** @param {string} at @param {string} from @param {string | null} to */
const isIn = (at, from, to) => Date.parse(at) >= Date.parse(from) && (!to || Date.parse(at) <= Date.parse(to));
