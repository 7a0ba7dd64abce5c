// The bars of a lane, drawn: coloured and signed by what became of them, each to be chosen.

import { BECAME } from "../../executions.js";
import { isChosen } from "../../trace-lanes.js";
import { html } from "../../vendor/preact.js";
import { sayBar } from "./timeline-words.js";

export const MIDDLE = 14;

/** Where an instant is, as SVG says it. @param {import("../../trace-chapters.js").Chapter} chapter */
export const percentOf = (chapter) => (/** @type {number} */ at) => `${(100 * chapter.place(at)).toFixed(2)}%`;

/**
 * @param {object} given
 * @param {import("../../trace-lanes.js").Bar[]} given.bars of this chapter
 * @param {import("../../trace-lanes.js").Lane} given.lane
 * @param {import("../../trace-lanes.js").Group} given.group
 * @param {import("../../trace-chapters.js").Chapter} given.chapter
 * @param {string} given.zone
 * @param {import("../../traces.js").Chosen} given.chosen
 * @param {import("../../traces.js").Seen["choose"]} given.choose
 * @param {boolean} given.isFirst the keyboard comes to its chapter here
 */
export function Bars({ bars, lane, group, chapter, zone, chosen, choose, isFirst }) {
    const { state, item } = lane;
    const isPressed = isChosen(chosen, group.key, lane);
    const press = () =>
        choose({ execution: group.key, ...(isPressed ? { state: null, item: null } : { state, item }) });
    const percent = percentOf(chapter);
    const below = bars.filter((each) => each.kind === "wait"); // what is an attempt is drawn over the waits
    return html`
        <svg class="bars" height=${2 * MIDDLE} width="100%">
            <line class="track" x1="0" x2="100%" y1=${MIDDLE} y2=${MIDDLE} />
            ${[...below, ...bars.filter((each) => each.kind !== "wait")].map((bar, number) => {
                const line = { x1: percent(bar.from), x2: percent(bar.to), y1: MIDDLE, y2: MIDDLE };
                return html`
                    <g key=${`${bar.kind}:${bar.from}`} class="bar bar-${bar.kind} bar-${bar.became}" data-bar role="button"
                        tabindex=${isFirst && number === 0 ? 0 : -1} aria-pressed=${isPressed} aria-label=${sayBar(bar, lane, zone)}
                        onClick=${press} onKeyDown=${(/** @type {KeyboardEvent} */ event) => pressed(event, press)}>
                        <title>${sayBar(bar, lane, zone)}</title>
                        <line class="bar-reach" ...${line} />
                        <line class="bar-line" ...${line} />
                        ${bar.kind !== "wait" && html`<text class="bar-sign" x=${line.x2} y=${MIDDLE} aria-hidden="true">${BECAME[bar.became].sign}</text>`}
                    </g>`;
            })}
        </svg>`;
}

/** @param {KeyboardEvent} event @param {() => void} press */
function pressed(event, press) {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    press();
}
