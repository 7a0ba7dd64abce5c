// How days and times are written: the reader's own way, as long as it is of the language that is shown.

import { language } from "./words.js";

const USUAL = { en: "en-GB", de: "de-DE" };

/** @returns {string} */
export const locale = () => navigator.languages.find((each) => each.slice(0, 2) === language()) ?? USUAL[language()];
