// When a session is: its day, its time, and what the clock says where it is held, where that is something else.

import { locale } from "../locale.js";
import { dayIn, dayLabel, fullDayLabel, timeLabel } from "../times.js";
import { html } from "../vendor/preact.js";
import { t } from "../words.js";
import { useZone } from "../zone.js";
import { There } from "./time-list.js";

/** A day with its weekday, and with its year where it is another than now. @param {string} instant @param {string} zone */
export function dayOf(instant, zone) {
    const day = dayIn(instant, zone);
    const isThisYear = day.slice(0, 4) === dayIn(new Date(), zone).slice(0, 4);
    return isThisYear ? dayLabel(day, locale()) : fullDayLabel(day, locale());
}

/** `Thursday, 26 November, 10:00`. @param {string} instant @param {string} zone */
export const momentOf = (instant, zone) => `${dayOf(instant, zone)}, ${timeLabel(instant, zone, locale())}`;

/** From when until when, as short as it can be said. @param {string} starts @param {string} ends @param {string} zone */
export function spanOf(starts, ends, zone) {
    if (dayIn(starts, zone) !== dayIn(ends, zone)) {
        return t("fromTo", { from: momentOf(starts, zone), to: momentOf(ends, zone) });
    }
    return `${momentOf(starts, zone)}\u202f–\u202f${timeLabel(ends, zone, locale())}`;
}

/** @param {{ starts: string, ends?: string | null, place?: string | null }} given `place`: the zone of where it is held */
export function When({ starts, ends, place = null }) {
    const zone = useZone();
    const end = ends ? `\u202f–\u202f${timeLabel(ends, zone, locale())}` : "";
    return html`
        <span class="when">
            <strong class="when-day">${dayOf(starts, zone)}</strong>
            <span class="when-time">${timeLabel(starts, zone, locale())}${end}</span>
            <${There} at=${starts} zone=${zone} place=${place} />
        </span>`;
}
