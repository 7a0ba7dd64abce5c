// Why a message would reach nobody if it were sent now, and how that is mended: by whom it is for, or by a call.

import { html } from "../../vendor/preact.js";
import { t } from "../../words.js";
import { say } from "./codes.js";
import { Copy } from "./copy.js";

/** @param {{ message: import("../../trace-messages.js").Message }} given */
export function HowToMend({ message: { recipient, recipient_id: id, hindrance } }) {
    if (!hindrance) return null;
    const isClient = recipient === "client";
    const call = `PUT /v1/${isClient ? "clients" : "therapists"}/${id}`;
    return html`
        <div class="how-to-mend">
            <p class="warning">${t("hindered", { why: say("undeliverable", hindrance) })}</p>
            <p>${t(isClient ? "mendClient" : "mendTherapist")} ${t(`mendContact`)}</p>
            ${id && html`<p><code>${call}</code> <${Copy} text=${call} what=${call} /></p>`}
        </div>`;
}
