// A trace that moves is asked for again: a small one as a whole, of a large one only what runs.

import { keyOf, running, withExecutions, withWhatWasSeen } from "./traces.js";

/** @typedef {import("./traces.js").Trace} Trace */

const SMALL = 12; // executions: so many histories are read for each look at the whole
const AT_ONCE = 5; // executions that are read by themselves

/**
 * The trace once more. A large one is asked for as a whole again when something of it has ended: what comes of that is
 * in its messages and its history.
 *
 * @param {Trace | undefined} before
 * @param {() => Promise<Trace>} ask for all of it
 * @param {(key: string) => Promise<import("./traces.js").Execution>} readOne
 * @returns {Promise<Trace>}
 */
export async function askedAgain(before, ask, readOne) {
    const moving = before ? running(before) : [];
    const isWhole = !before || before.executions.length <= SMALL || before.missing.length > 0;
    if (isWhole || moving.length === 0 || moving.length > AT_ONCE) return withWhatWasSeen(await ask(), before);
    const read = await Promise.all(moving.map((each) => readOne(keyOf(each))));
    const trace = withExecutions(before, read);
    return read.some((each) => each.status !== "RUNNING") ? withWhatWasSeen(await ask(), trace) : trace;
}
