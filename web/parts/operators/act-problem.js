// Why an act was not done, and what to do instead.

import { refusalOf } from "../../acts.js";
import { html } from "../../vendor/preact.js";
import { t } from "../../words.js";
import { Notice } from "../notice.js";
import { ProblemNotice } from "../problem.js";

/** @param {{ error: any, children?: any }} given */
export function ActProblem({ error, children }) {
    const refusal = refusalOf(error);
    if (!refusal) return html`<${ProblemNotice} error=${error} isOnce=${true}>${children}<//>`;
    return html`
        <${Notice} kind="problem" title=${t(refusal.word)}>
            ${error.detail && html`<p class="own-words" lang="en">${error.detail}</p>`}
            <p>${t(refusal.instead)}</p>
            ${children}
        <//>`;
}
