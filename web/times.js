// Days and times of the clock, in any zone. Nothing here reads a clock, a language or a setting: they are given.
//
// A day is a text, `2026-11-26`: a square of a calendar, the same everywhere. An instant is a Date, or RFC 3339.

/** @typedef {string} Day as `2026-11-26` */

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** @type {Map<string, Intl.DateTimeFormat>} making one takes a millisecond; a page of times needs hundreds */
const formats = new Map();

/** @param {string} locale @param {Intl.DateTimeFormatOptions} options */
function format(locale, options) {
    const key = locale + JSON.stringify(options);
    const found = formats.get(key) ?? new Intl.DateTimeFormat(locale, options);
    formats.set(key, found);
    return found;
}

/** Whether this browser knows the zone. @param {string} zone */
export function isZone(zone) {
    try {
        return Boolean(zone && format("en", { timeZone: zone }));
    } catch {
        return false;
    }
}

/**
 * The clock's reading at an instant, as if it were UTC, in milliseconds.
 *
 * @param {Date} instant @param {string} zone
 */
function reading(instant, zone) {
    const options = /** @type {Intl.DateTimeFormatOptions} */ ({
        timeZone: zone,
        hourCycle: "h23",
        year: "numeric",
        month: "numeric",
        day: "numeric",
        hour: "numeric",
        minute: "numeric",
    });
    const parts = Object.fromEntries(
        format("en", options)
            .formatToParts(instant)
            .map((each) => [each.type, Number(each.value)]),
    );
    return Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute);
}

/** How far the zone's clock is ahead of UTC at an instant, in minutes. @param {Date} instant @param {string} zone */
export function offset(instant, zone) {
    return Math.round((reading(instant, zone) - Math.floor(instant.getTime() / MINUTE_MS) * MINUTE_MS) / MINUTE_MS);
}

/** The day on a calendar in this zone. @param {Date | string} instant @param {string} zone @returns {Day} */
export function dayIn(instant, zone) {
    return new Date(reading(new Date(instant), zone)).toISOString().slice(0, 10);
}

/** The hour of the clock, 0 to 23. @param {Date | string} instant @param {string} zone */
export const hourIn = (instant, zone) => new Date(reading(new Date(instant), zone)).getUTCHours();

/** @param {Day} day @param {number} days @returns {Day} */
export function addDays(day, days) {
    return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
}

/** How many days the second is after the first. @param {Day} from @param {Day} to */
export const daysFrom = (from, to) => Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);

/**
 * When a day begins in a zone: at midnight, or later where clocks are put forward at midnight.
 *
 * @param {Day} day @param {string} zone @returns {Date}
 */
export function beginningOf(day, zone) {
    const midnight = Date.parse(day);
    const possible = [-1, 1]
        .map((side) => new Date(midnight - offset(new Date(midnight + side * DAY_MS), zone) * MINUTE_MS))
        .sort((one, other) => one.getTime() - other.getTime());
    return possible.find((each) => dayIn(each, zone) === day) ?? possible[1];
}

/** Whether the clocks of two zones say the same at an instant. @param {Date | string} instant @param {string} one @param {string} other */
export function saysTheSame(instant, one, other) {
    return one === other || reading(new Date(instant), one) === reading(new Date(instant), other);
}

/** `Thursday, 26 November`. @param {Day} day @param {string} locale */
export function dayLabel(day, locale) {
    return format(locale, { timeZone: "UTC", weekday: "long", day: "numeric", month: "long" }).format(new Date(day));
}

/** With its year, for what lies further off. @param {Day} day @param {string} locale */
export function fullDayLabel(day, locale) {
    return format(locale, { timeZone: "UTC", weekday: "long", day: "numeric", month: "long", year: "numeric" }).format(
        new Date(day),
    );
}

/** `26 Nov – 2 Dec`, as the language has it. @param {Day} from @param {Day} to @param {string} locale */
export function spanLabel(from, to, locale) {
    return format(locale, { timeZone: "UTC", day: "numeric", month: "long" }).formatRange(new Date(from), new Date(to));
}

/** `10:00`. @param {Date | string} instant @param {string} zone @param {string} locale */
export function timeLabel(instant, zone, locale) {
    return format(locale, { timeZone: zone, timeStyle: "short" }).format(new Date(instant));
}

/** `10:00 CEST`, for an hour that comes twice. @param {Date | string} instant @param {string} zone @param {string} locale */
export function exactTimeLabel(instant, zone, locale) {
    const parts = format(locale, { timeZone: zone, hour: "numeric", timeZoneName: "short" }).formatToParts(
        new Date(instant),
    );
    return `${timeLabel(instant, zone, locale)} ${parts.find((each) => each.type === "timeZoneName")?.value ?? ""}`;
}

/** A zone that is an offset and no place, as people write it: `UTC+11`. POSIX counts the other way round. @param {string} zone */
function offsetOf(zone) {
    const [, sign, hours] = /^Etc\/GMT([+-])(\d+)$/.exec(zone) ?? [];
    return hours && `UTC${sign === "+" ? "−" : "+"}${hours}`;
}

/** A zone's place: `New York`. @param {string} zone */
export const placeOf = (zone) => offsetOf(zone) ?? (zone.split("/").pop() ?? zone).replaceAll("_", " ");

/** A zone in a list of them, in which people look for their part of the world: `America – New York`. @param {string} zone */
export const listedZone = (zone) => offsetOf(zone) ?? zone.replaceAll("_", " ").replaceAll("/", " – ");

/**
 * A zone in plain words: `New York (Eastern Time)`.
 *
 * @param {string} zone @param {string} locale
 */
export function zoneLabel(zone, locale) {
    if (offsetOf(zone)) return placeOf(zone);
    const parts = format(locale, { timeZone: zone, timeZoneName: "longGeneric" }).formatToParts(new Date());
    const name = parts.find((each) => each.type === "timeZoneName")?.value;
    if (!name || name === placeOf(zone)) return placeOf(zone);
    return name.includes("(") ? `${placeOf(zone)}, ${name}` : `${placeOf(zone)} (${name})`;
}

/** `Thu`. @param {Day} day @param {string} locale */
export function weekdayLabel(day, locale) {
    return format(locale, { timeZone: "UTC", weekday: "short" }).format(new Date(day));
}
