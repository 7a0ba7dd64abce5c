// Something did not work: why, in words, and what one can do now.

import { SignedOut, Unreachable } from "../errors.js";
import { mayPass, saying } from "../problems.js";
import { html } from "../vendor/preact.js";
import { t } from "../words.js";
import { Notice } from "./notice.js";
import { SignInFirst } from "./signed-in-only.js";

/**
 * @param {object} given
 * @param {unknown} given.error
 * @param {import("../words.js").Word} [given.missing] what a 404 says here
 * @param {1 | 2} [given.level] 1: there is nothing else on the page
 * @param {import("../words.js").Word} [given.away] what is said where a part of the system is away, and not all of it
 * @param {boolean} [given.isOnce] it was a press, and the same press again does nothing twice
 * @param {() => void} [given.onAgain] asks again, where that may help
 * @param {any} [given.children]
 */
export function ProblemNotice({ error, missing, away, level = 2, isOnce, onAgain, children }) {
    if (error instanceof SignedOut) return html`<${SignInFirst} />`;
    const said = saying(error, missing, away);
    return html`
        <${Notice} kind="problem" level=${level} title=${"word" in said ? t(said.word) : said.text}>
            ${error instanceof Unreachable && html`<p>${t("unreachableMore")}</p>`}
            ${isOnce && mayPass(error) && html`<p>${t("pressAgain")}</p>`}
            ${children}
            ${onAgain && mayPass(error) && html`<button class="button" onClick=${onAgain}>${t("again")}</button>`}
        <//>`;
}
