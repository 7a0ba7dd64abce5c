// One booking that waits, as staff see it: when, what, for whom, until when, and what can be said to it.

import { read } from "../api.js";
import { locale } from "../locale.js";
import { priceLabel } from "../prices.js";
import { placeOf } from "../times.js";
import { html } from "../vendor/preact.js";
import { t } from "../words.js";
import { useZone } from "../zone.js";
import { SaidToHold } from "./hold-forms.js";
import { useAsked, useState } from "./hooks.js";
import { ProblemNotice } from "./problem.js";
import { SessionCard } from "./session-card.js";
import { Waiting } from "./waiting.js";
import { momentOf } from "./when.js";

/**
 * @param {object} given
 * @param {Record<string, any>} given.session of a list
 * @param {number} given.count how many sessions of a series wait with it
 * @param {any} given.Forms what can be said
 */
export function HeldBooking({ session, count, Forms }) {
    const zone = useZone();
    const [said, setSaid] = useState(/** @type {import("../words.js").Word | null} */ (null));
    const asked = useAsked(
        async (stopped) => {
            const [booking, client] = await Promise.all([
                read(`/v1/bookings/${session.booking_id}`, stopped),
                read(`/v1/clients/${session.client_id}`, stopped),
            ]);
            return { booking, name: client.name };
        },
        [session.booking_id],
    );
    const { booking, name } = asked.value ?? { booking: null, name: "" };
    const { hold } = session;
    return html`
        <article class="session" aria-label=${name || undefined}>
            <${SessionCard} session=${{ ...session, status: "" }} />
            ${asked.error && html`<${ProblemNotice} error=${asked.error} missing="noSuchBooking" onAgain=${asked.again} />`}
            ${!asked.value && !asked.error && html`<${Waiting} />`}
            ${
                booking &&
                html`
                <strong>${name}</strong>
                ${count > 1 && html`<span>${t("seriesHeld", { count })}</span>`}
                ${booking.price_cents > 0 && html`<span>${priceLabel(booking.price_cents, booking.currency, locale())}</span>`}
                ${booking.note && html`<span>${t("theirNote")} <q class="lines">${booking.note}</q></span>`}`
            }
            ${hold && html`<span>${t("holdUntil", { when: momentOf(hold.until, zone) })} <small>${t("timeOfPlace", { place: placeOf(zone) })}</small></span>`}
            ${said && html`<${SaidToHold} word=${said} />`}
            ${booking && !said && (hold && !booking.hold?.answer && booking.hold ? html`<${Forms} id=${session.booking_id} onSaid=${setSaid} />` : html`<p>${t("noSuchHold")}</p>`)}
        </article>`;
}
