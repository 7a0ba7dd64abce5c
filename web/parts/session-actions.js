// What one can do with a booking: move it, cancel it, answer the offer that holds it. Nothing happens here: pages follow.

import { html } from "../vendor/preact.js";
import { t } from "../words.js";
import { CostNow } from "./cost-now.js";

/** @param {{ booking: Record<string, any>, practice?: import("../practice.js").Practice | null }} given */
export function SessionActions({ booking, practice = null }) {
    const here = `/bookings/${booking.booking_id}`;
    if (booking.status === "held" && !booking.hold) {
        return html`<p><a class="button" href="/offers/${booking.booking_id}">${t("toTheOffer")}</a></p>`;
    }
    if (booking.status === "pending")
        return html`<p><a class="button second" href="${here}/cancel">${t("takeBack")}</a></p>`;
    if (!booking.changes) return null;
    const { cancellation, rescheduling } = booking.changes;
    const mayMove = rescheduling.cost !== "not_allowed";
    const mayCancel = cancellation.cost !== "not_allowed";
    return html`
        <section class="session-actions" aria-label=${t("changeIt")}>
            <div class="buttons">
                ${mayMove && html`<a class="button second" href="${here}/move">${t("move")}</a>`}
                ${mayCancel && html`<a class="button second" href="${here}/cancel">${t("cancel")}</a>`}
            </div>
            <${CostNow} change=${cancellation} booking=${booking} practice=${practice} />
            ${mayCancel && !mayMove && html`<p class="soft">${t("tooLateToMove")}</p>`}
        </section>`;
}
