// What the reader has chosen so far: it outlives the way to the login, in ids and times.

const KEPT = "choice";

/**
 * @typedef {object} Choice
 * @property {string} service
 * @property {string | null} therapist null: anyone
 * @property {string} starts_at RFC 3339
 * @property {string[]} therapists who is free then
 * @property {number} weeks how many sessions, week by week
 */

/** @returns {Choice | null} */
export function choice() {
    try {
        return JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
    } catch {
        return null; // not of our writing
    }
}

/** @param {Choice} chosen */
export const choose = (chosen) => sessionStorage.setItem(KEPT, JSON.stringify(chosen));

export const forgetChoice = () => sessionStorage.removeItem(KEPT);

/** What is asked of the practice: the body of `POST /v1/bookings`. @param {Choice} chosen @returns {Record<string, string>} */
export function requestOf({ service, therapist, therapists, starts_at, weeks }) {
    const named = therapist ?? (weeks > 1 ? therapists[0] : null); // all sessions of a series are with one therapist
    return {
        service_id: service,
        starts_at,
        ...(named && { therapist_id: named }),
        ...(weeks > 1 && { recurrence: `FREQ=WEEKLY;COUNT=${weeks}`, on_conflict: "skip" }),
    };
}

/** The way back to the days and times, with the choice so far. @param {{ service: string, therapist: string | null }} chosen */
export const pathOf = ({ service, therapist }) => `/?${new URLSearchParams({ service, with: therapist ?? "anyone" })}`;
