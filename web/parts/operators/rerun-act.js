// Runs a booking again in a new execution, for what can't be restarted where it stopped.

import { act } from "../../acting.js";
import { html } from "../../vendor/preact.js";
import { runsAnew } from "../../what-runs.js";
import { t } from "../../words.js";
import { Heading } from "../heading.js";
import { ActForm } from "./act-form.js";
import { Runs } from "./runs.js";

/**
 * @param {object} given
 * @param {string} given.bookingId
 * @param {import("../../traces.js").Execution | undefined} given.execution whose states it will run; undefined: none is left
 * @param {string[]} given.before the names of those that were run for the booking before
 * @param {() => void} given.onLeave
 * @param {(act: import("./act-followed.js").Acted) => void} given.onActed
 */
export const RerunAct = ({ bookingId, execution, before, onLeave, onActed }) => html`
    <${ActForm} press=${t("rerunNow")} onLeave=${onLeave} likely=${!execution || execution.redrive?.possible === false ? "redrive_expired" : null}
        act=${(/** @type {any} */ why) => act(`/v1/bookings/${bookingId}/rerun`, why, { before: before.join(" ") })}
        onDone=${(/** @type {any} */ done) => onActed({ ...done, kind: "rerun", before: 0 })}>
        <${Heading} level=${2} isGoal=${true}>${t("rerunTitle")}<//>
        <p>${t("rerunMore")}</p>
        ${execution && html`<${Runs} execution=${execution} of=${runsAnew} />`}
    <//>`;
