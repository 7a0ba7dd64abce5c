// Why somebody cancels or moves, if they like to say.

import { Problem } from "../errors.js";
import { html } from "../vendor/preact.js";
import { t } from "../words.js";
import { useId } from "./hooks.js";

const LONGEST = 500;

/** @param {{ value: string, error?: unknown, onInput: (text: string) => void }} given `error`: what the press came to */
export function ReasonField({ value, error, onInput }) {
    const id = useId();
    const isWrong = error instanceof Problem && error.status < 500 && error.detail.startsWith("text");
    return html`
        <div class="field">
            <label for=${id}>${t("reasonLabel")}</label>
            <textarea id=${id} rows="3" maxlength=${LONGEST} value=${value} aria-invalid=${isWrong} aria-describedby=${`${id}-more`}
                onInput=${(/** @type {any} */ event) => onInput(event.currentTarget.value)}></textarea>
            <p class=${isWrong ? "field-problem" : "soft"} id=${`${id}-more`}>${t(isWrong ? "reasonNotTaken" : "reasonMore")}</p>
        </div>`;
}
