// A page for who is signed in. Everybody else is told so, and led back to the same page by one press.

import { signIn } from "../session.js";
import { html } from "../vendor/preact.js";
import { t } from "../words.js";
import { useFocus } from "./hooks.js";

/** @param {{ who: import("../session.js").Person | null, children?: any }} given */
export const SignedInOnly = ({ who, children }) => (who ? children : html`<${SignInFirst} />`);

/** One calm page with one button. */
export function SignInFirst() {
    return html`
        <section class="sign-in-first">
            <h1 ref=${useFocus()} tabindex="-1">${t("signInFirst")}</h1>
            <p>${t("signInFirstMore")}</p>
            <button class="button" onClick=${() => signIn.begin()}>${t("signIn")}</button>
        </section>`;
}
