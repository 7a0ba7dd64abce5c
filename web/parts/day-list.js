// The days of a week, as a list of buttons with names: `Thursday 26 November, 4 times free`.

import { locale } from "../locale.js";
import { dayLabel } from "../times.js";
import { html } from "../vendor/preact.js";
import { t } from "../words.js";

/** @type {Record<string, import("../words.js").Word>} why a day has none */
const WHY = {
    full: "dayFull",
    too_soon: "dayTooSoon",
    not_yet_open: "dayNotYetOpen",
    closed: "dayClosed",
    away: "dayAway",
    past: "dayPast",
    no_hours: "dayNoHours",
};

/** @param {string | null} reason */
export const whyText = (reason) => t(WHY[reason ?? "no_hours"] ?? "dayNoHours");

/**
 * @param {object} given
 * @param {import("../slots.js").FreeDay[]} given.days
 * @param {string | null} given.chosen the day that is chosen
 * @param {(day: string) => void} given.onChoose
 */
export function DayList({ days, chosen, onChoose }) {
    return html`
        <ul class="days">
            ${days.map(
                ({ day, free, reason }) => html`
                <li key=${day}>
                    ${
                        free
                            ? html`
                            <button type="button" class="day" aria-pressed=${day === chosen} onClick=${() => onChoose(day)}>
                                <span>${dayLabel(day, locale())}</span><span class="free">${t("timesFree", { count: free })}</span>
                            </button>`
                            : html`<div class="day none"><span>${dayLabel(day, locale())}</span><span>${whyText(reason)}</span></div>`
                    }
                </li>`,
            )}
        </ul>`;
}
