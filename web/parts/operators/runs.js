// What an act will run, and what it may, state by state, in words: the graph marks the same.

import { keyOf } from "../../traces.js";
import { html } from "../../vendor/preact.js";
import { t } from "../../words.js";
import { ProblemNotice } from "../problem.js";
import { Waiting } from "../waiting.js";
import { useGraph } from "./use-graph.js";

/**
 * @param {object} given
 * @param {import("../../traces.js").Execution} given.execution whose definition it is
 * @param {(graph: import("../../state-marks.js").Graph) => import("../../what-runs.js").Runs} given.of
 */
export function Runs({ execution, of }) {
    const graph = useGraph(keyOf(execution));
    if (graph.error)
        return html`<${ProblemNotice} away="awayExecutions" error=${graph.error} onAgain=${graph.again} />`;
    if (!graph.value) return html`<${Waiting} />`;
    const runs = [...of(graph.value)];
    return html`
        <${States} says="willRunCount" runs=${runs.filter(([, run]) => run.isSure)} />
        <${States} says="mayRunCount" runs=${runs.filter(([, run]) => !run.isSure)} />`;
}

/** @param {{ says: "willRunCount" | "mayRunCount", runs: [string, import("../../what-runs.js").Run][] }} given */
const States = ({ says, runs }) =>
    runs.length > 0 &&
    html`
    <p>${t(says, { count: runs.length })}</p>
    <ul class="runs">
        ${runs.map(
            ([name, { items }]) =>
                html`<li key=${name}><code>${name}</code> ${items !== null && t("itemsAgain", { count: items })}</li>`,
        )}
    </ul>`;
