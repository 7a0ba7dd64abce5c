// What went into a state, came out of it, or why it failed: closed until somebody asks, for it may be large.

import { read } from "../../api.js";
import { usePress } from "../../pressing.js";
import { eventPath, pretty } from "../../trace-events.js";
import { html } from "../../vendor/preact.js";
import { t } from "../../words.js";
import { useEffect, useRef, useState } from "../hooks.js";
import { ProblemNotice } from "../problem.js";
import { Copy } from "./copy.js";

/**
 * @param {object} given
 * @param {"input" | "output" | "cause"} given.part
 * @param {string} given.text
 * @param {boolean} given.isCut there is more of it
 * @param {string} given.execution its key
 * @param {number} given.id of the event
 */
export function Payload({ part, text, isCut, execution, id }) {
    const [isOpen, setIsOpen] = useState(false);
    const [whole, setWhole] = useState(/** @type {string | null} */ (null));
    const place = useRef(/** @type {HTMLElement | null} */ (null));
    const all = usePress(
        () => read(eventPath(execution, id)),
        (event) => setWhole(event[part]),
    );
    useEffect(() => {
        if (whole !== null) place.current?.focus(); // the button that was pressed is gone
    }, [whole]);
    const shown = whole ?? text;
    const what = t("payloadOf", { part: t(part), id });
    return html`
        <details class="payload" onToggle=${(/** @type {any} */ { currentTarget }) => setIsOpen(currentTarget.open)}>
            <summary>${t(part)} <small>${t("characters", { count: shown.length, isCut: isCut && whole === null })}</small></summary>
            ${
                isOpen &&
                html`
                <${Copy} text=${shown} what=${what} />
                ${isCut && whole === null && html`<button class="quiet" disabled=${all.isAsking} onClick=${all.press}>${t("showAll")}</button>`}
                ${all.error && html`<${ProblemNotice} error=${all.error} />`}
                <pre ref=${place} tabindex="-1" aria-label=${what}>${pretty(shown)}</pre>`
            }
        </details>`;
}
