// Which session a booking is: its time, its service, its therapist. It names no client.

import { startOf } from "../../booked-sessions.js";
import { dateLabel } from "../../instants.js";
import { locale } from "../../locale.js";
import { useNames } from "../../names.js";
import { timeLabel } from "../../times.js";
import { html } from "../../vendor/preact.js";
import { t } from "../../words.js";
import { useZone } from "../../zone.js";

/** @param {{ session: import("../../booked-sessions.js").Booked | null }} given null: nobody knows */
export function BookedSession({ session }) {
    const names = useNames();
    const zone = useZone();
    if (!session) return null;
    const { starts_at: starts, ends_at: ends, service_id: service, therapist_id: therapist, isWish } = session;
    return html`
        <span class="booked-session">
            ${isWish && html`<span class="soft">${t("askedForSession")}</span>`}
            <strong>${startLabel(starts, zone)}${ends && `\u202f–\u202f${timeLabel(ends, zone, locale())}`}</strong>
            ${names.catalogue && html`<span>${t("sessionOf", { service: names.service(service) || t("sessionWhen"), therapist: names.therapist(therapist) })}</span>`}
        </span>`;
}

/** Which session of a series something is of: by its time; by its id, where it has none. @param {{ trace: import("../../traces.js").Trace, id: string }} given */
export function SessionOf({ trace, id }) {
    const zone = useZone();
    const starts = startOf(trace, id);
    const session = starts ? startLabel(starts, zone) : id;
    return html`<span title=${id}>${t("ofSession", { session })}</span>`;
}

/** @param {string} starts @param {string} zone */
const startLabel = (starts, zone) => `${dateLabel(starts, zone, locale())}, ${timeLabel(starts, zone, locale())}`;
