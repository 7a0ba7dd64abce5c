// What one should know before deciding: how long, what it costs, where, and what cancelling costs.

import { addressOfPlace } from "../catalogue.js";
import { locale } from "../locale.js";
import { isPaidHere, priceLabel } from "../prices.js";
import { html } from "../vendor/preact.js";
import { language, t } from "../words.js";

/** `50 minutes, €95, at the practice`. @param {import("../catalogue.js").Service} service */
export const inShort = (service) =>
    [t("minutes", { count: service.duration_minutes }), price(service), t(HELD[service.held])].join(" · ");

/** @param {import("../catalogue.js").Service} service */
export const price = ({ price_cents: cents, currency }) =>
    cents ? priceLabel(cents, currency, locale()) : t("costsNothing");

/** @type {Record<string, import("../words.js").Word>} */
export const HELD = { at_practice: "heldAtPractice", video: "heldByVideo", phone: "heldByPhone" };

/**
 * @param {object} given
 * @param {import("../catalogue.js").Service} given.service
 * @param {import("../catalogue.js").Therapist[]} given.possible with whom it may be
 * @param {import("../practice.js").Practice | null} given.practice
 */
export function Facts({ service, possible, practice }) {
    const address = addressOfPlace(possible, practice);
    return html`
        <dl class="facts">
            <dt>${t("duration")}</dt><dd>${t("minutes", { count: service.duration_minutes })}</dd>
            <dt>${t("price")}</dt><dd>${price(service)}</dd>
            <dt>${t("where")}</dt>
            <dd class="lines">
                ${t(HELD[service.held])}${service.held === "at_practice" && address ? `\n${address}` : ""}${
                    service.held === "video" ? `. ${t("linkFollows")}` : ""
                }${service.held === "phone" ? `. ${t("weCall")}` : ""}
            </dd>
            <dt>${t("whenCancelling")}</dt><dd class="lines">${policy(service, practice)}</dd>
        </dl>`;
}

/** The practice's own words, or else what the service's rule comes to. @param {import("../catalogue.js").Service} service @param {import("../practice.js").Practice | null} practice */
function policy(service, practice) {
    const words = practice?.cancellation_policy ?? {};
    const own = words[language()] ?? words[practice?.languages[0]];
    if (own) return own;
    const { free_cancellation_minutes: minutes, late_cancellation: late, late_cancellation_fee: fee } = service;
    const isFree = isPaidHere(service) && fee?.kind === "none" && late !== "staff_only";
    if (!minutes || isFree) return t("alwaysFree");
    return `${t("freeUntilBefore", { minutes })} ${t(late === "staff_only" ? "thenOnlyPractice" : "thenCharged")}`;
}
