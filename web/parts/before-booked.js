// What has to happen before a session is booked, said before anybody asks for it: a yes, a payment, a card.

import { feeOf } from "../amounts.js";
import { locale } from "../locale.js";
import { isPaidHere, priceLabel } from "../prices.js";
import { html } from "../vendor/preact.js";
import { t } from "../words.js";
import { AgreedFees } from "./agreed-fees.js";

/**
 * @param {object} given
 * @param {import("../catalogue.js").Service} given.service
 * @param {import("../catalogue.js").Therapist | null} given.therapist
 * @param {number} given.count how many sessions are asked for
 */
export function BeforeBooked({ service, therapist, count }) {
    const { payment, approval, price_cents: price, currency, payment_minutes: minutes } = service;
    const needsYes = approval === "therapist";
    if (!needsYes && !isPaidHere(service)) return null;
    const label = /** @param {number} hundredths */ (hundredths) => priceLabel(hundredths, currency, locale());
    return html`
        <section class="before-booked" aria-labelledby="before-booked">
            <h2 id="before-booked">${t("beforeItIsBooked")}</h2>
            ${needsYes && html`<p>${t("yesFirst", { name: therapist?.name ?? "", minutes: service.approval_minutes })}</p>`}
            ${
                payment === "prepay" &&
                price > 0 &&
                html`
                <p>${t(needsYes ? "payAfterYes" : "payNext", { sum: label(price * count), minutes })}
                    ${count > 1 && ` ${t("paySeries", { price: label(price) })}`}</p>`
            }
            ${
                payment === "card_on_file" &&
                html`
                <p>${t(needsYes ? "cardAfterYes" : "cardNext", { minutes })}</p>
                <${AgreedFees} late=${feeOf(service.late_cancellation_fee, price, currency)} missed=${feeOf(service.no_show_fee, price, currency)} currency=${currency} />`
            }
        </section>`;
}
