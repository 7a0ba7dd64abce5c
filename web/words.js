// The site's words, by language. A word is a text, or a function of what is in it; the English files say which there are.
// They come in sets: the first page's, and those that are fetched with the first page that needs them.

import { useEffect, useState } from "./vendor/preact.js";

/**
 * @typedef {typeof import("./words/en.js").en & typeof import("./words/en-later.js").enLater
 *     & typeof import("./words/en-operators.js").enOperators & typeof import("./words/en-trace.js").enTrace
 *     & typeof import("./words/en-payment.js").enPayment
 *     & typeof import("./words/en-acts.js").enActs & typeof import("./words/en-lists.js").enLists
 *     & typeof import("./words/en-views.js").enViews} Words
 */
/** @typedef {keyof Words} Word */
/** @typedef {"en" | "de"} Language */
/** @typedef {"first" | "later" | "payment" | "operators" | "lists" | "trace" | "views" | "acts"} WordSet */

/** @type {Record<Language, Record<WordSet, () => Promise<Partial<Words>>>>} */
const LANGUAGES = {
    en: {
        first: async () => (await import("./words/en.js")).en,
        later: async () => (await import("./words/en-later.js")).enLater,
        payment: async () => (await import("./words/en-payment.js")).enPayment,
        operators: async () => (await import("./words/en-operators.js")).enOperators,
        lists: async () => (await import("./words/en-lists.js")).enLists,
        trace: async () => (await import("./words/en-trace.js")).enTrace,
        views: async () => (await import("./words/en-views.js")).enViews,
        acts: async () => (await import("./words/en-acts.js")).enActs,
    },
    de: {
        first: async () => (await import("./words/de.js")).de,
        later: async () => (await import("./words/de-later.js")).deLater,
        payment: async () => (await import("./words/de-payment.js")).dePayment,
        operators: async () => (await import("./words/de-operators.js")).deOperators,
        lists: async () => (await import("./words/de-lists.js")).deLists,
        trace: async () => (await import("./words/de-trace.js")).deTrace,
        views: async () => (await import("./words/de-views.js")).deViews,
        acts: async () => (await import("./words/de-acts.js")).deActs,
    },
};
const KEPT = "site:language";

/** @type {Set<() => void>} */
const listeners = new Set();
/** @type {Language} */
let current = preferred();
/** What was pressed last: its words may still be on their way. @type {Language} */
let wanted = current;
/** @type {Set<WordSet>} */
const needed = new Set(["first"]);
let words = await fetched(current);

/** The language that is shown. @returns {Language} */
export const language = () => current;

/** Shows the site in another language, now and when the reader comes back. @param {Language} chosen */
export async function speak(chosen) {
    wanted = chosen;
    try {
        await renewed();
    } catch {
        wanted = current; // out of reach: the language stays as it is
        return;
    }
    localStorage.setItem(KEPT, current); // a taste, not a secret
    for (const listener of listeners) listener();
}

/** Fetches the words of pages after the first. @param {WordSet[]} sets */
export async function fetchWords(...sets) {
    for (const each of sets) needed.add(each);
    await renewed();
}

/** The words that are needed and the language that is wanted may change while they come. @returns {Promise<void>} */
async function renewed() {
    const [chosen, count] = [wanted, needed.size];
    const found = await fetched(chosen);
    if (chosen !== wanted || count !== needed.size) return renewed();
    [words, current] = [found, chosen];
}

/** @param {Language} chosen @returns {Promise<Partial<Words>>} */
async function fetched(chosen) {
    return Object.assign({}, ...(await Promise.all([...needed].map((each) => LANGUAGES[chosen][each]()))));
}

export function useLanguage() {
    const [seen, setSeen] = useState(current);
    useEffect(() => {
        const listener = () => setSeen(current);
        listeners.add(listener);
        return () => {
            listeners.delete(listener);
        };
    }, []);
    return seen;
}

/**
 * A word of the site in the reader's language.
 *
 * @param {Word} word
 * @param {Record<string, any>} [values] what is in it
 * @returns {string}
 */
export function t(word, values = {}) {
    const found = words[word];
    return typeof found === "function" ? found(/** @type {any} */ (values)) : (found ?? "");
}

/** @returns {Language} */
function preferred() {
    const kept = localStorage.getItem(KEPT);
    const wanted = [kept ?? "", ...navigator.languages].map((each) => each.slice(0, 2));
    return /** @type {Language} */ (wanted.find((each) => each in LANGUAGES) ?? "en");
}
