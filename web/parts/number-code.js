// Showing that a number is one's own: a code is texted to it, and given back.

import { call } from "../api.js";
import { Problem } from "../errors.js";
import { usePress } from "../pressing.js";
import { html } from "../vendor/preact.js";
import { t } from "../words.js";
import { useEffect, useId, useRef, useState } from "./hooks.js";
import { ProblemNotice } from "./problem.js";

/** @param {{ onProven: (answer: import("../api.js").Answer) => void }} given */
export function NumberCode({ onProven }) {
    const id = useId();
    const [isSent, setIsSent] = useState(false);
    const [code, setCode] = useState("");
    const field = useRef(/** @type {HTMLInputElement | null} */ (null));
    const sending = usePress(
        () => call("POST", "/v1/me/number-codes"),
        () => setIsSent(true),
    );
    const giving = usePress(
        () => call("POST", "/v1/me/number-confirmation", { body: { code: code.trim() } }),
        onProven,
    );
    useEffect(() => {
        if (isSent) field.current?.focus();
    }, [isSent]);
    const isWrong = giving.error instanceof Problem && ["rule-broken", "invalid-body"].includes(giving.error.kind);
    /** @param {KeyboardEvent} event it stands in another form */
    const onKey = (event) => {
        if (event.key !== "Enter") return;
        event.preventDefault();
        if (!giving.isAsking) giving.press();
    };
    return html`
        <div class="number-code">
            <p class="warning">${t("numberUnproven")}</p>
            ${sending.error && html`<${ProblemNotice} error=${sending.error} />`}
            ${
                isSent &&
                html`
                <div class="field">
                    <label for=${id}>${t("codeLabel")}</label>
                    <input id=${id} ref=${field} inputmode="numeric" autocomplete="one-time-code" maxlength="6" value=${code} onKeyDown=${onKey}
                        aria-invalid=${isWrong} aria-describedby=${`${id}-more`} onInput=${(/** @type {any} */ event) => setCode(event.currentTarget.value)} />
                    <p class=${isWrong ? "field-problem" : "soft"} id=${`${id}-more`} role="status">${t(isWrong ? "codeWrong" : "codeMore")}</p>
                </div>
                ${giving.error && !isWrong && html`<${ProblemNotice} error=${giving.error} />`}`
            }
            <div class="buttons">
                ${isSent && html`<button type="button" class="button" disabled=${giving.isAsking} onClick=${giving.press}>${t("giveCode")}</button>`}
                <button type="button" class="button second" disabled=${sending.isAsking} onClick=${sending.press}>${t(isSent ? "sendCodeAgain" : "sendCode")}</button>
            </div>
        </div>`;
}
