// Back from the login: on to where one was.

import { useEffect, useState } from "../parts/hooks.js";
import { Notice } from "../parts/notice.js";
import { Waiting } from "../parts/waiting.js";
import { replace } from "../router.js";
import { signIn } from "../session.js";
import { finish } from "../signing-in.js";
import { html } from "../vendor/preact.js";
import { t } from "../words.js";

export function SignedIn() {
    const [hasFailed, setHasFailed] = useState(false);
    useEffect(() => {
        finish().then(
            (path) => replace(path === "/" && isOperatorOnly(signIn.person()) ? "/operate" : path),
            () => setHasFailed(true),
        );
    }, []);
    if (!hasFailed) return html`<${Waiting} what=${t("signingIn")} />`;
    return html`
        <h1>${t("signIn")}</h1>
        <${Notice} kind="problem" title=${t("signInFailed")}>
            <button class="button" onClick=${() => signIn.begin("/")}>${t("signIn")}</button>
        <//>`;
}

/** Who books nothing begins with what needs a person. @param {import("../session.js").Person | null} who */
const isOperatorOnly = (who) => String(who?.groups) === "operator";
