// The definition that an execution runs by, as a graph. It never changes: it is asked for once.

import { read } from "../../api.js";
import { useAsked } from "../hooks.js";

/** @typedef {import("../../state-marks.js").Graph} Graph */

/** @type {Map<string, Promise<Graph>>} */
const known = new Map();

/** @param {string} key of an execution, as `booking/7c9e6679` */
export const useGraph = (key) => useAsked(() => graphOf(key), [key]);

/** @param {string} key @returns {Promise<Graph>} */
function graphOf(key) {
    const found = known.get(key) ?? read(`/v1/executions/${key}/graph`);
    known.set(key, found);
    found.catch(() => known.delete(key)); // and is asked for again
    return found;
}
