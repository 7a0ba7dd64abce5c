// What became of one act of many: asked for, refused and why, under way again, at its end.

import { refusalOf } from "../../acts.js";
import { isOver } from "../../batches.js";
import { Problem } from "../../errors.js";
import { becameOf } from "../../executions.js";
import { tracePath } from "../../matters.js";
import { saying } from "../../problems.js";
import { html } from "../../vendor/preact.js";
import { t } from "../../words.js";
import { Became } from "./became.js";
import { Moment } from "./moment.js";

/** @typedef {import("../../batches.js").Outcome} Outcome */
/** @typedef {import("../../matters.js").Deed} Deed */

/** @param {{ deed: Deed, outcome: Outcome }} given */
export function DeedOutcome({ deed, outcome }) {
    const [machine, name] = (outcome.execution ?? deed.execution ?? "/").split("/");
    const path = tracePath(deed.bookingId, name ? { machine, name } : null);
    const called = deed.bookingId ?? deed.id;
    return html`
        <li class="matter">
            <div>
                ${path ? html`<a class="matter-name" href=${path}>${called}</a>` : html`<span class="matter-name">${called}</span>`}
                <span class="facts-line"><${OutcomeWords} deed=${deed} outcome=${outcome} /></span>
            </div>
        </li>`;
}

/** @param {{ deed: Deed, outcome: Outcome }} given */
function OutcomeWords({ deed, outcome }) {
    const { state, seen } = outcome;
    if (state === "left") return html`<${Became} became="notEntered">${t("deedLeft")}<//>`;
    if (state === "asking") return html`<${Became} became="underWay">${t("deedAsking")}<//>`;
    if (state === "unanswered") return html`<${Became} became="waiting">${t("deedUnanswered")}<//>`;
    if (state === "refused") return html`<${WhyRefused} outcome=${outcome} />`;
    if (deed.act === "put_back") return html`<${Became} became="done">${t("deedPutBack")}<//>`;
    if (!seen || (seen.status !== "RUNNING" && !isOver(deed, outcome))) {
        return html`<${Became} became="underWay">${t(deed.act === "rerun" ? "deedRerun" : "deedRedriven")}<//>`;
    }
    const { status, state: place, error, waiting } = seen;
    if (status === "SUCCEEDED") return html`<${Became} became="done">${t("deedSucceeded")}<//>`;
    if (status !== "RUNNING") {
        return html`
            <${Became} became="failed">${t("deedFailedAgain")}<//>
            ${place && html`<span>${t("atState", { state: place })}</span>`}
            <code>${error ?? status}</code>`;
    }
    return html`
        <${Became} became=${becameOf(seen)} />
        ${place && html`<span>${t("atState", { state: place })}</span>`}
        ${waiting && html`<span>${t("nextRetry", waiting)} <${Moment} at=${waiting.latest} /></span>`}`;
}

/** @param {{ outcome: Outcome }} given */
function WhyRefused({ outcome: { problem } }) {
    const error = new Problem(problem?.status ?? 0, problem?.body ?? {});
    const refusal = refusalOf(error);
    const said = saying(error);
    return html`
        <${Became} became="failed">${t("deedRefused")}<//>
        <span>${refusal ? t(refusal.word) : "word" in said ? t(said.word) : said.text}</span>
        ${error.detail && html`<span lang="en">${error.detail}</span>`}
        ${refusal && html`<span>${t(refusal.instead)}</span>`}`;
}
