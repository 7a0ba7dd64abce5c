// A session's money: what was paid, what went back, what is due, and the receipt.

import { amountLabel } from "../amounts.js";
import { call } from "../api.js";
import { locale } from "../locale.js";
import { onItsWay } from "../payments.js";
import { usePress } from "../pressing.js";
import { html } from "../vendor/preact.js";
import { t } from "../words.js";
import { AgreedFees } from "./agreed-fees.js";
import { ProblemNotice } from "./problem.js";
import { Waiting } from "./waiting.js";

/** @type {Record<string, import("../words.js").Word>} */
const SAID = {
    due: "payDue",
    paid: "payPaid",
    card_kept: "payCardKept",
    refunded: "payRefunded",
    partly_refunded: "payPartlyRefunded",
    fee_charged: "payFeeCharged",
    fee_due: "payFeeDue",
    waived: "payWaived",
    disputed: "payDisputed",
    failed: "payFailed",
};

/**
 * @param {object} given
 * @param {Record<string, any>} given.booking
 * @param {import("../payments.js").Back} given.back
 * @param {() => void} given.onChanged something was asked for: it is to be followed
 */
export function Money({ booking, back, onChanged }) {
    /** @type {import("../payments.js").Payment | null} */
    const payment = booking.payment ?? null;
    if (!payment || !SAID[payment.status]) return null;
    const label = /** @param {number} amount */ (amount) => amountLabel(amount, payment.currency, locale());
    const isAwaited = payment.status === "fee_due" && back === "done";
    const rows = /** @type {[import("../words.js").Word, number][]} */ ([
        ["paidSum", payment.paid],
        ["givenBack", payment.refunded],
        ["feeSum", payment.fee],
    ]).filter(([, amount]) => amount > 0);
    return html`
        <section class="card money" aria-labelledby="money">
            <h2 id="money">${t("payment")}</h2>
            <p role="status">${isAwaited ? t("providersWord") : t(onItsWay(/** @type {any} */ (booking)) ?? SAID[payment.status], { sum: label(payment.fee) })}</p>
            ${payment.status === "card_kept" && html`<${AgreedFees} late=${payment.late_cancellation_fee} missed=${payment.no_show_fee} currency=${payment.currency} />`}
            ${
                rows.length > 0 &&
                html`
                <dl class="facts">${rows.map(([word, amount]) => html`<dt>${t(word)}</dt><dd>${label(amount)}</dd>`)}</dl>`
            }
            ${isAwaited && html`<${Waiting} what=${t("providersWordMore")} />`}
            ${payment.status === "fee_due" && !isAwaited && html`<${PayFee} id=${booking.booking_id} payment=${payment} sum=${label(payment.fee)} onChanged=${onChanged} />`}
            ${payment.receipt_url && html`<p><a class="way-on" href=${payment.receipt_url} target="_blank" rel="noreferrer">${t("receipt")}</a></p>`}
        </section>`;
}

/**
 * The page is opened by a press, and then led to by another: nothing is charged by looking.
 *
 * @param {{ id: string, payment: import("../payments.js").Payment, sum: string, onChanged: () => void }} given
 */
function PayFee({ id, payment, sum, onChanged }) {
    const asking = usePress(() => call("POST", `/v1/bookings/${id}/fee-payment`), onChanged);
    if (payment.checkout_url)
        return html`
            <p class="buttons"><a class="button" href=${payment.checkout_url} rel="noreferrer">${t("payFee", { sum })}</a></p>
            <p class="soft">${t("youLeaveThisSite")}</p>`;
    return html`
        ${asking.error && html`<${ProblemNotice} error=${asking.error} isOnce />`}
        <p class="buttons"><button class="button" disabled=${asking.isAsking} onClick=${asking.press}>${t("askForFeePage")}</button></p>`;
}
