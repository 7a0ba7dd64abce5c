// What there is to say of a whole page or a part of it: a problem, a success, a thing to know. It takes the focus.

import { html } from "../vendor/preact.js";
import { useFocus } from "./hooks.js";

/** @param {{ kind: "problem" | "success" | "info", title: string, level?: 1 | 2, children?: any }} given `level` 1: of a whole page */
export function Notice({ kind, title, level = 2, children }) {
    return html`
        <section class="notice notice-${kind}" role=${kind === "problem" ? "alert" : "status"}>
            <${`h${level}`} ref=${useFocus()} tabindex="-1">${title}<//>
            ${children}
        </section>`;
}
