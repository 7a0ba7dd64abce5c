// Which booking it is, what it came to, how its executions stand, and what could not be asked.

import { sessionOf } from "../../booked-sessions.js";
import { BECAME, becameOf } from "../../executions.js";
import { statusName } from "../../statuses.js";
import { counted } from "../../traces.js";
import { html } from "../../vendor/preact.js";
import { t } from "../../words.js";
import { Became } from "./became.js";
import { BookedSession } from "./booked-session.js";
import { Missing } from "./missing.js";

/** What is missing of a trace then. @type {Record<string, import("../../words.js").Word>} */
const AWAY = { database: "traceWithoutDatabase", executions: "traceWithoutExecutions" };

/** @param {{ trace: import("../../traces.js").Trace }} given */
export function TraceHeader({ trace }) {
    const status = trace.file?.status;
    const session = sessionOf(trace);
    const others = trace.file?.sessions?.length ?? 0;
    return html`
        <dl class="facts trace-facts">
            ${session && html`<dt>${t("sessionWhen")}</dt><dd><${BookedSession} session=${session} />${others > 0 && html` <span>${t("firstOfSessions", { count: others + 1 })}</span>`}</dd>`}
            <dt>${t("bookingStatus")}</dt>
            <dd>${trace.file ? (status ? statusName(status, t) : t("noRowYet")) : t("notKnownNow")}</dd>
            <dt>${t("executions")}</dt>
            <dd>${trace.executions.length ? html`<${Counts} executions=${trace.executions} />` : t("noneToSee")}</dd>
        </dl>
        <${Missing} missing=${trace.missing} what=${AWAY} />`;
}

/** @param {{ executions: import("../../traces.js").Execution[] }} given */
const Counts = ({ executions }) => html`
    <ul class="counts">
        ${counted(executions).map(([status, count]) => {
            const became = becameOf({ status });
            return html`<li key=${status}><${Became} became=${became}>${count} ${t(BECAME[became].word)}<//></li>`;
        })}
    </ul>`;
