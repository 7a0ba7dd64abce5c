// An execution as a line of a list: how it stands, where, since when, and when it is tried again.

import { becameOf, machineName } from "../../executions.js";
import { durationLabel } from "../../instants.js";
import { locale } from "../../locale.js";
import { html } from "../../vendor/preact.js";
import { t } from "../../words.js";
import { Became } from "./became.js";
import { Moment } from "./moment.js";

/** @param {{ execution: any, now: number }} given `now`: of when it is */
export function ExecutionFacts({ execution, now }) {
    const { machine, state, error, started, stopped, redrives, waiting } = execution;
    return html`
        <span class="facts-line">
            <${Became} became=${becameOf(execution)} />
            <span>${machineName(machine, t)}</span>
            ${redrives > 0 && html`<span>${t("redrivenTimes", { count: redrives })}</span>`}
            ${state && html`<span>${t("atState", { state })}</span>`}
            ${error && !waiting && html`<code>${error}</code>`}
        </span>
        <span class="facts-line">
            <span>${stopped ? t("endedAt") : t("startedAt")} <${Moment} at=${stopped ?? started} now=${now} /></span>
            ${stopped && html`<span>${t("took", { duration: durationLabel(Date.parse(stopped) - Date.parse(started), locale()) })}</span>`}
        </span>
        ${waiting && html`<${NextRetry} waiting=${waiting} now=${now} />`}`;
}

/** @param {{ waiting: any, now?: number }} given */
export const NextRetry = ({ waiting, now }) => html`
    <span class="facts-line">
        <span>${t("nextRetry", { retry: waiting.retry, retries: waiting.retries })} <${Moment} at=${waiting.latest} now=${now} /></span>
        <span>${t("becauseOf")} <code>${waiting.error}</code></span>
    </span>`;
