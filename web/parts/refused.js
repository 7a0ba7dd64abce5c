// A session that could not be booked: why, that nothing is lost, and the nearest times.

import { pathOf } from "../choice.js";
import { sentences } from "../reasons.js";
import { dayIn } from "../times.js";
import { html } from "../vendor/preact.js";
import { t } from "../words.js";
import { Heading } from "./heading.js";
import { useAsked } from "./hooks.js";
import { OtherTimes } from "./other-times.js";
import { weeks } from "./picker.js";
import { SessionSummary } from "./session-summary.js";
import { Waiting } from "./waiting.js";

/** Reasons for which another time is no help. */
const NO_TIME_HELPS = new Set([
    "too_many_sessions",
    "too_many_requests",
    "client_record_missing",
    "client_inactive",
    "requester_not_allowed",
    "therapist_inactive",
    "service_inactive",
    "service_not_offered",
    "nobody_offers_service",
]);

/** @param {{ booking: Record<string, any>, catalogue: any, practice: any, zone: string }} given */
export function Refused({ booking, catalogue, practice, zone }) {
    const therapist = booking.therapist_id; // null: whoever is free was asked for
    const helps = !booking.reasons.some((/** @type {any} */ each) => NO_TIME_HELPS.has(each.code));
    const question = { service: booking.service_id, therapist, zone };
    const near = useAsked(
        async () =>
            helps && booking.starts_at ? weeks.around(question, booking.starts_at, dayIn(new Date(), zone)) : [],
        [booking.booking_id, zone],
    );
    const isRecordMissing = booking.reasons.some((/** @type {any} */ each) => each.code === "client_record_missing");
    return html`
        <${Heading} level=${1} isGoal=${true}>${t("notBooked")}<//>
        <div role="alert">
            ${sentences(booking.reasons, t).map((each) => html`<p>${each}</p>`)}
            ${booking.reason?.text && html`<p><q class="lines">${booking.reason.text}</q></p>`}
        </div>
        <p>${t("nothingIsBooked")}</p>
        ${helps && !near.value && !near.error && html`<${Waiting} what=${t("lookingForTimes")} />`}
        ${near.value && html`<${OtherTimes} service=${booking.service_id} therapist=${therapist} slots=${near.value} zone=${zone} />`}
        <p class="actions">
            ${
                isRecordMissing
                    ? html`<a class="button" href="/review">${t("sayWhoYouAre")}</a>`
                    : html`<a class="button second" href=${helps ? pathOf({ service: booking.service_id, therapist }) : "/"}>${t("chooseAnotherTime")}</a>`
            }
        </p>
        <${SessionSummary} booking=${booking} catalogue=${catalogue} practice=${practice} zone=${zone} />`;
}
