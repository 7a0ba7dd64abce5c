// Something is under way. It is said aloud, and that it takes long, too.

import { html } from "../vendor/preact.js";
import { t } from "../words.js";
import { useEffect, useState } from "./hooks.js";

const SLOW_MS = 5000;

/** @param {{ what?: string }} given */
export function Waiting({ what }) {
    const [isSlow, setIsSlow] = useState(false);
    useEffect(() => {
        const timer = setTimeout(() => setIsSlow(true), SLOW_MS);
        return () => clearTimeout(timer);
    }, []);
    return html`
        <p class="waiting" role="status">
            <span class="spinner" aria-hidden="true"></span>
            ${what ?? t("loading")} ${isSlow && t("takesLonger")}
        </p>`;
}
