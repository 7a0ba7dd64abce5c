// What the parts of a timeline are called: for who looks, and for who listens.

import { BECAME, becameOf } from "../../executions.js";
import { clockLabel, durationLabel } from "../../instants.js";
import { locale } from "../../locale.js";
import { t } from "../../words.js";
import { sayActor } from "./actor.js";
import { say, sayMessage } from "./codes.js";

/** @typedef {import("../../trace-lanes.js").Bar} Bar */
/** @typedef {import("../../trace-lanes.js").Lane} Lane */

/** @param {import("../../traces.js").Execution} execution */
export const sayStatus = (execution) =>
    [
        t(BECAME[becameOf(execution)].word),
        execution.redriven.length && t("redrivenTimes", { count: execution.redriven.length }),
        execution.error,
    ]
        .filter(Boolean)
        .join(", ");

/** @param {Lane} lane */
export const sayLane = ({ state, outcome, isIdle, about }) =>
    [
        state ?? t("wholeExecution"),
        outcome && isIdle ? t("laneIdle", { outcome }) : outcome,
        about && sayMessage(about, about.notification_id),
    ]
        .filter(Boolean)
        .join(" · ");

/** @param {Bar} bar */
export function sayWhat({ kind, became, number, of }) {
    if (kind === "due") return t("barDue", { number, of });
    if (kind === "wait") return t("barWait");
    const isCounted = kind === "attempt" || of !== undefined;
    return [isCounted && t("barAttempt", { number, of }), t(BECAME[became].word)].filter(Boolean).join(", ");
}

/** All there is to say of a bar. @param {Bar} bar @param {Lane} lane @param {string} zone */
export const sayBar = (bar, lane, zone) =>
    [
        ...[sayLane(lane), sayWhat(bar), bar.error, clockLabel(bar.from, zone, locale())],
        durationLabel(bar.to - bar.from, locale()),
    ]
        .filter(Boolean)
        .join(", ");

/** @param {import("../../trace-moments.js").Beside} each */
export function sayBeside(each) {
    if (each.kind === "message") return `${sayMessage(each.about, each.id)}: ${say("delivery", each.what)}`;
    const { event, refusal, reason } = each.entry;
    const said = [say("recorded", event), sayActor(each.entry)].filter(Boolean).join(" ");
    return [said, refusal && t("refusedBy", { error: refusal }), reason && `“${reason}”`].filter(Boolean).join(" · ");
}
