// When a session is: its day and time for the reader, and where it is held, if the clocks there say something else.

import { locale } from "../locale.js";
import { dayIn, fullDayLabel, placeOf, timeLabel } from "../times.js";
import { html } from "../vendor/preact.js";
import { t } from "../words.js";
import { There } from "./time-list.js";

/** @param {{ starts_at: string, ends_at?: string | null, zone: string, place?: string | null }} given `place`: the zone there */
export function SessionTime({ starts_at, ends_at, zone, place = null }) {
    const time = timeLabel(starts_at, zone, locale());
    const span = ends_at ? `${time} – ${timeLabel(ends_at, zone, locale())}` : time;
    return html`
        <p class="session-time">
            <strong>${fullDayLabel(dayIn(starts_at, zone), locale())}</strong>
            <strong>${span} <small>${t("timeOfPlace", { place: placeOf(zone) })}</small></strong>
            <${There} at=${starts_at} zone=${zone} place=${place} />
        </p>`;
}
