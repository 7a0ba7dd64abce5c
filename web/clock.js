// How long there is for an answer: what the clock shows, and when it is said aloud.

const MINUTE_MS = 60_000;
const SAID_AT = [60, 30, 10, 5, 1]; // minutes left

/** @typedef {{ days: number, hours: number, minutes: number, seconds: number }} Left */

/** @param {number} ms @returns {Left} nothing is less than nothing */
export function left(ms) {
    const seconds = Math.max(0, Math.ceil(ms / 1000));
    return {
        days: Math.floor(seconds / 86400),
        hours: Math.floor((seconds % 86400) / 3600),
        minutes: Math.floor((seconds % 3600) / 60),
        seconds: seconds % 60,
    };
}

/**
 * The minutes to say aloud: an hour, half of it, ten, five and one minute before the end, each once.
 *
 * @param {number} ms that are left
 * @returns {number | null} the last of these marks that has come; null before the first
 */
export function markOf(ms) {
    const minutes = Math.ceil(ms / MINUTE_MS);
    return SAID_AT.findLast((mark) => minutes <= mark) ?? null;
}
