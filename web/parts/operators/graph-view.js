// An execution as the graph of its own definition, with what became of each state; the same as a table.

import { edgesTaken, marksOf } from "../../state-marks.js";
import { chosenIn, keyOf } from "../../traces.js";
import { html } from "../../vendor/preact.js";
import { t } from "../../words.js";
import { useAsked, useRef } from "../hooks.js";
import { ProblemNotice } from "../problem.js";
import { Waiting } from "../waiting.js";
import { GraphDrawing } from "./graph-drawing.js";
import { Lazily } from "./lazily.js";
import { StateTable } from "./state-table.js";
import { useGraph } from "./use-graph.js";

const DETAILS = async () => (await import("./state-details.js")).StateDetails;

/** @typedef {import("../../traces.js").Chosen} Chosen */

/**
 * @param {object} given
 * @param {import("../../traces.js").Trace} given.trace
 * @param {Chosen} given.chosen
 * @param {"redrive" | "rerun" | null} given.intent what is about to be done
 * @param {(part: Partial<Chosen>) => void} given.choose
 */
export function GraphView({ trace, chosen, intent, choose }) {
    const execution = chosenIn(trace, chosen);
    if (!execution) return html`<p>${t("noneToSee")}</p>`;
    if (execution.unread) return html`<${Waiting} />`;
    return html`<${GraphOf} key=${keyOf(execution)} execution=${execution} ...${{ chosen, intent, choose }} />`;
}

/** @param {{ execution: import("../../traces.js").Execution, chosen: Chosen, intent: "redrive" | "rerun" | null, choose: (part: Partial<Chosen>) => void }} given */
function GraphOf({ execution, chosen, intent, choose }) {
    const pressed = useRef(/** @type {{ state: string, place: "graph" | "table" } | null} */ (null));
    const asked = useGraph(keyOf(execution));
    const runs = useAsked(async () => (intent ? import("../../what-runs.js") : null), [intent]).value;
    const graph = asked.value;
    if (asked.error)
        return html`<${ProblemNotice} away="awayExecutions" error=${asked.error} missing="noSuchExecution" onAgain=${asked.again} />`;
    if (!graph) return html`<${Waiting} />`;
    const state = graph.states.find((each) => each.name === chosen.state);
    const marks = marksOf(execution, chosen.item);
    const taken = edgesTaken(graph, execution.steps);
    const again =
        intent && runs ? (intent === "redrive" ? runs.runsAgain : runs.runsAnew)(graph, execution) : new Map();
    const from = /** @param {"graph" | "table"} place */ (place) => (/** @type {Partial<Chosen>} */ part) => {
        pressed.current = part.state ? { state: part.state, place } : null;
        choose(part);
    };
    const given = { graph, marks, taken, again, chosen };
    const isPressed = pressed.current?.state === state?.name; // and the details are to be seen, wherever one was
    const details = { state, execution, chosen, choose, isPressed, isGoal: pressed.current?.place === "table" };
    return html`
        <div class=${state ? "graph-and-state" : ""}>
            <div>
                <${GraphDrawing} ...${given} choose=${from("graph")} name=${keyOf(execution)} hasEnded=${execution.status === "SUCCEEDED"} />
            </div>
            ${state && html`<${Lazily} key=${state.name} fetch=${DETAILS} given=${details} />`}
        </div>
        <${StateTable} ...${given} choose=${from("table")} />`;
}
