// What became of each state of an execution: the steps that were run, told by the states of its definition.

import { attemptsOf } from "./attempts.js";

/** @typedef {import("./executions.js").Became} Became */
/** @typedef {import("./traces.js").Execution} Execution */
/** @typedef {import("./traces.js").Step} Step */

/** @typedef {import("./trace-types.js").State} State */
/** @typedef {import("./trace-types.js").Graph} Graph */

/**
 * @typedef {object} Mark of a state
 * @property {Became} became of all its runs: what needs a look before what does not
 * @property {Step[]} steps its runs; of a state in a Map one for each item
 * @property {number} attempts of all of them
 * @property {Map<Became, number>} counts how many of its runs came to what
 * @property {number | null} ms from its first entry to its last end; null: it has not ended
 */

/** @type {Became[]} what is said of many: the first that one of them came to */
const ORDER = ["failed", "waiting", "underWay", "stopped", "done"];

/**
 * What became of one run of a state.
 *
 * @param {Step} step
 * @param {Execution} execution
 * @returns {Became}
 */
export function becameOfStep(step, execution) {
    if (step.left) return "done";
    const last = step.attempts.at(-1);
    const isInTrouble = Boolean(last?.error);
    if (execution.status === "RUNNING") return isInTrouble && last?.ended ? "waiting" : "underWay";
    const isAround = execution.steps.some(
        (each) => each.within === step.name && !each.left && each.attempts.at(-1)?.error,
    );
    const isPlace = execution.state === step.name && !last; // it failed without an attempt
    return isInTrouble || isAround || isPlace ? "failed" : "stopped";
}

/**
 * The marks of all states that were entered.
 *
 * @param {Execution} execution
 * @param {number | null} [item] only this item of each Map
 * @returns {Map<string, Mark>}
 */
export function marksOf(execution, item = null) {
    /** @type {Map<string, Step[]>} */
    const runs = grouped(
        execution.steps.filter((each) => item === null || each.item === null || each.item === item),
        (each) => each.name,
    );
    return new Map([...runs].map(([name, steps]) => [name, markOf(steps, execution)]));
}

/** @param {Step[]} steps @param {Execution} execution @returns {Mark} */
function markOf(steps, execution) {
    const became = steps.map((each) => becameOfStep(each, execution));
    const counts = new Map(
        ORDER.map(
            (each) => /** @type {[Became, number]} */ ([each, became.filter((one) => one === each).length]),
        ).filter(([, count]) => count > 0),
    );
    const ended = steps.every((each) => each.left);
    const last = Math.max(...steps.map((each) => Date.parse(each.left ?? each.entered)));
    return {
        became: ORDER.find((each) => counts.has(each)) ?? "done",
        steps,
        attempts: steps.reduce((sum, each) => sum + attemptsOf(each, execution).length, 0),
        counts,
        ms: ended ? last - Math.min(...steps.map((each) => Date.parse(each.entered))) : null,
    };
}

/**
 * What has the same key together, in its order.
 *
 * @template Each
 * @param {Each[]} all @param {(each: Each) => string} keyOf
 * @returns {Map<string, Each[]>}
 */
export function grouped(all, keyOf) {
    /** @type {Map<string, Each[]>} */
    const groups = new Map();
    for (const each of all) groups.set(keyOf(each), [...(groups.get(keyOf(each)) ?? []), each]);
    return groups;
}

/** What an edge is called, to find it again. @param {{ from: string, to: string }} edge */
export const edgeKey = ({ from, to }) => `${from} ${to}`;

/**
 * The edges that were taken: each run of a state came by one of the edges that lead to it, from the last run before it.
 *
 * @param {Graph} graph
 * @param {Step[]} steps in the order in which they were entered
 * @returns {Set<string>} as `edgeKey` calls them
 */
export function edgesTaken(graph, steps) {
    const before = grouped(graph.edges, (each) => each.to);
    /** @type {Set<string>} */
    const taken = new Set();
    /** @type {Map<string, Map<string, number>>} of each line of execution, when each state was entered last */
    const lines = new Map();
    for (const [at, step] of steps.entries()) {
        const line = lines.get(`${step.within} ${step.item}`) ?? new Map();
        const came = (before.get(step.name) ?? [])
            .filter((each) => line.has(each.from))
            .sort((one, other) => line.get(other.from) - line.get(one.from))[0];
        if (came) taken.add(edgeKey(came));
        line.set(step.name, at);
        lines.set(`${step.within} ${step.item}`, line);
    }
    return taken;
}
