// The words of the laptop's pages, in the language that the site is read in: it is kept for both.

import { language } from "../../web/words.js";
import { de } from "./words-de.js";
import { en } from "./words-en.js";

/** @typedef {typeof en} Words */
/** @typedef {keyof Words} Word */

/** @type {Record<"en" | "de", Words>} */
const LANGUAGES = { en, de };

/** @param {Word} word @param {Record<string, any>} [values] what is in it @returns {string} */
export function t(word, values = {}) {
    const found = LANGUAGES[language()][word];
    return typeof found === "function" ? found(/** @type {any} */ (values)) : found;
}
