// What operators do to executions and messages: why, as a code, and what each refusal says.

import { Problem } from "./errors.js";

/** @typedef {import("./words.js").Word} Word */
/** @typedef {{ reason: string, code: string }} Why the body of every act */

export const LONGEST_REASON = 1000;

/** Why somebody acts, where no free text may go: the API's codes. @type {[string, Word][]} */
export const CODES = [
    ["provider_is_back", "codeProviderIsBack"],
    ["database_is_back", "codeDatabaseIsBack"],
    ["cause_is_mended", "codeCauseIsMended"],
    ["contact_is_mended", "codeContactIsMended"],
    ["redrive_expired", "codeRedriveExpired"],
    ["asked_for", "codeAskedFor"],
    ["other", "codeOther"],
];

/** @type {Record<string, string>} */
const MENDED = { ProviderUnavailable: "provider_is_back", DatabaseUnavailable: "database_is_back" };

/** The code that is likely when what failed with an error is restarted. @param {string | null} error */
export const codeOfError = (error) => MENDED[error ?? ""] ?? "cause_is_mended";

/** A reason as it is kept: on one line. @param {string} typed */
export const inOneLine = (typed) => typed.replaceAll(/\s+/g, " ").trim();

/** The word of a code, or null for one that came later than this page. @param {string} code */
export const wordOfCode = (code) => CODES.find(([each]) => each === code)?.[1] ?? null;

/** What a refusal of an act says, and what to do instead. @type {Record<string, { word: Word, instead: Word }>} */
const REFUSALS = {
    "not-redrivable": { word: "notRedrivable", instead: "notRedrivableInstead" },
    "not-rerunnable": { word: "notRerunnable", instead: "notRerunnableInstead" },
    "still-running": { word: "stillRunning", instead: "stillRunningInstead" },
    "execution-not-found": { word: "executionNotFound", instead: "executionNotFoundInstead" },
    "booking-not-found": { word: "bookingNotFound", instead: "bookingNotFoundInstead" },
    "notification-not-found": { word: "messageNotFound", instead: "messageNotFoundInstead" },
    "dead-letter-not-found": { word: "deadLetterNotFound", instead: "deadLetterNotFoundInstead" },
    "idempotency-key-used": { word: "actKeyUsed", instead: "actKeyUsedInstead" },
    "invalid-body": { word: "actReasonNotTaken", instead: "actReasonNotTakenInstead" },
    "rule-broken": { word: "actReasonNotTaken", instead: "actReasonNotTakenInstead" },
    forbidden: { word: "actForbidden", instead: "actForbiddenInstead" },
    unavailable: { word: "actUnavailable", instead: "actUnavailableInstead" },
};

/** What an act was refused with, in words; null: nothing that only acts are refused with. @param {unknown} error */
export const refusalOf = (error) => (error instanceof Problem ? (REFUSALS[error.kind] ?? null) : null);
