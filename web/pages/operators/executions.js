// Executions of the state machines: by status, machine and time, page by page. What is asked for is in the address.

import { call } from "../../api.js";
import { machineName } from "../../executions.js";
import { instantOf, readingOf } from "../../instants.js";
import { pauseFor } from "../../matters.js";
import { Heading } from "../../parts/heading.js";
import { AsOf } from "../../parts/operators/as-of.js";
import { Desk } from "../../parts/operators/desk.js";
import { Missing } from "../../parts/operators/missing.js";
import { ExecutionLines } from "../../parts/operators/under-way.js";
import { useCalmly } from "../../parts/operators/use-calmly.js";
import { go, useQuery } from "../../router.js";
import { html } from "../../vendor/preact.js";
import { t } from "../../words.js";
import { useZone } from "../../zone.js";

/** @typedef {import("../../words.js").Word} Word */

const PAGE = 25; // Step Functions describes each of a page
const PATH = "/operate/executions";
const FILTERS = ["status", "machine", "from", "to"];

/** What is missing of a list of executions then. @type {Record<string, Word>} */
const AWAY = { database: "executionsWithoutDatabase" };

/** @type {[string, Word][]} */
const STATUSES = [
    ["RUNNING", "executionRunning"],
    ["FAILED", "executionFailed"],
    ["TIMED_OUT", "executionTimedOut"],
    ["ABORTED", "executionAborted"],
    ["SUCCEEDED", "executionSucceeded"],
];
const MACHINES = ["booking", "cancellation", "rescheduling", "reminder", "offer", "payment", "resend"];

/** @param {{ who: import("../../session.js").Person | null }} given */
export const Executions = ({ who }) => html`<${Desk} who=${who} path=${PATH}><${Listed} /><//>`;

function Listed() {
    const query = useQuery();
    const cursor = query.get("cursor");
    /** @type {Record<string, string>} */
    const filters = Object.fromEntries([...query].filter(([each, value]) => value && FILTERS.includes(each)));
    const wanted = new URLSearchParams({ ...filters, limit: String(PAGE), ...(cursor && { cursor }) }).toString();
    const asked = useCalmly(
        (stopped) => call("GET", `/v1/executions?${wanted}`, { stopped }),
        [wanted],
        (value) => (cursor ? null : pauseFor(value?.executions.length ?? 0)), // what is older stands still
    );
    const executions = asked.value?.executions ?? [];
    const next = asked.value?.next;
    return html`
        <${Heading} key=${wanted} level=${1} isGoal=${true}>${t("executions")}<//>
        <${Filters} key=${JSON.stringify(filters)} filters=${filters} />
        <${AsOf} asked=${asked} />
        ${asked.value && executions.length === 0 && html`<p class="nothing">${t("noSuchExecutions")}</p>`}
        ${asked.value && html`<${Missing} missing=${asked.value.missing} what=${AWAY} />`}
        ${executions.length > 0 && html`<p class="soft">${t("executionsInOrder")}</p>`}
        <${ExecutionLines} executions=${executions} sessions=${asked.value?.sessions ?? []} now=${asked.at} />
        <p class="buttons">
            ${cursor && html`<a class="button second" href=${pathOf(filters)}>${t("newestExecutions")}</a>`}
            ${next && html`<a class="button second" href=${pathOf({ ...filters, cursor: next })}>${t("olderExecutions")}</a>`}
        </p>`;
}

/** @param {Record<string, string>} query */
const pathOf = (query) => `${PATH}${Object.keys(query).length ? `?${new URLSearchParams(query)}` : ""}`;

/** @param {{ filters: Record<string, string> }} given */
function Filters({ filters }) {
    const zone = useZone();
    const submit = /** @param {any} event */ (event) => {
        event.preventDefault();
        const said = Object.fromEntries(new FormData(event.currentTarget));
        const times = ["from", "to"].map((each) => [each, instantOf(String(said[each]), zone)]);
        const chosen = Object.entries({ ...said, ...Object.fromEntries(times) }).filter(([, value]) => value);
        go(pathOf(Object.fromEntries(chosen)));
    };
    return html`
        <form class="filters" onSubmit=${submit} aria-label=${t("filters")}>
            <label>${t("filterStatus")}
                <select name="status">
                    <option value="">${t("filterAny")}</option>
                    ${STATUSES.map(([each, word]) => html`<option value=${each} selected=${each === filters.status}>${t(word)}</option>`)}
                </select>
            </label>
            <label>${t("filterMachine")}
                <select name="machine">
                    <option value="">${t("filterAny")}</option>
                    ${MACHINES.map((each) => html`<option value=${each} selected=${each === filters.machine}>${machineName(each, t)}</option>`)}
                </select>
            </label>
            <label>${t("filterFrom")} <input type="datetime-local" name="from" value=${readingOf(filters.from ?? "", zone)} /></label>
            <label>${t("filterTo")} <input type="datetime-local" name="to" value=${readingOf(filters.to ?? "", zone)} /></label>
            <button class="button" type="submit">${t("filterShow")}</button>
            ${Object.keys(filters).length > 0 && html`<a class="way-on" href=${PATH}>${t("filterNone")}</a>`}
        </form>`;
}
