// What a change comes to now, said before anybody asks for it.

import { amountLabel } from "../amounts.js";
import { locale } from "../locale.js";
import { costOf } from "../payments.js";
import { priceLabel } from "../prices.js";
import { sentences } from "../reasons.js";
import { html } from "../vendor/preact.js";
import { t } from "../words.js";
import { useZone } from "../zone.js";
import { momentOf } from "./when.js";

/**
 * @param {object} given
 * @param {import("../costs.js").ChangeNow} given.change
 * @param {Record<string, any>} given.booking
 * @param {import("../practice.js").Practice | null} given.practice
 */
export function CostNow({ change, booking, practice }) {
    const zone = useZone();
    if (change.cost === "not_allowed") {
        return html`
            <p>${sentences(change.reason ? [change.reason] : [], t).join(" ")}</p>
            ${change.reason?.code === "too_late" && html`<${CallThePractice} practice=${practice} />`}`;
    }
    const cost = costOf(change, booking.payment);
    const until = change.cost === "free" && change.free_until;
    return html`
        ${until && html`<p>${t("freeUntil", { when: momentOf(until, zone) })}</p>`}
        ${cost && html`<${Cost} cost=${cost} currency=${booking.payment.currency} />`}
        ${!cost && !until && change.cost === "free" && html`<p>${t("free")}</p>`}
        ${
            !cost &&
            change.cost === "late" &&
            html`
            <p class="warning">${
                booking.price_cents
                    ? t("lateCosts", {
                          price: priceLabel(booking.price_cents, booking.currency, locale()),
                      })
                    : t("late")
            }</p>`
        }`;
}

/** What goes back and what is taken, in one sentence. @param {{ cost: { word: import("../words.js").Word, fee: number, refund: number }, currency: string }} given */
export function Cost({ cost: { word, fee, refund }, currency }) {
    const label = /** @param {number} amount */ (amount) => amountLabel(amount, currency, locale());
    return html`<p class=${fee > 0 ? "warning" : undefined}>${t(word, { fee: label(fee), refund: label(refund) })}</p>`;
}

/** @param {{ practice: import("../practice.js").Practice | null }} given */
export const CallThePractice = ({ practice }) =>
    practice?.phone
        ? html`<p><a class="button second" href="tel:${practice.phone.replaceAll(" ", "")}">${t("call", { number: practice.phone })}</a></p>`
        : null;
