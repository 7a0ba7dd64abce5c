// The laptop cloud did not do what it was asked, or says nothing at all. It is said aloud, and leaves the focus alone:
// nobody has pressed anything when a look at it finds nobody.

import { html } from "../../web/vendor/preact.js";
import { NotDone } from "./state.js";
import { t } from "./words.js";

/** @param {{ error: unknown }} given */
export function NotAnswering({ error }) {
    const isThere = error instanceof NotDone;
    return html`
        <section class="notice notice-problem" role="alert">
            <h2>${t(isThere ? "notDone" : "away")}</h2>
            <p>${isThere ? error.message : t("awayMore")}</p>
        </section>`;
}
