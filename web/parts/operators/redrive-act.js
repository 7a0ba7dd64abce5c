// Restarts a failed execution where it stopped, and says before what will run again.

import { act } from "../../acting.js";
import { codeOfError } from "../../acts.js";
import { keyOf } from "../../traces.js";
import { html } from "../../vendor/preact.js";
import { runsAgain } from "../../what-runs.js";
import { t } from "../../words.js";
import { Heading } from "../heading.js";
import { ActForm } from "./act-form.js";
import { Runs } from "./runs.js";

/** @typedef {import("../../traces.js").Execution} Execution */

/** @param {{ execution: Execution, onLeave: () => void, onActed: (act: import("./act-followed.js").Acted) => void }} given */
export function RedriveAct({ execution, onLeave, onActed }) {
    const before = execution.redriven.length;
    const redrive = /** @param {import("../../acts.js").Why} why */ (why) =>
        act(`/v1/executions/${keyOf(execution)}/redrive`, why, { before: String(before) });
    return html`
        <${ActForm} press=${t("redriveNow")} likely=${codeOfError(execution.error)} act=${redrive} onLeave=${onLeave}
            onDone=${(/** @type {any} */ done) => onActed({ ...done, kind: "redrive", before })}>
            <${Heading} level=${2} isGoal=${true}>${t("redriveTitle")}<//>
            <p>${t("redriveMore")}</p>
            <${Runs} execution=${execution} of=${(/** @type {any} */ graph) => runsAgain(graph, execution)} />
        <//>`;
}
