// How far a batch of acts is, and what became of each; to be stopped, gone on with, and closed.

import { closeBatch, goOn, stopActing } from "../../batch-under-way.js";
import { endsOf, isFinished, leftOf, outcomeOf, overOf } from "../../batches.js";
import { arePutBack } from "../../matters.js";
import { html } from "../../vendor/preact.js";
import { t } from "../../words.js";
import { Heading } from "../heading.js";
import { ActForm } from "./act-form.js";
import { ActProblem } from "./act-problem.js";
import { DeedOutcome } from "./deed-outcome.js";

/** @typedef {import("../../batch-under-way.js").Acting} Acting */
/** @typedef {import("../../batches.js").Batch} Batch */

/** @typedef {import("../../words.js").Word} Word */

/** @type {{ now: Word, over: Word }} */
const RESTART = { now: "batchTitle", over: "batchTitleOver" };
/** @type {{ now: Word, over: Word }} */
const PUT_BACK = { now: "batchPutBack", over: "batchPutBackOver" };

/** @type {Record<import("../../batches.js").End, Word>} */
const ENDS = {
    succeeded: "deedSucceeded",
    failedAgain: "deedFailedAgain",
    putBack: "endPutBack",
    refused: "deedRefused",
};

/** @param {{ acting: Acting, onClosed: () => void }} given */
export function BatchProgress({ acting, onClosed }) {
    const { isGoing } = acting;
    const batch = /** @type {Batch} */ (acting.batch);
    const all = batch.deeds.length;
    const left = leftOf(batch).length;
    const over = overOf(batch).length;
    const said = arePutBack(batch.deeds) ? PUT_BACK : RESTART;
    const close = () => {
        closeBatch();
        onClosed();
    };
    return html`
        <section class="card batch" aria-labelledby="batch">
            <${Heading} level=${2} isGoal=${true}><span id="batch">${t(isFinished(batch) ? said.over : said.now, { count: all })}</span><//>
            <progress max=${all} value=${over} aria-labelledby="batch">${over}/${all}</progress>
            <p class="facts-line">
                <span>${t("batchCount", { over, all })}</span>
                <span role="status">${standingOf(acting, batch)}</span>
            </p>
            ${Boolean(acting.error) && !isGoing && html`<${ActProblem} error=${acting.error} />`}
            ${!isGoing && left > 0 && html`<${GoOn} acting=${acting} left=${left} />`}
            <p class="buttons">
                ${isGoing && html`<button class="button second" onClick=${stopActing} aria-disabled=${acting.isStopping}>${t("batchStop")}</button>`}
                ${!isGoing && html`<button class="button second" onClick=${close}>${t(left > 0 ? "batchGiveUp" : "batchClose")}</button>`}
            </p>
            <ul class="matters">
                ${batch.deeds.map((each) => html`<${DeedOutcome} key=${each.id} deed=${each} outcome=${outcomeOf(batch, each)} />`)}
            </ul>
        </section>`;
}

/** Going on takes the reason that was given; who has loaded the page anew gives one again. @param {{ acting: Acting, left: number }} given */
function GoOn({ acting, left }) {
    const press = t("batchGoOn", { count: left });
    const isReasonWrong = acting.error && /** @type {any} */ (acting.error).status === 400;
    if (!acting.why || isReasonWrong) {
        return html`<${ActForm} press=${press} act=${async (/** @type {import("../../acts.js").Why} */ why) => goOn(why)} onDone=${() => {}} />`;
    }
    return html`<p><button class="button" onClick=${() => goOn()}>${press}</button></p>`;
}

/** What is said of the whole: seldom something else, so that it can be heard. @param {Acting} acting @param {Batch} batch */
function standingOf({ isGoing, isStopping }, batch) {
    const count = leftOf(batch).length;
    if (isGoing) return t(isStopping ? "batchStopping" : "batchGoing");
    if (count > 0) return t("batchStopped", { count });
    if (!isFinished(batch)) return t("batchAsked");
    const ends = [...endsOf(batch)].map(([end, number]) => `${number} ${t(ENDS[end])}`);
    return t("batchOver", { ends: ends.join(", ") });
}
