// Matters by kind, failures by their error: each leads to its trace, and may be chosen.

import { sessionIn } from "../../booked-sessions.js";
import { ages, byError, deedFor, idOf, KINDS, pathOf } from "../../matters.js";
import { html } from "../../vendor/preact.js";
import { t } from "../../words.js";
import { BookedSession } from "./booked-session.js";
import { ChooseAll, ChooseOne } from "./choosing.js";
import { ExecutionFacts } from "./execution-facts.js";
import { KIND_WORDS } from "./matter-counts.js";
import { Moment } from "./moment.js";

/** @typedef {import("../../matters.js").Matter} Matter */
/** @typedef {import("../../matters.js").MatterKind} MatterKind */
/** @typedef {import("./choosing.js").Choice} Choice */

/**
 * What each matter is shown with.
 *
 * @typedef {{ missing: string[], sessions: any[], choice: Choice, now: number }} Around
 */

/** @param {{ seen: any, kind: MatterKind | null, choice: Choice, now: number }} given */
export function Matters({ seen, kind, choice, now }) {
    const around = { missing: seen.missing, sessions: seen.sessions, choice, now };
    const shown = KINDS.filter((each) => kind === null || each === kind);
    if (seen.matters.length === 0) {
        return html`<p class="nothing">${t(seen.missing.length ? "nothingKnown" : kind ? "noneOfKind" : "nothingNeedsAnybody")}</p>`;
    }
    return html`
        ${shown.map((each) => html`<${OfKind} key=${each} kind=${each} matters=${seen.matters.filter((/** @type {Matter} */ one) => one.kind === each)} around=${around} />`)}
        ${seen.more && html`<p class="soft">${t("moreMatters")}</p>`}`;
}

/** @param {{ kind: MatterKind, matters: Matter[], around: Around }} given */
function OfKind({ kind, matters, around }) {
    const age = ages(matters);
    if (!age) return null;
    return html`
        <section aria-labelledby=${kind}>
            <h2 id=${kind}>${t(KIND_WORDS[kind])}</h2>
            <p class="facts-line">
                <span>${t("oldest")} <${Moment} at=${age.oldest} now=${around.now} /></span>
                ${matters.length > 1 && html`<span>${t("newest")} <${Moment} at=${age.newest} now=${around.now} /></span>`}
            </p>
            ${kind === "unreached" && html`<p>${t("unreachedMore")}</p>`}
            ${kind === "payment" && html`<p>${t("paymentsMore")}</p>`}
            ${
                kind === "failed"
                    ? byError(matters).map((each) => html`<${OfError} key=${each.error} ...${each} around=${around} />`)
                    : html`<${MatterList} matters=${matters} around=${around} />`
            }
        </section>`;
}

/** @param {{ error: string, matters: Matter[], around: Around }} given */
function OfError({ error, matters, around }) {
    return html`
        <h3><code>${error}</code> ${t("timesOver", { count: matters.length })}</h3>
        <${MatterList} matters=${matters} around=${around} all=${t("chooseError", { error })} />`;
}

/** @param {{ matters: Matter[], around: Around, all?: string }} given */
export function MatterList({ matters, around, all = t("chooseAll") }) {
    const { choice, missing } = around;
    const deeds = matters.flatMap((each) => deedFor(each, missing) ?? []);
    return html`
        <${ChooseAll} choice=${choice} deeds=${deeds}>${all}<//>
        <ul class="matters">${matters.map((each) => html`<${OneMatter} key=${idOf(each)} matter=${each} around=${around} />`)}</ul>`;
}

/** @param {{ matter: Matter, around: Around }} given */
function OneMatter({ matter, around: { missing, sessions, choice, now } }) {
    const deed = deedFor(matter, missing);
    const path = pathOf(matter);
    const name = matter.booking_id ?? matter.execution?.name ?? matter.dead_letter?.message_id ?? "";
    return html`
        <li class="matter">
            ${deed && html`<${ChooseOne} choice=${choice} deed=${deed} name=${name} />`}
            <div>
                <div>
                    ${path ? html`<a class="matter-name" href=${path}>${name}</a>` : html`<span class="matter-name">${name}</span>`}
                    <${BookedSession} session=${sessionIn(sessions, matter.booking_id, matter.execution)} />
                </div>
                <${MatterFacts} matter=${matter} now=${now} />
                ${matter.kind === "failed" && (!deed || deed.act === "rerun") && html`<${WhyNotRestarted} matter=${matter} missing=${missing} isRerun=${Boolean(deed)} />`}
            </div>
        </li>`;
}

/** @param {{ matter: Matter, now: number }} given */
function MatterFacts({ matter: { kind, since, execution, error, dead_letter: letter }, now }) {
    if (execution) return html`<${ExecutionFacts} execution=${execution} now=${now} />`;
    if (letter) {
        return html`
            <span class="facts-line"><span>${t("queueOf", { queue: letter.queue })}</span> <code lang="en">${letter.reason}</code></span>
            <span class="facts-line">
                <span>${t("sentAt")} <${Moment} at=${letter.sent_at} now=${now} /></span>
                <span>${t("lookedAt", { count: letter.received })}</span>
                ${!letter.booking_id && html`<span>${t("noBookingNamed")}</span>`}
            </span>`;
    }
    return html`
        <span class="facts-line">
            ${kind !== "unreached" && error && html`<code>${error}</code>`}
            <span>${t("since")} <${Moment} at=${since} now=${now} /></span>
        </span>`;
}

/** @param {{ matter: Matter, missing: string[], isRerun: boolean }} given */
function WhyNotRestarted({ matter: { execution }, missing, isRerun }) {
    const why = execution?.redrive?.reason;
    if (!execution)
        return html`<span class="soft">${t(missing.includes("executions") ? "notNowRestarted" : "goneRunsAgain")}</span>`;
    return html`
        <span class="soft">
            ${t(isRerun ? "notRestartedRunsAgain" : "notRestarted")}
            ${why && html` <span lang="en">${why}</span>`}
        </span>`;
}
