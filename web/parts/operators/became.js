// What became of something: a sign, a colour, and the word.

import { BECAME, undelivered } from "../../executions.js";
import { html } from "../../vendor/preact.js";
import { t } from "../../words.js";

/** @param {{ became: import("../../executions.js").Became, children?: any }} given `children`: more than the word */
export const Became = ({ became, children }) => html`
    <span class=${`became became-${became}`}>
        <span aria-hidden="true">${BECAME[became].sign}</span> ${children ?? t(BECAME[became].word)}
    </span>`;

/** That messages of an execution reached nobody: it may be done all the same. @param {{ execution: import("../../traces.js").Execution }} given */
export function Undelivered({ execution }) {
    const count = undelivered(execution);
    return (
        count > 0 &&
        html`<span class="became-failed"><span aria-hidden="true">✗</span> ${t("undelivered", { count })}</span>`
    );
}
