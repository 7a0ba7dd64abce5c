// The key of what was asked for, kept until it is decided: a reload, the back button or a lost answer finds the same
// request again. Ids and times only; it is in sessionStorage, and gone with the tab.

/**
 * @typedef {Record<string, string | null>} Asked what is asked for, in ids, times and codes
 * @typedef {{ key: string, asked: Asked }} Kept
 */

/** What is under way there, if anything. @param {string} name as `cancellation:{booking_id}` @returns {Kept | null} */
export function keptKey(name) {
    try {
        return JSON.parse(sessionStorage.getItem(`key:${name}`) ?? "null");
    } catch {
        return null; // not of our writing
    }
}

/**
 * The key to ask with: the one that is kept, when it was for the same; else a new one, which is kept from now on.
 *
 * @param {string} name
 * @param {Asked} asked
 * @returns {string}
 */
export function keyFor(name, asked) {
    const kept = keptKey(name);
    if (kept && JSON.stringify(kept.asked) === JSON.stringify(asked)) return kept.key;
    const key = crypto.randomUUID();
    sessionStorage.setItem(`key:${name}`, JSON.stringify({ key, asked }));
    return key;
}

/** It is decided: the next press asks for something new. @param {string} name */
export const forgetKey = (name) => sessionStorage.removeItem(`key:${name}`);
