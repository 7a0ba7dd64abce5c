// An execution by itself. One that belongs to a booking leads to that booking's trace, where it is chosen.

import { Heading } from "../../parts/heading.js";
import { useEffect } from "../../parts/hooks.js";
import { Desk } from "../../parts/operators/desk.js";
import { TraceViews } from "../../parts/operators/trace-views.js";
import { readExecution } from "../../parts/operators/use-trace.js";
import { replace } from "../../router.js";
import { queryOf } from "../../traces.js";
import { html } from "../../vendor/preact.js";
import { t } from "../../words.js";

/** @typedef {import("../../traces.js").Trace} Trace */

/** @param {{ who: import("../../session.js").Person | null, machine: string, name: string }} given */
export const Execution = ({ who, machine, name }) =>
    html`<${Desk} who=${who}><${ExecutionOf} name=${`${machine}/${name}`} /><//>`;

/** @param {{ name: string }} given */
const ExecutionOf = ({ name }) => html`
    <${Heading} level=${1} isGoal=${true}>${t("executionOf")} ${name}<//>
    <${TraceViews} ask=${(/** @type {AbortSignal} */ stopped) => alone(name, stopped)} missing="noSuchExecution"
        views=${["graph", "timeline", "events"]} Header=${LeadsOn} />`;

/** A trace of one execution. @param {string} key @param {AbortSignal} stopped @returns {Promise<Trace>} */
async function alone(key, stopped) {
    const execution = await readExecution(key, stopped);
    return { booking_id: execution.booking_id, missing: [], file: null, executions: [execution], moments: [] };
}

/** @param {{ trace: Trace }} given */
function LeadsOn({ trace }) {
    const bookingId = trace.booking_id;
    const [{ machine, name }] = trace.executions;
    const chosen = { execution: `${machine}/${name}`, state: null, item: null };
    useEffect(() => {
        if (bookingId) replace(`/operate/bookings/${bookingId}${queryOf("graph", chosen)}`);
    }, [bookingId]);
    return html`<p>${t("ofNoBooking")}</p>`;
}
