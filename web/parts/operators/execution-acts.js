// What can be done to an execution, why not, and what instead: restart it where it stopped, run its booking again.

import { becameOf } from "../../executions.js";
import { chosenIn, isOnLaptop, keyOf } from "../../traces.js";
import { html } from "../../vendor/preact.js";
import { t } from "../../words.js";
import { Became, Undelivered } from "./became.js";
import { NextRetry } from "./execution-facts.js";
import { Lazily, withWords } from "./lazily.js";

const REDRIVE = withWords(async () => (await import("./redrive-act.js")).RedriveAct, "acts");
const RERUN = withWords(async () => (await import("./rerun-act.js")).RerunAct, "acts");

/** @typedef {import("../../traces.js").Execution} Execution */
/** @typedef {"redrive" | "rerun"} Intent */

/**
 * @param {object} given
 * @param {import("../../traces.js").Trace} given.trace
 * @param {import("../../traces.js").Chosen} given.chosen
 * @param {Intent | null} given.intent what is about to be done: the graph shows what of it will run
 * @param {(intent: Intent | null) => void} given.onIntent
 * @param {(act: import("./act-followed.js").Acted) => void} given.onActed
 */
export function ExecutionActs({ trace, chosen, intent, onIntent, onActed }) {
    const execution = chosenIn(trace, chosen);
    const bookings = trace.executions.filter((each) => each.machine === "booking");
    const busy = bookings.find((each) => each.status === "RUNNING");
    const given = { execution, onLeave: () => onIntent(null), onActed };
    return html`
        <section class="execution" aria-label=${t("execution")}>
            ${execution && html`<${Now} execution=${execution} />`}
            ${execution?.redrive && !execution.redrive.possible && html`<${WhyNot} execution=${execution} />`}
            ${
                !intent &&
                html`
                <p class="buttons">
                    ${
                        execution?.redrive?.possible &&
                        html`<button class="button" onClick=${() => onIntent("redrive")}>${t("redrive")}</button>`
                    }
                    ${
                        trace.booking_id !== null &&
                        !busy &&
                        html`<button class="button second" onClick=${() => onIntent("rerun")}>${t("rerun")}</button>`
                    }
                    ${execution && html`<${Console} execution=${execution} />`}
                </p>
                ${trace.booking_id !== null && busy && html`<p class="soft">${t("noRerunNow", { name: keyOf(busy) })}</p>`}`
            }
            ${intent === "redrive" && execution && html`<${Lazily} fetch=${REDRIVE} given=${given} />`}
            ${
                intent === "rerun" &&
                html`<${Lazily} fetch=${RERUN} given=${{ ...given, bookingId: trace.booking_id, before: bookings.map(keyOf) }} />`
            }
        </section>`;
}

/** Where it stands. @param {{ execution: Execution }} given */
function Now({ execution }) {
    const { waiting } = execution;
    return html`
        <p class="execution-now">
            <${Became} became=${becameOf(execution)} />
            <${Undelivered} execution=${execution} />
            ${execution.state && html`<span>${t("atState", { state: execution.state })}</span>`}
            ${execution.error && html`<code>${execution.error}</code>`}
            ${execution.redrives > 0 && html`<span>${t("redrivenTimes", { count: execution.redrives })}</span>`}
            ${waiting && html`<${NextRetry} waiting=${waiting} />`}
        </p>`;
}

/** Step Functions' reason, and what to do instead. @param {{ execution: Execution }} given */
const WhyNot = ({ execution }) => html`
    <p>
        ${t("noRedrive")} ${execution.redrive?.reason && html`<q lang="en">${execution.redrive.reason}</q>`}
        ${" "}${t(execution.machine === "booking" ? "rerunInstead" : "askAgainInstead")}
    </p>`;

/** The same execution in AWS's console, which knows nothing of a laptop's. @param {{ execution: Execution }} given */
const Console = ({ execution }) =>
    isOnLaptop(execution)
        ? html`<span class="soft">${t("noConsole")}</span>`
        : html`<a class="way-on" href=${execution.console} target="_blank" rel="noopener noreferrer">${t("openConsole")}</a>`;
