// What was found: bookings, which lead to their traces; or clients, by when they were here and come next.

import { locale } from "../../locale.js";
import { tracePath } from "../../matters.js";
import { statusName } from "../../statuses.js";
import { dayIn, fullDayLabel } from "../../times.js";
import { html } from "../../vendor/preact.js";
import { t } from "../../words.js";
import { useZone } from "../../zone.js";
import { Heading } from "../heading.js";
import { Became } from "./became.js";
import { BookedSession } from "./booked-session.js";

/** @param {{ found: { bookings: any[], clients: any[], more: boolean }, isNew: boolean, onDay: (day: string) => void }} given */
export function Found({ found: { bookings, clients, more }, isNew, onDay }) {
    return html`
        <section aria-labelledby="found">
            <${Heading} level=${2} isGoal=${isNew}><span id="found">${t("foundTitle")}</span><//>
            ${bookings.length + clients.length === 0 && html`<p class="nothing"><strong>${t("foundNothing")}</strong> ${t("foundNothingMore")}</p>`}
            ${bookings.length > 0 && html`<p>${t("foundBookings", { count: bookings.length })}</p>`}
            <ul class="matters">${bookings.map((each) => html`<${FoundBooking} key=${each.booking_id} booking=${each} />`)}</ul>
            ${clients.length > 0 && html`<p>${t("foundClients", { count: clients.length })}</p>`}
            <ul class="matters">${clients.map((each) => html`<${FoundClient} key=${each.client_id} client=${each} onDay=${onDay} />`)}</ul>
            ${more && html`<p class="soft">${t("foundMore")}</p>`}
        </section>`;
}

/** @param {{ booking: any }} given */
function FoundBooking({ booking }) {
    const { booking_id, status, attention } = booking;
    return html`
        <li class="matter">
            <div>
                <div>
                    <a class="matter-name" href=${tracePath(booking_id)}>${booking_id}</a>
                    <${BookedSession} session=${booking.starts_at && { ...booking, isWish: false }} />
                </div>
                <span class="facts-line">
                    <span>${status ? statusName(status, t) : t("notDecided")}</span>
                    ${attention && html`<${Became} became="failed">${t("needsAPerson")}<//> <code>${attention.error ?? attention.status}</code>`}
                </span>
            </div>
        </li>`;
}

/** @param {{ client: any, onDay: (day: string) => void }} given */
function FoundClient({ client: { client_id, active, last_session, next_session }, onDay }) {
    return html`
        <li class="matter">
            <div>
                <span class="matter-name">${t("foundClient", { id: client_id })}</span> ${!active && t("clientInactive")}
                <span class="facts-line">
                    <span>${t("lastSession")} <${OnDay} at=${last_session} onDay=${onDay} /></span>
                    <span>${t("nextSession")} <${OnDay} at=${next_session} onDay=${onDay} /></span>
                </span>
            </div>
        </li>`;
}

/** The sessions of that day, with a press. @param {{ at: string | null, onDay: (day: string) => void }} given */
function OnDay({ at, onDay }) {
    const zone = useZone();
    if (!at) return t("noSessionYet");
    const day = dayIn(at, zone);
    return html`<button class="quiet" onClick=${() => onDay(day)}>${t("sessionsOfDay", { day: fullDayLabel(day, locale()) })}</button>`;
}
