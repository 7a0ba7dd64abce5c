// The shortest way to a trace: somebody has the booking's id.

import { idIn } from "../../finding.js";
import { tracePath } from "../../matters.js";
import { go } from "../../router.js";
import { html } from "../../vendor/preact.js";
import { t } from "../../words.js";
import { useState } from "../hooks.js";

export function FindById() {
    const [typed, setTyped] = useState("");
    const [isWrong, setIsWrong] = useState(false);
    const submit = /** @param {Event} event */ (event) => {
        event.preventDefault();
        const id = idIn(typed);
        setIsWrong(!id);
        if (id) go(String(tracePath(id)));
        else document.getElementById("booking-id")?.focus();
    };
    return html`
        <form class="card" onSubmit=${submit} novalidate aria-labelledby="by-id">
            <h2 id="by-id">${t("findById")}</h2>
            <div class="field">
                <label for="booking-id">${t("idOfBooking")}</label>
                <input id="booking-id" autocomplete="off" spellcheck=${false} value=${typed} aria-invalid=${isWrong}
                    aria-describedby=${isWrong ? "booking-id-wrong" : undefined}
                    onInput=${(/** @type {any} */ event) => setTyped(event.currentTarget.value)} />
                ${isWrong && html`<p id="booking-id-wrong" class="field-problem">${t("bookingIdWrong")}</p>`}
            </div>
            <button class="button" type="submit">${t("showTrace")}</button>
        </form>`;
}
