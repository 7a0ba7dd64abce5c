// The sessions of a series, each with its answer, and the nearest free times of those that could not be booked.

import { read } from "../api.js";
import { locale } from "../locale.js";
import { sentences } from "../reasons.js";
import { dayIn, fullDayLabel, timeLabel } from "../times.js";
import { html } from "../vendor/preact.js";
import { t } from "../words.js";
import { useAsked } from "./hooks.js";
import { OtherTimes } from "./other-times.js";
import { There } from "./time-list.js";

/** @param {string} id of the series @param {string} [standing] how it stands: it is asked for again when that changes */
export const useSeries = (id, standing) => useAsked((stopped) => read(`/v1/series/${id}`, stopped), [id, standing]);

/** @type {Record<string, import("../words.js").Word>} */
export const STATUS = {
    pending: "statusPending",
    held: "statusHeldForYou",
    confirmed: "statusConfirmed",
    rejected: "statusRejected",
    cancelled: "statusCancelled",
    late_cancelled: "statusLateCancelled",
    completed: "statusCompleted",
    no_show: "statusNoShow",
};

/**
 * @param {object} given
 * @param {Record<string, any>} given.series the answer of GET /v1/series/{series_id}
 * @param {string} given.zone
 * @param {import("../practice.js").Practice | null} given.practice
 * @param {string} [given.current] the session that is shown above
 */
export function SeriesSessions({ series, zone, practice, current }) {
    if (!series.occurrences.length) return null;
    return html`
        <section>
            <h2>${t("allSessions")}</h2>
            <ol class="occurrences">
                ${series.occurrences.map(
                    (/** @type {any} */ each) => html`
                    <li key=${each.booking_id} class="occurrence">
                        <strong>${fullDayLabel(dayIn(each.starts_at, zone), locale())}, ${timeLabel(each.starts_at, zone, locale())}</strong>
                        <${There} at=${each.starts_at} zone=${zone} place=${each.local.time_zone} />
                        <span>
                            ${
                                each.status === "rejected" || each.booking_id === current
                                    ? t(STATUS[each.status])
                                    : html`<a href=${`/bookings/${each.booking_id}`}>${t(STATUS[each.status])}</a>`
                            }
                        </span>
                        ${
                            each.status === "rejected" &&
                            html`
                            <span>${sentences(each.reasons, t).join(" ")}</span>
                            <${OtherTimes} service=${series.service_id} therapist=${series.therapist_id} zone=${zone} practice=${practice}
                                slots=${each.alternatives.map((/** @type {string} */ start) => ({ starts_at: start, therapists: [series.therapist_id] }))} />`
                        }
                    </li>`,
                )}
            </ol>
        </section>`;
}
