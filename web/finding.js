// What was looked for and found, as long as the site is open: back from a trace, it is there again. A client's name is
// in no address and in no storage of the browser.

/** @typedef {{ client_name: string, on?: string } | { needing_attention: true }} Wanted the body of POST /v1/booking-search */

/** Where it is remembered. @type {{ name: string, day: string, wanted: Wanted | null, found: any }} */
export const search = { name: "", day: "", wanted: null, found: null };

/** What a form asks for, or null where no name is typed. @param {string} name @param {string} day @returns {Wanted | null} */
export function wantedBy(name, day) {
    const client_name = name.trim();
    if (!client_name) return null;
    return day ? { client_name, on: day } : { client_name };
}

/** The id as it is typed or pasted, or null where it can be none. @param {string} typed */
export function idIn(typed) {
    const id = typed.trim();
    return /^[A-Za-z0-9_-]{1,80}$/.test(id) ? id : null;
}
