// The times of a day, as buttons; the place's own time stands beside where its clocks say something else.

import { locale } from "../locale.js";
import { isAt, partOfDay } from "../slots.js";
import { dayIn, exactTimeLabel, hourIn, placeOf, saysTheSame, timeLabel, weekdayLabel } from "../times.js";
import { html } from "../vendor/preact.js";
import { t } from "../words.js";

/** @typedef {import("../slots.js").Slot} Slot */

const PARTS = /** @type {const} */ (["night", "morning", "afternoon", "evening"]);

/**
 * @param {object} given
 * @param {Slot[]} given.slots of one day
 * @param {string} given.zone the reader's
 * @param {(slot: Slot) => string | null} given.zoneOfPlace where a slot's session is held
 * @param {string | null} [given.chosen] the start that is chosen
 * @param {(slot: Slot) => void} given.onChoose
 */
export function TimeList({ slots, zone, zoneOfPlace, chosen, onChoose }) {
    const labels = slots.map((slot) => timeLabel(slot.starts_at, zone, locale()));
    const label = /** @param {number} at */ (
        at, // an hour that comes twice is told apart
    ) =>
        labels.indexOf(labels[at]) === labels.lastIndexOf(labels[at])
            ? labels[at]
            : exactTimeLabel(slots[at].starts_at, zone, locale());
    return PARTS.map((part) => {
        const here = slots
            .map((slot, at) => ({ slot, at }))
            .filter(({ slot }) => partOfDay(hourIn(slot.starts_at, zone)) === part);
        if (!here.length) return null;
        return html`
            <h4>${t(part)}</h4>
            <ul class="times">
                ${here.map(
                    ({ slot, at }) => html`
                    <li key=${slot.starts_at}>
                        <button type="button" class="time" aria-pressed=${isAt(slot, chosen)} onClick=${() => onChoose(slot)}>
                            <span>${label(at)}</span>
                            <${There} at=${slot.starts_at} zone=${zone} place=${zoneOfPlace(slot)} />
                        </button>
                    </li>`,
                )}
            </ul>`;
    });
}

/**
 * What the clock says where the session is held, if it says something else: `16:00 in New York`.
 *
 * @param {{ at: string, zone: string, place: string | null }} given
 */
export function There({ at, zone, place }) {
    if (!place || saysTheSame(at, zone, place)) return null;
    const isOtherDay = dayIn(at, place) !== dayIn(at, zone);
    const time = timeLabel(at, place, locale());
    const when = isOtherDay ? `${weekdayLabel(dayIn(at, place), locale())} ${time}` : time;
    return html`<span class="there">${t("timeThere", { time: when, place: placeOf(place) })}</span>`;
}
