// A change is asked for and not decided yet: what holds meanwhile, in calm words.

import { html } from "../vendor/preact.js";
import { t } from "../words.js";
import { useEffect, useFocus, useState } from "./hooks.js";
import { Waiting } from "./waiting.js";

const LONG_MS = 20_000;

/** @param {{ title: string, isAway?: boolean }} given */
export function UnderWay({ title, isAway = false }) {
    const [isLong, setIsLong] = useState(false);
    useEffect(() => {
        const timer = setTimeout(() => setIsLong(true), LONG_MS);
        return () => clearTimeout(timer);
    }, []);
    return html`
        <section>
            <h1 ref=${useFocus()} tabindex="-1">${title}</h1>
            <${Waiting} what=${t("underWay")} />
            ${isAway && html`<p role="status">${t("awayMeanwhile")}</p>`}
            ${isLong && !isAway && html`<p role="status">${t("youMayLeave")}</p>`}
        </section>`;
}
