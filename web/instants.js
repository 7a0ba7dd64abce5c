// Instants to the millisecond, and how long something took, as operators read them. Nothing here reads a clock or a setting.

import { offset } from "./times.js";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** @type {[string, number][]} the largest first */
const UNITS = [
    ["week", 7 * DAY],
    ["day", DAY],
    ["hour", HOUR],
    ["minute", MINUTE],
    ["second", SECOND],
    ["millisecond", 1],
];

/** @type {Map<string, any>} making one takes a millisecond; a trace needs hundreds */
const formats = new Map();

/**
 * @template Options, Format
 * @param {new (locale: string, options: Options) => Format} Kind of `Intl`
 * @param {string} locale @param {Options} options
 * @returns {Format}
 */
function format(Kind, locale, options) {
    const key = locale + JSON.stringify(options);
    const found = formats.get(key) ?? new Kind(locale, options);
    formats.set(key, found);
    return found;
}

/** `10:00:03`, in a zone. @param {string | number} instant @param {string} zone @param {string} locale */
export const clockLabel = (instant, zone, locale) =>
    format(Intl.DateTimeFormat, locale, { timeZone: zone, timeStyle: "medium" }).format(new Date(instant));

/** `10:00:03.120`, in a zone. @param {string | number} instant @param {string} zone @param {string} locale */
export const exactClockLabel = (instant, zone, locale) =>
    format(Intl.DateTimeFormat, locale, {
        timeZone: zone,
        hour: "2-digit",
        minute: "2-digit",
        second: "2-digit",
        fractionalSecondDigits: 3,
    }).format(new Date(instant));

/** `Thu, 26 Nov 2026`, in a zone. @param {string | number} instant @param {string} zone @param {string} locale */
export const dateLabel = (instant, zone, locale) =>
    format(Intl.DateTimeFormat, locale, {
        timeZone: zone,
        weekday: "short",
        day: "numeric",
        month: "short",
        year: "numeric",
    }).format(new Date(instant));

/** `Thu, 26 Nov 2026, 10:00:03`, in a zone. @param {string | number} instant @param {string} zone @param {string} locale */
export const instantLabel = (instant, zone, locale) =>
    `${dateLabel(instant, zone, locale)}, ${clockLabel(instant, zone, locale)}`;

/** `2026-11-26 10:00:03 UTC`. @param {string | number} instant */
export const utcLabel = (instant) => `${new Date(instant).toISOString().slice(0, 19).replace("T", " ")} UTC`;

/**
 * The same instant in UTC, as logs have it, for who reads it beside a clock in a zone. Where that clock shows UTC, it is
 * named and not said twice; `isTimeAlone`: there is no day beside it.
 *
 * @param {string | number} instant @param {string} zone @param {boolean} [isTimeAlone]
 */
export function utcBeside(instant, zone, isTimeAlone = false) {
    const said = utcLabel(instant);
    if (offset(new Date(instant), zone) !== 0) return said;
    return isTimeAlone ? `${said.slice(0, 10)} UTC` : "UTC";
}

/**
 * From when until when; the day once, where it is the same.
 *
 * @param {number} from @param {number} to @param {string} zone @param {string} locale
 * @returns {{ from: string, to: string }}
 */
export function spanLabels(from, to, zone, locale) {
    const [first, last] = [from, to].map((each) => dateLabel(each, zone, locale));
    if (first !== last) return { from: first, to: last };
    return { from: instantLabel(from, zone, locale), to: clockLabel(to, zone, locale) };
}

/**
 * How long something took, in its two largest units: `120 ms`, `2.3 sec`, `3 min 20 sec`, `2 weeks 1 day`.
 *
 * @param {number} ms @param {string} locale
 */
export function durationLabel(ms, locale) {
    const whole = Math.max(0, Math.round(ms));
    if (whole >= SECOND && whole < 10 * SECOND) return unitLabel(Math.round(whole / 100) / 10, "second", locale);
    const first = UNITS.findIndex(([, size]) => whole >= size);
    if (first < 0) return unitLabel(0, "millisecond", locale);
    const [unit, size] = UNITS[first];
    const [smaller, smallerSize] = UNITS[first + 1] ?? [unit, size];
    const rest = unit === "second" || unit === "millisecond" ? 0 : Math.floor((whole % size) / smallerSize);
    const said = unitLabel(Math.floor(whole / size), unit, locale);
    return rest > 0 ? `${said} ${unitLabel(rest, smaller, locale)}` : said;
}

/** @param {number} count @param {string} unit @param {string} locale */
function unitLabel(count, unit, locale) {
    const unitDisplay = unit === "week" || unit === "day" ? "long" : "short";
    return format(Intl.NumberFormat, locale, { style: "unit", unit, unitDisplay }).format(count);
}

/**
 * How far an instant is from now: `3 minutes ago`, `in 40 seconds`.
 *
 * @param {number} ms until then; less than nothing: since then
 * @param {string} locale
 */
export function awayLabel(ms, locale) {
    const [unit, size] = UNITS.find(([, each]) => Math.abs(ms) >= each && each >= SECOND) ?? ["second", SECOND];
    const said = /** @type {Intl.RelativeTimeFormatUnit} */ (unit);
    return format(Intl.RelativeTimeFormat, locale, {}).format(Math.trunc(ms / size), said);
}

/**
 * The instant that a clock in a zone reads, as `<input type="datetime-local">` has it; null: it is none.
 *
 * @param {string} reading `2026-11-26T10:00` @param {string} zone
 * @returns {string | null} RFC 3339
 */
export function instantOf(reading, zone) {
    const asUtc = Date.parse(`${reading}Z`);
    if (!reading || Number.isNaN(asUtc)) return null;
    const guess = asUtc - offset(new Date(asUtc), zone) * MINUTE;
    return new Date(asUtc - offset(new Date(guess), zone) * MINUTE).toISOString().replace(".000", "");
}

/** What a clock in a zone reads at an instant: `2026-11-26T10:00`. @param {string} instant @param {string} zone */
export function readingOf(instant, zone) {
    const at = Date.parse(instant);
    return Number.isNaN(at) ? "" : new Date(at + offset(new Date(at), zone) * MINUTE).toISOString().slice(0, 16);
}
