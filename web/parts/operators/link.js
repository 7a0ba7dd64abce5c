// A link to another part of the same page: who follows it stays where they have scrolled to.

import { go } from "../../router.js";
import { html } from "../../vendor/preact.js";

/** @param {{ href: string, current?: "page" | "true", children?: any }} given `current`: it is what is shown */
export function Link({ href, current, children }) {
    const press = /** @param {MouseEvent} event */ (event) => {
        if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        go(href, true);
    };
    return html`<a href=${href} aria-current=${current} onClick=${press}>${children}</a>`;
}
