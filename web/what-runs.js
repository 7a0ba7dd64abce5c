// What an act runs again, by a machine's definition: states that will run, if none fails before, and those that may.

import { grouped } from "./state-marks.js";

/** @typedef {import("./trace-types.js").Graph} Graph */
/** @typedef {import("./trace-types.js").Execution} Execution */
/**
 * @typedef {object} Run of a state
 * @property {boolean} isSure every way leads through it
 * @property {number | null} items so many of it at least; null: it is not in items, or not known yet
 */
/** @typedef {Map<string, Run>} Runs by the state's name, in the definition's order */

/**
 * What a redrive runs: the states that did not end well, and what follows them. The items of a Map that are done stay done.
 *
 * @param {Graph} graph
 * @param {Execution} execution
 * @returns {Runs}
 */
export function runsAgain(graph, execution) {
    const open = execution.steps.filter((each) => !each.left);
    const items = (/** @type {string} */ name) =>
        open.filter((each) => each.name === name && each.item !== null).length;
    return runsFrom(graph, [...new Set(open.map((each) => each.name))], items);
}

/** What a rerun runs: what follows the beginning. @param {Graph} graph @returns {Runs} */
export const runsAnew = (graph) => runsFrom(graph, [graph.start], () => 0);

/** @param {Graph} graph @param {string[]} begun @param {(name: string) => number} items @returns {Runs} */
function runsFrom(graph, begun, items) {
    const sure = certain(graph, begun);
    return new Map(
        following(graph, begun).map((name) => [name, { isSure: sure.has(name), items: items(name) || null }]),
    );
}

/**
 * These states and all that may be run after them. What a Map or Parallel has within, it runs when it is entered; one
 * that was entered before goes on with what of it is named, unless a way leads back to it.
 *
 * @param {Graph} graph
 * @param {string[]} begun
 */
function following(graph, begun) {
    const after = grouped(graph.edges, (each) => each.from);
    const firsts = firstsOf(graph);
    const goesOn = containersOf(graph, begun);
    /** @type {Set<string>} */
    const found = new Set();
    /** @type {Set<string>} */
    const entered = new Set();
    const waiting = begun.map((name) => ({ name, isEntered: !goesOn.has(name) }));
    for (const { name, isEntered } of waiting) {
        if (!found.has(name)) {
            waiting.push(...(after.get(name) ?? []).map((each) => ({ name: each.to, isEntered: true })));
        }
        if (isEntered && !entered.has(name)) {
            waiting.push(...(firsts.get(name) ?? []).map((each) => ({ name: each.name, isEntered: true })));
            entered.add(name);
        }
        found.add(name);
    }
    return graph.states.map((each) => each.name).filter((each) => found.has(each));
}

/**
 * Those of them that every way leads through. A Map may have no items; all branches of a Parallel are run.
 *
 * @param {Graph} graph
 * @param {string[]} begun
 */
function certain(graph, begun) {
    const firsts = firstsOf(graph);
    const goesOn = containersOf(graph, begun);
    const after = grouped(graph.edges, (each) => each.from);
    /** @type {Set<string>} */
    const found = new Set();
    const waiting = [...begun];
    for (const from of waiting) {
        const level = graph.states.find((each) => each.name === from)?.within;
        for (const { name, kind, within } of graph.states) {
            if (within !== level || found.has(name) || !isPassed(after, from, name)) continue;
            found.add(name);
            if (kind === "Parallel" && !goesOn.has(name))
                waiting.push(...(firsts.get(name) ?? []).map((each) => each.name));
        }
    }
    return found;
}

/** Whether no way from one state to an end avoids another. @param {Map<string, import("./trace-types.js").Edge[]>} after @param {string} from @param {string} name */
function isPassed(after, from, name) {
    const seen = new Set([from]);
    for (const each of seen) {
        if (each === name) continue;
        const ways = after.get(each) ?? [];
        if (ways.length === 0) return false;
        for (const { to } of ways) seen.add(to);
    }
    return seen.has(name);
}

/** @param {Graph} graph */
const firstsOf = ({ states }) =>
    grouped(
        states.filter((each) => each.first),
        (each) => each.within ?? "",
    );

/** What these are in. @param {Graph} graph @param {string[]} names */
const containersOf = ({ states }, names) =>
    new Set(states.filter((each) => names.includes(each.name)).map((each) => each.within));
