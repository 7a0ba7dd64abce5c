// Sessions as a file for the reader's calendar: one of them, or all of a series.

import { read } from "../api.js";
import { calendarFile } from "../calendar-file.js";
import { usePress } from "../pressing.js";
import { html } from "../vendor/preact.js";
import { t } from "../words.js";
import { HELD } from "./facts.js";
import { ProblemNotice } from "./problem.js";
import { saveFile } from "./save-file.js";
import { namesOf } from "./session-summary.js";

/** @typedef {{ booking_id: string, starts_at: string, ends_at: string }} Session */

/**
 * @param {object} given
 * @param {Record<string, any>} given.booking what and where; all sessions of a series are alike in that
 * @param {Session[]} given.sessions when
 * @param {import("../catalogue.js").Catalogue} given.catalogue
 * @param {import("../practice.js").Practice | null} given.practice
 * @param {string} given.label
 */
export function ToCalendar({ booking, sessions, catalogue, practice, label }) {
    /** @param {Record<string, any>} known */
    const save = (known) => {
        const { service, therapist } = namesOf(known, catalogue);
        const { place } = known;
        const isHere = place?.held === "at_practice";
        const entry = /** @param {Session} session */ ({ booking_id, starts_at, ends_at }) => ({
            // A series' invitation is one event with a rule: one session of it is an event of its own here.
            uid: known.series_id ? `${booking_id}.${known.calendar_uid}` : known.calendar_uid,
            starts_at,
            ends_at,
            title: [service?.name ?? t("aSession"), therapist?.name ?? practice?.name].filter(Boolean).join(", "),
            where: [place && t(HELD[place.held]), ...(isHere ? [place.address ?? practice?.address, place.room] : [])]
                .filter(Boolean)
                .join(", "),
            link: place?.video_link ?? undefined,
        });
        saveFile(`${t("fileName")}.ics`, "text/calendar", calendarFile(sessions.map(entry), new Date()));
    };
    // One that was not booked has no event, and no place: then another of them says it.
    const asking = usePress(
        async () => (booking.calendar_uid ? booking : read(`/v1/bookings/${sessions[0].booking_id}`)),
        save,
    );
    return html`
        <button type="button" class="button second" disabled=${asking.isAsking} onClick=${asking.press}>${label}</button>
        ${asking.error && html`<${ProblemNotice} error=${asking.error} />`}`;
}
