// Who the practice is: its name, colour and rules, read once.

import { readOpen } from "./api.js";
import { useAsked } from "./parts/hooks.js";

/** @typedef {Record<string, any>} Practice the answer of GET /v1/catalogue/practice */

const KEPT = "site:practice";

/** @type {Promise<Practice> | null} */
let asked = null;

/** @returns {Promise<Practice>} */
export function practice() {
    asked ??= readOpen("/practice").then(
        (found) => {
            const { name, address, phone, privacy_page, accent_colour } = found;
            localStorage.setItem(KEPT, JSON.stringify({ name, address, phone, privacy_page, accent_colour }));
            return found;
        },
        (error) => {
            asked = null; // asked again by whoever asks next
            throw error;
        },
    );
    return asked;
}

/** The practice, or null while nobody has said. @returns {Practice | null} */
export const usePractice = () => useAsked(practice, []).value ?? null;

/** What it told everybody of itself when it was last asked: its name is there, while its database is not. @returns {Practice | null} */
export const lastKnown = JSON.parse(localStorage.getItem(KEPT) ?? "null");
