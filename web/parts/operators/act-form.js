// Asks an operator why, and acts: the reason once in words, once as a code. What will happen is said before the press.

import { CODES, inOneLine, LONGEST_REASON } from "../../acts.js";
import { usePress } from "../../pressing.js";
import { html } from "../../vendor/preact.js";
import { t } from "../../words.js";
import { useId, useState } from "../hooks.js";
import { ActProblem } from "./act-problem.js";

/**
 * @param {object} given
 * @param {string} given.press what the button says
 * @param {(why: import("../../acts.js").Why) => Promise<any>} given.act
 * @param {(answer: any) => void} given.onDone
 * @param {() => void} [given.onLeave] nothing is done, and the form closes
 * @param {string | null} [given.likely] the code that is most likely; null: none is, and one is to be chosen
 * @param {any} [given.children] what will happen
 */
export function ActForm({ press, act, onDone, onLeave, likely = "cause_is_mended", children }) {
    const id = useId();
    const [reason, setReason] = useState("");
    const [code, setCode] = useState(likely ?? "");
    const [isTried, setIsTried] = useState(false);
    const [isCodeMissed, isMissed] = [isTried && !code, isTried && !reason.trim()];
    const pressing = usePress(() => act({ reason: inOneLine(reason), code }), onDone);
    const submit = /** @param {Event} event */ (event) => {
        event.preventDefault();
        setIsTried(true);
        if (!code) document.getElementById(`${id}-code`)?.focus();
        else if (!reason.trim()) document.getElementById(id)?.focus();
        else if (!pressing.isAsking) pressing.press();
    };
    return html`
        <form class="act-form" onSubmit=${submit} novalidate>
            ${children}
            <div class="field">
                <label for=${`${id}-code`}>${t("actCode")}</label>
                <select id=${`${id}-code`} value=${code} required aria-invalid=${isCodeMissed}
                    aria-describedby=${isCodeMissed ? `${id}-code-more` : undefined}
                    onChange=${(/** @type {any} */ event) => setCode(event.currentTarget.value)}>
                    ${!likely && html`<option value="">${t("actCodeChoose")}</option>`}
                    ${CODES.map(([each, word]) => html`<option key=${each} value=${each}>${t(word)}</option>`)}
                </select>
                ${isCodeMissed && html`<p class="field-problem" id=${`${id}-code-more`}>${t("actCodeMissing")}</p>`}
            </div>
            <div class="field">
                <label for=${id}>${t("actReason")}</label>
                <textarea id=${id} rows="2" maxlength=${LONGEST_REASON} required aria-invalid=${isMissed} value=${reason}
                    aria-describedby=${`${id}-more`}
                    onInput=${(/** @type {any} */ event) => setReason(event.currentTarget.value)}></textarea>
                <p class=${isMissed ? "field-problem" : "soft"} id=${`${id}-more`}>
                    ${t(isMissed ? "actReasonMissing" : "actReasonMore")}
                </p>
            </div>
            ${Boolean(pressing.error) && html`<${ActProblem} error=${pressing.error} />`}
            <p class="buttons">
                <button class="button" type="submit" aria-disabled=${pressing.isAsking}>
                    ${pressing.isAsking ? t("actAsking") : press}
                </button>
                ${onLeave && html`<button class="button second" type="button" onClick=${onLeave}>${t("actLeave")}</button>`}
            </p>
        </form>`;
}
