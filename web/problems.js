// What a problem of the contract is called on the site.

import { Problem, Unreachable } from "./errors.js";

/** @typedef {import("./words.js").Word} Word */

/** @type {Record<string, Word>} */
const KINDS = {
    "changed-meanwhile": "problemChangedMeanwhile",
    "idempotency-key-used": "problemAskedBefore",
    "booking-not-standing": "reasonNotStanding",
    "offer-answered": "problemOfferAnswered",
    "offer-over": "problemOfferOver",
    "hold-answered": "holdAnswered",
    "hold-over": "holdOver",
    "hold-not-found": "noSuchHold",
    "nothing-due": "nothingDue",
    "too-many-codes": "problemTooManyCodes",
    "client-not-found": "reasonRecordMissing",
    "body-too-large": "problemTooLong",
    "invalid-body": "problemNotTaken",
    "rule-broken": "problemNotTaken",
    forbidden: "problemForbidden",
    refused: "problemRefused",
    throttled: "problemThrottled",
    unavailable: "unreachable",
    "internal-error": "problemOurs",
};

/**
 * What is to be said of an error: a word, or a text for a problem that came later than this page.
 *
 * @param {unknown} error
 * @param {Word} [missing] what to say where the thing itself is not there
 * @param {Word} [away] what to say where it was answered that something needed for it is away
 * @returns {{ word: Word } | { text: string }}
 */
export function saying(error, missing, away) {
    if (error instanceof Unreachable) return { word: "unreachable" };
    if (!(error instanceof Problem)) return { word: "problemOurs" };
    if (error.status === 404 && missing) return { word: missing };
    if (error.kind === "unavailable" && away) return { word: away };
    if (KINDS[error.kind]) return { word: KINDS[error.kind] };
    if (error.status === 404) return { word: "problemNotFound" };
    if (error.status >= 500) return { word: "problemOurs" };
    if (!error.body.title) return { word: "problemRefused" }; // not the API's own words: a firewall's, a gateway's
    return { text: error.message };
}

/** Whether trying again may help: nobody was there, or it was too much at once. @param {unknown} error */
export const mayPass = (error) =>
    error instanceof Unreachable || !(error instanceof Problem) || error.status === 429 || error.status >= 500;
