// A path that is no page.

import { Heading } from "../parts/heading.js";
import { html } from "../vendor/preact.js";
import { t } from "../words.js";

export function NotFound() {
    return html`
        <${Heading} level=${1} isGoal=${true}>${t("noSuchPage")}<//>
        <p><a class="button" href="/">${t("toTheBeginning")}</a></p>`;
}
