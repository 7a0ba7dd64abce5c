// What is around every page for operators: who may see it, and where else one can go.

import { html } from "../../vendor/preact.js";
import { t } from "../../words.js";
import { Heading } from "../heading.js";
import { SignedInOnly } from "../signed-in-only.js";

/** @typedef {import("../../session.js").Person} Person */

/** @type {[string, import("../../words.js").Word][]} */
const PAGES = [
    ["/operate", "attention"],
    ["/operate/executions", "executions"],
    ["/operate/find", "findBookings"],
    ["/operate/dead-letters", "deadLetters"],
];

/** Whether somebody is an operator: what is shown, goes by it; what may be done, the API judges. @param {Person | null} who */
export const isOperator = (who) => who?.groups.includes("operator") ?? false;

/**
 * @param {object} given
 * @param {Person | null} given.who
 * @param {string} [given.path] which of the pages it is
 * @param {any} [given.children]
 */
export function Desk({ who, path, children }) {
    if (!who) return html`<${SignedInOnly} who=${who} />`;
    if (!isOperator(who)) return html`<${Heading} level=${1} isGoal=${true}>${t("noSuchPage")}<//>`;
    return html`
        <div class="desk">
            <nav class="desk-pages" aria-label=${t("operations")}>
                ${PAGES.map(
                    ([each, word]) =>
                        html`<a href=${each} aria-current=${each === path ? "page" : undefined}>${t(word)}</a>`,
                )}
            </nav>
            ${children}
        </div>`;
}
