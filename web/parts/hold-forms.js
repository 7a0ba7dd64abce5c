// What staff say to a booking that waits: yes, no, or no payment. What follows is said first, for nothing is undone.

import { call } from "../api.js";
import { Problem } from "../errors.js";
import { usePress } from "../pressing.js";
import { html } from "../vendor/preact.js";
import { t } from "../words.js";
import { useFocus, useId, useState } from "./hooks.js";
import { ProblemNotice } from "./problem.js";

const LONGEST = 500;

/** @typedef {import("../words.js").Word} Word */
/** @typedef {{ id: string, onSaid: (said: Word) => void }} Given */

/** What was said, where the form was. @param {{ word: Word }} given */
export const SaidToHold = ({ word }) =>
    html`<p role="status" ref=${useFocus()} tabindex="-1"><strong>${t(word)}</strong></p>`;

/** @param {Given} given */
export function ApprovalForms({ id, onSaid }) {
    const [open, setOpen] = useState(/** @type {"yes" | "no" | null} */ (null));
    const answer = /** @param {"approve" | "decline"} said */ (said) => (/** @type {string} */ reason) =>
        call("POST", `/v1/bookings/${id}/approval`, { body: { answer: said, ...(reason ? { reason } : {}) } });
    const leave = () => setOpen(null);
    if (open === "yes")
        return html`
            <${HoldForm} more=${t("approveMore")} press=${t("approveNow")} act=${answer("approve")} onDone=${() => onSaid("youSaidYes")} onLeave=${leave} />`;
    if (open === "no")
        return html`
            <${HoldForm} more=${t("declineHoldMore")} why=${t("declineWhy")} press=${t("declineNow")} isDanger
                act=${answer("decline")} onDone=${() => onSaid("youSaidNo")} onLeave=${leave} />`;
    return html`
        <div class="buttons">
            <button class="button" onClick=${() => setOpen("yes")}>${t("sayYes")}</button>
            <button class="button second" onClick=${() => setOpen("no")}>${t("sayNo")}</button>
        </div>`;
}

/** @param {Given} given */
export function WaiverForm({ id, onSaid }) {
    const [isOpen, setIsOpen] = useState(false);
    const waive = /** @param {string} reason */ (reason) =>
        call("POST", `/v1/bookings/${id}/payment-waiver`, { body: { reason } });
    if (isOpen)
        return html`
            <${HoldForm} more=${t("waiveMore")} why=${t("waiveWhy")} isWhyNeeded press=${t("waiveNow")} act=${waive}
                onDone=${() => onSaid("youWaived")} onLeave=${() => setIsOpen(false)} />`;
    return html`<div class="buttons"><button class="button second" onClick=${() => setIsOpen(true)}>${t("waive")}</button></div>`;
}

/**
 * @param {object} given
 * @param {string} given.more what will happen
 * @param {string} [given.why] what is asked for as a reason; without it none is
 * @param {boolean} [given.isWhyNeeded]
 * @param {string} given.press what the button says
 * @param {boolean} [given.isDanger]
 * @param {(reason: string) => Promise<any>} given.act
 * @param {() => void} given.onDone
 * @param {() => void} given.onLeave
 */
function HoldForm({ more, why, isWhyNeeded = false, press, isDanger = false, act, onDone, onLeave }) {
    const id = useId();
    const place = useFocus();
    const [reason, setReason] = useState("");
    const [isMissed, setIsMissed] = useState(false);
    const pressing = usePress(() => act(reason.trim()), onDone);
    const isNotTaken =
        pressing.error instanceof Problem && pressing.error.status < 500 && pressing.error.detail.startsWith("reason");
    const submit = /** @param {Event} event */ (event) => {
        event.preventDefault();
        const isMissing = isWhyNeeded && !reason.trim();
        setIsMissed(isMissing);
        if (isMissing) document.getElementById(id)?.focus();
        else if (!pressing.isAsking) pressing.press();
    };
    const wrong = isMissed ? t("whyMissing") : isNotTaken ? t("whyNotTaken") : "";
    return html`
        <form class="hold-form" onSubmit=${submit} novalidate>
            <p ref=${place} tabindex="-1">${more}</p>
            ${
                why &&
                html`
                <div class="field">
                    <label for=${id}>${why}</label>
                    <textarea id=${id} rows="2" maxlength=${LONGEST} value=${reason} aria-invalid=${Boolean(wrong)} aria-describedby=${`${id}-wrong`}
                        onInput=${(/** @type {any} */ event) => setReason(event.currentTarget.value)}></textarea>
                    <p class="field-problem" id=${`${id}-wrong`}>${wrong}</p>
                </div>`
            }
            ${pressing.error && !isNotTaken && html`<${ProblemNotice} error=${pressing.error} isOnce />`}
            <div class="buttons">
                <button class=${isDanger ? "button danger" : "button"} type="submit" disabled=${pressing.isAsking}>${press}</button>
                <button class="button second" type="button" onClick=${onLeave}>${t("leaveItOpen")}</button>
            </div>
        </form>`;
}
