// A heading that takes the focus when the content has gone there by a press; not when a page has just been loaded.

import { html } from "../vendor/preact.js";
import { useEffect, useRef } from "./hooks.js";

/** @param {{ level: 1 | 2 | 3, isGoal?: boolean, children?: any }} given `isGoal`: the content went here */
export function Heading({ level, isGoal = false, children }) {
    const place = useRef(/** @type {HTMLElement | null} */ (null));
    useEffect(() => {
        if (isGoal) place.current?.focus();
    }, [isGoal]);
    return html`<${`h${level}`} ref=${place} tabindex="-1">${children}<//>`;
}
