// A session that is booked, or was: what can be done with it.

import { html } from "../vendor/preact.js";
import { t } from "../words.js";
import { Heading } from "./heading.js";
import { STATUS } from "./series-sessions.js";
import { SessionActions } from "./session-actions.js";
import { SessionSummary } from "./session-summary.js";
import { ToCalendar } from "./to-calendar.js";

/**
 * @param {object} given
 * @param {Record<string, any>} given.booking
 * @param {import("../catalogue.js").Catalogue} given.catalogue
 * @param {import("../practice.js").Practice | null} given.practice
 * @param {string} given.zone
 * @param {boolean} given.isNew it has just been booked here
 * @param {string | false} [given.title]
 * @param {any} [given.children] what else there is to know of it
 */
export function Booked({ booking, catalogue, practice, zone, isNew, title, children }) {
    const stands = booking.status === "confirmed";
    const place = booking.place;
    const address = place?.held === "at_practice" && (place.address ?? practice?.address);
    const isWritten = booking.notifications.some(
        (/** @type {any} */ each) =>
            each.recipient === "client" && each.event === "booking_confirmed" && each.status !== "undeliverable",
    );
    return html`
        <${Heading} level=${1} isGoal=${true}>${title || t(isNew && stands ? "isBooked" : "yourSession")}<//>
        <p role="status">
            ${isNew && stands ? t(isWritten ? "confirmationComes" : "noMessageComes") : t(STATUS[booking.status])}
        </p>
        <${SessionSummary} booking=${booking} catalogue=${catalogue} practice=${practice} zone=${zone} />
        ${children}
        ${
            stands &&
            html`
            <div class="actions">
                ${
                    place?.held === "video" &&
                    place.video_link &&
                    html`
                    <a class="button" href=${place.video_link} target="_blank" rel="noreferrer">${t("joinVideo")}</a>`
                }
                <${ToCalendar} booking=${booking} sessions=${[booking]} catalogue=${catalogue} practice=${practice} label=${t("toMyCalendar")} />
                ${
                    address &&
                    html`
                    <a class="button second" target="_blank" rel="noreferrer"
                        href=${`https://www.openstreetmap.org/search?${new URLSearchParams({ query: address.replaceAll(/\s*\n\s*/g, ", ") })}`}>
                        ${t("onAMap")}
                    </a>`
                }
            </div>`
        }
        <${SessionActions} booking=${booking} practice=${practice} />
        ${isNew && html`<p><a href="/sessions">${t("toMySessions")}</a></p>`}`;
}
