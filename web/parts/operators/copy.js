// A text that is copied with a press; that it is, is said where one has pressed, and aloud.

import { html } from "../../vendor/preact.js";
import { t } from "../../words.js";
import { useEffect, useState } from "../hooks.js";

const SAID_MS = 4000;

/** @param {{ text: string, what: string }} given `what`: what is copied, for who does not see beside what the button is */
export function Copy({ text, what }) {
    const [said, setSaid] = useState(/** @type {import("../../words.js").Word | null} */ (null));
    useEffect(() => {
        if (!said) return;
        const timer = setTimeout(() => setSaid(null), SAID_MS);
        return () => clearTimeout(timer);
    }, [said]);
    const press = () =>
        navigator.clipboard.writeText(text).then(
            () => setSaid("copied"),
            () => setSaid("notCopied"),
        );
    return html`
        <span class="copy">
            <button class="quiet" onClick=${press} aria-label=${t("copyWhat", { what })}>${t("copy")}</button>
            <span role="status">${said && t(said)}</span>
        </span>`;
}
