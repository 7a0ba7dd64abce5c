// Sends a message again that reached nobody, and says before what hinders it.

import { act } from "../../acting.js";
import { codeOf } from "../../resending.js";
import { html } from "../../vendor/preact.js";
import { t } from "../../words.js";
import { Heading } from "../heading.js";
import { ActForm } from "./act-form.js";
import { HowToMend } from "./how-to-mend.js";

/**
 * @param {object} given
 * @param {import("../../trace-messages.js").Message} given.message
 * @param {string} given.what the message, in words
 * @param {() => void} given.onLeave
 * @param {(act: import("./act-followed.js").Acted) => void} given.onActed
 */
export function ResendAct({ message, what, onLeave, onActed }) {
    const { notification_id: notificationId, resent_at: resentAt } = message;
    const path = `/v1/notifications/${notificationId}/resend`;
    return html`
        <${ActForm} press=${t("resendNow")} onLeave=${onLeave} likely=${codeOf(message)}
            act=${(/** @type {any} */ why) => act(path, why, { before: resentAt ?? "" })}
            onDone=${(/** @type {any} */ done) => onActed({ ...done, kind: "resend", before: 0, notificationId })}>
            <${Heading} level=${2} isGoal=${true}>${t("resendTitle")}<//>
            <p>${what}</p>
            <p>${t("resendMore")}</p>
            <${HowToMend} message=${message} />
        <//>`;
}
