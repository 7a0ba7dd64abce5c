// The nearest times that are free instead of one that is not: a press takes one to the review.

import { choose } from "../choice.js";
import { locale } from "../locale.js";
import { go } from "../router.js";
import { dayIn, dayLabel, timeLabel } from "../times.js";
import { html } from "../vendor/preact.js";
import { t } from "../words.js";

/**
 * @param {object} given
 * @param {string} given.service
 * @param {string | null} given.therapist null: anyone
 * @param {import("../slots.js").Slot[]} given.slots
 * @param {string} given.zone
 */
export function OtherTimes({ service, therapist, slots, zone }) {
    if (!slots.length) return null;
    return html`
        <p>${t("freeNear")}</p>
        <ul class="times wide">
            ${slots.map(
                (slot) => html`
                <li key=${slot.starts_at}>
                    <button type="button" class="time" onClick=${() => {
                        choose({ service, therapist, weeks: 1, ...slot });
                        go("/review");
                    }}>
                        <span>${dayLabel(dayIn(slot.starts_at, zone), locale())}</span>
                        <span>${timeLabel(slot.starts_at, zone, locale())}</span>
                    </button>
                </li>`,
            )}
        </ul>`;
}
