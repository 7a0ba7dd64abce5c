// Who did what to a booking, when and why: operators' acts, too, and those that were refused.

import { wordOfCode } from "../../acts.js";
import { instantLabel } from "../../instants.js";
import { locale } from "../../locale.js";
import { entriesOf, isOfChosen } from "../../trace-history.js";
import { html } from "../../vendor/preact.js";
import { t } from "../../words.js";
import { useZone } from "../../zone.js";
import { Actor } from "./actor.js";
import { SessionOf } from "./booked-session.js";
import { say } from "./codes.js";
import { Instant } from "./moment.js";

/** @param {import("../../traces.js").Seen} given */
export function HistoryView({ trace, chosen, choose }) {
    const entries = entriesOf(trace);
    if (!entries.length) return html`<p>${t(trace.file ? "noHistory" : "historyAway")}</p>`;
    return html`
        <ol class="entries">
            ${entries.map((entry, place) => html`<${OneEntry} key=${place} entry=${entry} trace=${trace} chosen=${chosen} choose=${choose} />`)}
        </ol>`;
}

/** @param {{ entry: import("../../trace-history.js").Entry } & import("../../traces.js").Seen} given */
function OneEntry({ entry, trace, chosen, choose }) {
    const { at, recorded, event, execution, state, code, reason, refusal, outcome, reasons, moved, putBack, session } =
        entry;
    const zone = useZone();
    const isHere = isOfChosen(entry, chosen);
    const when = (/** @type {string} */ instant) => instantLabel(instant, zone, locale());
    return html`
        <li class="entry ${refusal ? "entry-bad" : ""} ${isHere && (chosen.state || trace.executions.length > 1) ? "is-chosen" : ""}">
            <p><${Instant} at=${at} /></p>
            <p>
                <strong>${say("recorded", event)}</strong>
                ${" "}<${Actor} entry=${entry} />
                ${session && html` · <${SessionOf} trace=${trace} id=${session} />`}
                ${outcome && outcome !== event && html` · ${say("outcome", outcome)}`}
            </p>
            ${moved && html`<p>${t("movedFromTo", { from: when(moved.from), to: when(moved.to) })}</p>`}
            ${reasons.length > 0 && html`<p>${reasons.map((each) => html`<code>${each}</code> `)}</p>`}
            ${(code || reason) && html`<p>${t("why")} ${code && sayReason(code)}${reason && html` <q>${reason}</q>`}</p>`}
            ${refusal && html`<p class="event-error"><span aria-hidden="true">✕</span> ${t("refusedBy", { error: refusal })}</p>`}
            ${putBack > 0 && html`<p>${t("putBackCount", { count: putBack })}</p>`}
            ${recorded && html`<p>${t("recordedLater", { at: when(recorded) })}</p>`}
            ${
                execution &&
                html`
                <button class="quiet" aria-pressed=${isHere}
                    onClick=${() => choose({ execution, state, item: null })}>${t("inExecution", { execution, state })}</button>`
            }
        </li>`;
}

/** Why an operator acted. @param {string} code */
function sayReason(code) {
    const word = wordOfCode(code);
    return word ? t(word) : code;
}
