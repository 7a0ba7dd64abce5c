// Which page a path is. A page is a component in a file of its own, which is fetched when somebody goes there; what its
// path says in braces it is given.

import { fetchStyles } from "./styles.js";
import { fetchWords } from "./words.js";

/** @typedef {(given: any) => any} Page */
/** @typedef {() => Promise<Page>} Fetch */

/** A page after the first, with its words and styles. @param {Fetch} fetchPage @returns {Fetch} */
const later = (fetchPage) => async () =>
    (
        await Promise.all([
            fetchPage(),
            fetchWords("later", "payment"),
            fetchStyles("care.css"),
            fetchStyles("session.css"),
        ])
    )[0];

/** A page for operators, with its words and styles. @param {Fetch} fetchPage @param {import("./words.js").WordSet[]} more @returns {Fetch} */
const operators =
    (fetchPage, ...more) =>
    async () =>
        (
            await Promise.all([
                fetchPage(),
                fetchWords("operators", ...more),
                fetchStyles("care.css"),
                fetchStyles("operators.css"),
            ])
        )[0];

/** A page of a trace, the same. @param {Fetch} fetchPage @returns {Fetch} */
const traced = (fetchPage) => async () =>
    (await Promise.all([operators(fetchPage, "trace")(), fetchStyles("trace.css")]))[0];

/** @type {[string, Fetch][]} */
const PAGES = [
    ["/", async () => (await import("./pages/book.js")).Book],
    ["/review", later(async () => (await import("./pages/review.js")).Review)],
    ["/bookings/{booking_id}", later(async () => (await import("./pages/booking.js")).BookingPage)],
    ["/wait", later(async () => (await import("./pages/wait.js")).Wait)],
    ["/signed-in", async () => (await import("./pages/signed-in.js")).SignedIn],
    ["/sessions", later(async () => (await import("./pages/sessions.js")).Sessions)],
    ["/bookings/{booking_id}/move", later(async () => (await import("./pages/move.js")).Move)],
    ["/bookings/{booking_id}/cancel", later(async () => (await import("./pages/cancel.js")).Cancel)],
    ["/offers/{booking_id}", later(async () => (await import("./pages/offer.js")).Offer)],
    ["/waiting", later(async () => (await import("./pages/waiting-list.js")).WaitList)],
    ["/held", later(async () => (await import("./pages/held.js")).Held)],
    ["/me", later(async () => (await import("./pages/me.js")).Me)],
    ["/operate", operators(async () => (await import("./pages/operators/attention.js")).Attention, "lists", "acts")],
    [
        "/operate/executions",
        operators(async () => (await import("./pages/operators/executions.js")).Executions, "lists"),
    ],
    ["/operate/find", operators(async () => (await import("./pages/operators/find.js")).Find, "lists")],
    [
        "/operate/dead-letters",
        operators(async () => (await import("./pages/operators/dead-letters.js")).DeadLetters, "lists", "acts"),
    ],
    ["/operate/bookings/{booking_id}", traced(async () => (await import("./pages/operators/trace.js")).Trace)],
    [
        "/operate/executions/{machine}/{name}",
        traced(async () => (await import("./pages/operators/execution.js")).Execution),
    ],
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
