// One event of an execution: when, what, and what went in and came out, to be opened, copied, and read whole.

import { dateLabel, exactClockLabel, utcBeside } from "../../instants.js";
import { locale } from "../../locale.js";
import { isError, saidIn } from "../../trace-events.js";
import { html } from "../../vendor/preact.js";
import { t } from "../../words.js";
import { useZone } from "../../zone.js";
import { sayItem } from "./codes.js";
import { Payload } from "./payload.js";

const LONGEST = 300;

/** @param {string} cause */
const saidOf = (cause) => saidIn(cause).slice(0, LONGEST);

/** Whether a cause is read beside its error already. @param {import("../../trace-events.js").ExecutionEvent} event */
const isAllSaid = ({ error, cause, cut }) =>
    Boolean(error) && cause !== null && saidOf(cause) === cause && !cut.includes("cause");

/**
 * @param {object} given
 * @param {import("../../traces.js").Step["about"]} [given.about] the message that its item is
 * @param {import("../../trace-events.js").ExecutionEvent} given.event
 * @param {string} given.execution its key
 * @param {(state: string, item: number | null) => void} given.onPick
 */
export function ExecutionEvent({ event, about, execution, onPick }) {
    const { id, at, type, state, item, attempt, error, cause } = event;
    const zone = useZone();
    const counted = [
        item !== null && sayItem(item, about),
        attempt !== null && t("attemptNumber", { number: attempt }),
    ];
    return html`
        <li class="event ${isError(event) ? "event-bad" : ""}">
            <div class="event-head">
                <span class="event-id">${id}</span>
                <strong>${isError(event) && html`<span aria-hidden="true">✕ </span>`}${type}</strong>
                ${state && html`<button class="quiet" onClick=${() => onPick(state, item)} aria-label=${t("onlyThisState", { state })}>${state}</button>`}
                <span>${counted.filter(Boolean).join(", ")}</span>
                ${(/** @type {const} */ (["input", "output", "cause"])).map(
                    (part) =>
                        event[part] !== null &&
                        !(part === "cause" && isAllSaid(event)) &&
                        html`<${Payload} key=${part} part=${part} text=${event[part]} isCut=${event.cut.includes(part)}
                            execution=${execution} id=${id} />`,
                )}
                <time class="instant" datetime=${at}>
                    <span title=${dateLabel(at, zone, locale())}>${exactClockLabel(at, zone, locale())}</span>
                    <small> ${utcBeside(at, zone, true)}</small>
                </time>
            </div>
            ${error && html`<p class="event-error"><code>${error}</code> ${cause && saidOf(cause)}</p>`}
        </li>`;
}
