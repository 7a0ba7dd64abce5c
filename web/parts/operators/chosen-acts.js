// What is chosen is acted on together: with one reason, one after the other, followed to the end.

import { beginActs, useActing } from "../../batch-under-way.js";
import { isFinished } from "../../batches.js";
import { arePutBack } from "../../matters.js";
import { html } from "../../vendor/preact.js";
import { t } from "../../words.js";
import { Heading } from "../heading.js";
import { useEffect, useRef, useState } from "../hooks.js";
import { ActForm } from "./act-form.js";
import { BatchProgress } from "./batch-progress.js";

/** @typedef {import("../../acts.js").Why} Why */
/** @typedef {import("../../matters.js").Deed} Deed */

/** @type {[Deed["act"], import("../../words.js").Word][]} what will happen, before one presses */
const PLANS = [
    ["redrive", "planRedrive"],
    ["rerun", "planRerun"],
    ["put_back", "planPutBack"],
];

/** @typedef {{ open: import("../../words.js").Word, title: import("../../words.js").Word, now: import("../../words.js").Word }} Said */
/** @type {Said} */
const RESTART = { open: "actOnChosen", title: "actOnChosenTitle", now: "actOnChosenNow" };
/** @type {Said} */
const PUT_BACK = { open: "putBackChosen", title: "putBackTitle", now: "putBackNow" };

/**
 * @param {object} given
 * @param {import("./choosing.js").Choice} given.choice
 * @param {() => void} given.onEnd a batch has come to its end: the list is to be asked for again
 * @param {() => void} given.onClosed
 */
export function ChosenActs({ choice, onEnd, onClosed }) {
    const acting = useActing();
    const { batch } = acting;
    const isOver = batch !== null && !acting.isGoing && isFinished(batch);
    const wasOver = useRef(isOver);
    useEffect(() => {
        if (isOver && !wasOver.current) onEnd();
        wasOver.current = isOver;
    }, [isOver]);
    return html`
        ${batch && html`<${BatchProgress} key=${batch.id} acting=${acting} onClosed=${onClosed} />`}
        ${(!batch || isOver) && html`<${Choosing} choice=${choice} />`}`;
}

/** @param {{ choice: import("./choosing.js").Choice }} given */
function Choosing({ choice }) {
    const [isAsked, setIsAsked] = useState(false);
    const { chosen } = choice;
    useEffect(() => {
        if (chosen.length === 0) setIsAsked(false);
    }, [chosen.length]);
    if (choice.possible.length === 0) return null;
    const count = chosen.length;
    const said = arePutBack(count ? chosen : choice.possible) ? PUT_BACK : RESTART;
    if (!isAsked || count === 0) {
        // It is there before anything is chosen: nothing moves when something is.
        return html`
            <section class=${count > 0 ? "chosen-acts is-held" : "chosen-acts"} aria-label=${t("chosenActs")}>
                <strong role="status">${t("chosenCount", { count })}</strong>
                <button class="button" aria-disabled=${count === 0} onClick=${() => setIsAsked(count > 0)}>${t(said.open, { count })}</button>
                <button class="quiet" aria-disabled=${count === 0} onClick=${() => choice.set(chosen, false)}>${t("chooseNone")}</button>
            </section>`;
    }
    return html`
        <section class="card">
            <${Heading} level=${2} isGoal=${true}>${t(said.title, { count })}<//>
            <${ActForm} press=${t(said.now, { count })} act=${async (/** @type {Why} */ why) => beginActs(chosen, why)}
                onDone=${() => choice.set(chosen, false)} onLeave=${() => setIsAsked(false)}>
                <ul>
                    ${PLANS.map(([each, word]) => {
                        const planned = chosen.filter(({ act }) => act === each).length;
                        return planned > 0 && html`<li>${t(word, { count: planned })}</li>`;
                    })}
                </ul>
            <//>
        </section>`;
}
