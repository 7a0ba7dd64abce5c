// What can be booked: windows of seven days, asked for once and the next ones before anybody moves on to them.

import { addDays, beginningOf, dayIn, daysFrom } from "./times.js";

/**
 * @typedef {import("./times.js").Day} Day
 * @typedef {{ starts_at: string, therapists: string[] }} Slot a start, and with whom it may be
 * @typedef {{ day: Day, free: number, reason: string | null, times: { therapist_id: string, starts: string[] }[] }} FreeDay
 * @typedef {{ days: FreeDay[], next_free: string | null, duration_minutes: number }} Week
 * @typedef {{ service: string, therapist: string | null, zone: string }} Question `therapist` null: anyone
 */

export const DAYS = 7;
const FRESH_MS = 60_000;
const AHEAD = 2;

/** Why nothing is free, the nearest to a free time first; the API's own order. */
const REASONS = ["full", "too_soon", "not_yet_open", "closed", "away", "past", "no_hours"];

/** Where the window of a day begins; windows are counted from today. @param {Day} today @param {Day} day @returns {Day} */
export function windowOf(today, day) {
    return addDays(today, Math.max(0, Math.floor(daysFrom(today, day) / DAYS)) * DAYS);
}

/** @param {Question} question @param {Day} from @param {number} [days] */
export function slotsPath({ service, therapist, zone }, from, days = DAYS) {
    const asked = new URLSearchParams({
        from: written(beginningOf(from, zone)),
        to: written(beginningOf(addDays(from, days), zone)),
        time_zone: zone,
    });
    if (therapist) asked.set("service_id", service);
    return `/${therapist ? `therapists/${therapist}` : `services/${service}`}/slots?${asked}`;
}

/** @param {Date} instant */
const written = (instant) => instant.toISOString().replace(".000Z", "Z");

/** A day's slots in order; who is free at the same time is together. @param {FreeDay} day @returns {Slot[]} */
export function slotsOf(day) {
    /** @type {Map<number, Slot>} */
    const found = new Map();
    for (const { therapist_id: therapist, starts } of day.times) {
        for (const start of starts) {
            const slot = found.get(Date.parse(start));
            if (slot) slot.therapists.push(therapist);
            else found.set(Date.parse(start), { starts_at: start, therapists: [therapist] });
        }
    }
    return [...found].sort(([one], [other]) => one - other).map(([, slot]) => slot);
}

/** The first day on which something is free. @param {Week} week @returns {Day | null} */
export const firstFree = (week) => week.days.find((each) => each.free > 0)?.day ?? null;

/** Why a week has nothing. @param {Week} week @returns {string} */
export function whyNone(week) {
    const said = new Set(week.days.map((each) => each.reason));
    return REASONS.find((each) => said.has(each)) ?? "no_hours";
}

/** The slots nearest to a wished time, in order of time. @param {Slot[]} slots @param {string} wished @param {number} count */
export function nearest(slots, wished, count) {
    const away = /** @param {Slot} slot */ (slot) => Math.abs(Date.parse(slot.starts_at) - Date.parse(wished));
    return slots
        .filter((slot) => away(slot) > 0)
        .sort((one, other) => away(one) - away(other))
        .slice(0, count)
        .sort((one, other) => Date.parse(one.starts_at) - Date.parse(other.starts_at));
}

/** The same instant, however it is written. @param {Slot | null} slot @param {string | null | undefined} starts_at */
export const isAt = (slot, starts_at) =>
    Boolean(slot && starts_at) && Date.parse(slot?.starts_at ?? "") === Date.parse(starts_at ?? "");

/** The part of the day a slot lies in. @param {number} hour of the clock @returns {"night" | "morning" | "afternoon" | "evening"} */
export const partOfDay = (hour) => (hour < 5 ? "night" : hour < 12 ? "morning" : hour < 17 ? "afternoon" : "evening");

/** Weeks that were asked for; what is older than a minute is asked for again. */
export class Weeks {
    /** @param {(path: string) => Promise<any>} read @param {() => number} [now] milliseconds */
    constructor(read, now = Date.now) {
        this.read = read;
        this.now = now;
        /** @type {Map<string, { at: number, week: Promise<Week>, known?: Week }>} */
        this.asked = new Map();
    }

    /** The week, if its answer is here already. @param {Question} question @param {Day} from @returns {Week | undefined} */
    peek(question, from) {
        return this.entry(slotsPath(question, from))?.known;
    }

    /** The week; the two after it are asked for, too. @param {Question} question @param {Day} from @returns {Promise<Week>} */
    async of(question, from) {
        const week = await this.ask(slotsPath(question, from));
        for (let ahead = 1; ahead <= AHEAD; ahead += 1) {
            this.ask(slotsPath(question, addDays(from, ahead * DAYS))).catch(() => undefined); // said when it is looked at
        }
        return week;
    }

    /** The window that has the first free time, however far; the first one where there is none. @param {Question} question @param {Day} today */
    async first(question, today) {
        const week = await this.of(question, today);
        if (firstFree(week) || !week.next_free) return { from: today, week };
        const from = windowOf(today, dayIn(week.next_free, question.zone));
        return { from, week: await this.of(question, from) };
    }

    /** The slots nearest to a wished time, of the days around it. @param {Question} question @param {string} wished @param {Day} today @param {number} [count] */
    async around(question, wished, today, count = 4) {
        const before = addDays(dayIn(wished, question.zone), -3);
        const from = daysFrom(today, before) < 0 ? today : before;
        const week = await this.ask(slotsPath(question, from));
        const found = nearest(week.days.flatMap(slotsOf), wished, count);
        if (found.length || !week.next_free) return found;
        const later = await this.ask(slotsPath(question, dayIn(week.next_free, question.zone)));
        return nearest(later.days.flatMap(slotsOf), wished, count);
    }

    /** Forgets what was free: a time was lost, or booked. */
    forget() {
        this.asked.clear();
    }

    /** @param {string} path */
    entry(path) {
        const found = this.asked.get(path);
        return found && this.now() - found.at < FRESH_MS ? found : undefined;
    }

    /** @param {string} path @returns {Promise<Week>} */
    ask(path) {
        const found = this.entry(path);
        if (found) return found.week;
        /** @type {{ at: number, week: Promise<Week>, known?: Week }} */
        const entry = { at: this.now(), week: this.read(path) };
        this.asked.set(path, entry);
        entry.week.then(
            (week) => {
                entry.known = week;
            },
            () => {
                this.asked.delete(path);
            },
        );
        return entry.week;
    }
}
