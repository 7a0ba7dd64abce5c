// What could not be asked just now, and what is therefore not shown: said, and the rest is there.

import { html } from "../../vendor/preact.js";
import { t } from "../../words.js";

/** @type {Record<string, [import("../../words.js").Word, import("../../words.js").Word]>} */
const SOURCES = {
    database: ["awayDatabase", "awayDatabaseMore"],
    executions: ["awayExecutions", "awayExecutionsMore"],
    dead_letters: ["awayDeadLetters", "awayDeadLettersMore"],
};

/** @param {{ missing: string[], what?: Record<string, import("../../words.js").Word> }} given `what`: is not known therefore, by source */
export function Missing({ missing, what = {} }) {
    const known = missing.filter((each) => SOURCES[each]);
    return html`
        <div role="status">
            ${known.map(
                (each) => html`
                <section class="notice notice-problem" key=${each}>
                    <h2>${t(SOURCES[each][0])}</h2>
                    <p>${t(what[each] ?? SOURCES[each][1])}</p>
                </section>`,
            )}
        </div>`;
}
