// What may be taken from a card that is kept, as it was agreed.

import { amountLabel } from "../amounts.js";
import { locale } from "../locale.js";
import { feesOf } from "../payments.js";
import { html } from "../vendor/preact.js";
import { t } from "../words.js";

/** @param {{ late: number, missed: number, currency: string }} given */
export function AgreedFees({ late, missed, currency }) {
    const fees = feesOf(late, missed);
    if (!fees.length) return html`<p>${t("takenNever")}</p>`;
    return html`
        <p>${t("takenOnly")}</p>
        <ul>${fees.map(({ word, amount }) => html`<li>${t(word, { sum: amountLabel(amount, currency, locale()) })}</li>`)}</ul>`;
}
