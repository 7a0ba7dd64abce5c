// Which page a path is. A page is a component in a file of its own, fetched when somebody goes there; what its
// path says in braces it is given.

import { fetchStyles } from "./styles.js";
import { fetchWords } from "./words.js";

/** @typedef {(given: any) => any} Page */
/** @typedef {() => Promise<Page>} Fetch */

/**
 * A browser remembers that a module did not come: the file is asked for first.
 *
 * @param {string} file @param {string} name @param {() => Promise<unknown>} more @returns {Fetch}
 */
const page = (file, name, more) => async () => {
    const address = new URL(`pages/${file}.js`, import.meta.url).href;
    if (!(await fetch(address)).ok) throw new Error(file);
    return (await Promise.all([import(address), more()]))[0][name];
};

/** With its words and styles. @param {string} file @param {string} name */
const later = (file, name) =>
    page(file, name, () =>
        Promise.all([fetchWords("later", "payment"), fetchStyles("care.css"), fetchStyles("session.css")]),
    );

/** The same for operators. @param {string} file @param {string} name @param {import("./words.js").WordSet[]} more */
const operators = (file, name, ...more) =>
    page(`operators/${file}`, name, () =>
        Promise.all([
            fetchWords("operators", ...more),
            fetchStyles("care.css"),
            fetchStyles("operators.css"),
            more.includes("trace") && fetchStyles("trace.css"),
        ]),
    );

/** @type {[string, Fetch][]} */
const PAGES = [
    ["/", async () => (await import("./pages/book.js")).Book],
    ["/review", later("review", "Review")],
    ["/bookings/{booking_id}", later("booking", "BookingPage")],
    ["/wait", later("wait", "Wait")],
    ["/signed-in", async () => (await import("./pages/signed-in.js")).SignedIn],
    ["/sessions", later("sessions", "Sessions")],
    ["/bookings/{booking_id}/move", later("move", "Move")],
    ["/bookings/{booking_id}/cancel", later("cancel", "Cancel")],
    ["/offers/{booking_id}", later("offer", "Offer")],
    ["/waiting", later("waiting-list", "WaitList")],
    ["/held", later("held", "Held")],
    ["/me", later("me", "Me")],
    ["/operate", operators("attention", "Attention", "lists", "acts")],
    ["/operate/executions", operators("executions", "Executions", "lists")],
    ["/operate/find", operators("find", "Find", "lists")],
    ["/operate/dead-letters", operators("dead-letters", "DeadLetters", "lists", "acts")],
    ["/operate/bookings/{booking_id}", operators("trace", "Trace", "trace")],
    ["/operate/executions/{machine}/{name}", operators("execution", "Execution", "trace")],
];

/** @type {Fetch} */
const notFound = async () => (await import("./pages/not-found.js")).NotFound;

/** @param {string} path @returns {{ fetchPage: Fetch, given: Record<string, string> }} */
export function pageOf(path) {
    for (const [pattern, fetchPage] of PAGES) {
        const match = new RegExp(`^${pattern.replaceAll(/{(\w+)}/g, "(?<$1>[A-Za-z0-9_-]{1,80})")}/?$`).exec(path);
        if (match) return { fetchPage, given: { ...match.groups } };
    }
    return { fetchPage: notFound, given: {} };
}
