// Staff without a record of their own: what the site is for, and what they can do. Nobody is made a client by mistake.

import { signIn } from "../session.js";
import { html } from "../vendor/preact.js";
import { t } from "../words.js";
import { Notice } from "./notice.js";

/** Whether somebody is of the practice's staff, and no client. @param {import("../session.js").Person} who */
export const isStaff = ({ groups }) => !groups.includes("client") && groups.some((each) => each !== "client");

/** @param {{ who: import("../session.js").Person }} given */
export function StaffNotice({ who }) {
    return html`
        <${Notice} kind="info" title=${t("staffHere")}>
            <p>${t("staffHereMore")}</p>
            <p class="actions">
                <a class="button" href="/held">${t("heldTitle")}</a>
                ${who.groups.includes("operator") && html`<a class="button" href="/operate">${t("operations")}</a>`}
                <button type="button" class="button second" onClick=${() => signIn.end()}>${t("signOut")}</button>
            </p>
        <//>`;
}
