// What was started again, followed to its end on the same page.

import { becameOf } from "../../executions.js";
import { resentOf } from "../../resending.js";
import { isSeen, keyOf } from "../../traces.js";
import { html } from "../../vendor/preact.js";
import { t } from "../../words.js";
import { Notice } from "../notice.js";
import { say } from "./codes.js";

/**
 * @typedef {import("../../acting.js").ExecutionAct & { kind: "redrive" | "rerun" | "resend", before: number, notificationId?: string }} Acted
 *   `before`: how often the same execution had been redriven; `notificationId`: what is sent again
 */

/** @typedef {import("../../traces.js").Trace} Trace */
/** @typedef {import("../../words.js").Word} Word */
/** @typedef {{ kind: "success" | "problem" | "info", title: Word, more?: string }} Said */

/** @type {Record<string, Said>} */
const ENDS = {
    done: { kind: "success", title: "actSucceeded" },
    failed: { kind: "problem", title: "actFailed" },
    stopped: { kind: "info", title: "actStopped" },
    waiting: { kind: "info", title: "actWaits" },
    underWay: { kind: "info", title: "actRuns" },
};

/** Of a message whose execution is done. @type {Record<import("../../resending.js").Resent, Said>} */
const RESENT = {
    sent: { kind: "success", title: "resentSent" },
    lost: { kind: "problem", title: "resentLost" },
    notSent: { kind: "problem", title: "resentNot" },
    notDue: { kind: "info", title: "resentNotDue" },
    open: { kind: "info", title: "actRuns" },
    unknown: { kind: "info", title: "resentUnknown" },
};

/** @param {{ trace: Trace, acted: Acted }} given */
export function ActFollowed({ trace, acted }) {
    const { kind, title, more } = saidOf(trace, acted);
    return html`
        <${Notice} key=${`${keyOf(acted)} ${acted.act_id}`} kind=${kind} title=${t(title)}>
            ${more && html`<p>${more}</p>`}
            ${acted.recorded === "in_queue" && html`<p>${t("actInQueue")}</p>`}
        <//>`;
}

/** @param {Trace} trace @param {Acted} acted @returns {Said} */
function saidOf(trace, acted) {
    const found = trace.executions.find((each) => keyOf(each) === keyOf(acted));
    const became = found && isSeen(trace, acted) ? becameOf(found) : "underWay";
    if (became === "failed") return { ...ENDS.failed, more: t("actFailedMore") };
    if (became !== "done" || !found || !acted.notificationId) return ENDS[became] ?? ENDS.underWay;
    const { as, message } = resentOf(trace, acted.notificationId, found);
    const why = message && say("undeliverable", message.reason);
    const lost = message && say("delivery", message.delivery);
    if (as === "sent") return { ...RESENT.sent, more: t("resentSentMore") };
    if (as === "notSent") return { ...RESENT.notSent, more: t("resentNotMore", { why }) };
    return as === "lost" ? { ...RESENT.lost, more: t("providerReports", { report: lost }) } : RESENT[as];
}
