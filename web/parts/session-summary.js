// A session that was asked for: what, when, with whom, where, and what was said with it.

import { locale } from "../locale.js";
import { priceLabel } from "../prices.js";
import { html } from "../vendor/preact.js";
import { t } from "../words.js";
import { HELD } from "./facts.js";
import { SessionTime } from "./session-time.js";
import { Zone } from "./zone.js";

/**
 * @param {object} given
 * @param {Record<string, any>} given.booking the answer of GET /v1/bookings/{booking_id}
 * @param {import("../catalogue.js").Catalogue} given.catalogue
 * @param {import("../practice.js").Practice | null} given.practice
 * @param {string} given.zone the reader's
 */
export function SessionSummary({ booking, catalogue, practice, zone }) {
    const { service, therapist } = namesOf(booking, catalogue);
    const place = booking.place;
    const address = place?.address ?? (place?.held === "at_practice" ? practice?.address : null);
    return html`
        <section class="card">
            <h2 class="service">${service?.name ?? t("aSession")}</h2>
            ${
                booking.starts_at &&
                html`
                <${SessionTime} starts_at=${booking.starts_at} ends_at=${booking.ends_at} zone=${zone}
                    place=${booking.local?.time_zone ?? practice?.time_zone ?? null} />`
            }
            <dl class="facts">
                ${therapist && html`<dt>${t("with")}</dt><dd>${therapist.name}</dd>`}
                ${
                    place &&
                    html`
                    <dt>${t("where")}</dt>
                    <dd class="lines">
                        ${[
                            t(HELD[place.held]),
                            place.held === "at_practice" && place.room,
                            place.held === "at_practice" && address,
                        ]
                            .filter(Boolean)
                            .join("\n")}${place.held === "phone" ? `. ${t("weCall")}` : ""}${
                            place.held === "video" && !place.video_link ? `. ${t("linkFollows")}` : ""
                        }
                    </dd>`
                }
                ${
                    booking.price_cents !== null &&
                    booking.currency &&
                    html`
                    <dt>${t("price")}</dt>
                    <dd>${booking.price_cents ? priceLabel(booking.price_cents, booking.currency, locale()) : t("costsNothing")}</dd>`
                }
                ${booking.note && html`<dt>${t("yourNote")}</dt><dd class="lines">${booking.note}</dd>`}
            </dl>
            <${Zone} zone=${zone} practice=${practice} />
        </section>`;
}

/** @param {Record<string, any>} booking @param {import("../catalogue.js").Catalogue} catalogue */
export const namesOf = (booking, { services, therapists }) => ({
    service: services.find((each) => each.id === booking.service_id),
    therapist: therapists.find((each) => each.id === booking.therapist_id),
});
