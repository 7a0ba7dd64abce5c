// A code, easily seen, and copied with a press.

import { useState } from "../../web/parts/hooks.js";
import { html } from "../../web/vendor/preact.js";
import { t } from "./words.js";

/** @param {{ code: string }} given */
export function CopyCode({ code }) {
    const [said, setSaid] = useState("");
    async function copy() {
        try {
            await navigator.clipboard.writeText(code);
            setSaid(t("copied"));
        } catch {
            setSaid(t("notCopied")); // the browser does not let pages do it
        }
    }
    return html`
        <p class="code">
            <code>${code}</code>
            <button class="button second" onClick=${copy}>${t("copyCode")}<span class="unseen"> ${code}</span></button>
            <span role="status">${said}</span>
        </p>`;
}
