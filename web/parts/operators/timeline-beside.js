// What was beside the executions of a chapter: marks on its axis, and what they are in words.

import { clockLabel } from "../../instants.js";
import { locale } from "../../locale.js";
import { html } from "../../vendor/preact.js";
import { t } from "../../words.js";
import { MIDDLE, percentOf } from "./timeline-bars.js";
import { sayBeside } from "./timeline-words.js";

const SIGNS = { message: "✉", history: "✎" };

/**
 * @param {object} given
 * @param {import("../../trace-moments.js").Beside[]} given.moments of this chapter
 * @param {import("../../trace-chapters.js").Chapter} given.chapter
 * @param {string} given.zone
 */
export function Beside({ moments, chapter, zone }) {
    if (!moments.length) return null;
    const percent = percentOf(chapter);
    return html`
        ${(/** @type {const} */ (["message", "history"])).map((kind) => {
            const some = moments.filter((each) => each.kind === kind);
            return (
                some.length > 0 &&
                html`
                <div class="lane">
                    <span class="lane-name">${SIGNS[kind]} ${t(kind === "message" ? "viewMessages" : "viewHistory")}</span>
                    <svg class="bars" height=${2 * MIDDLE} width="100%" aria-hidden="true">
                        <line class="track" x1="0" x2="100%" y1=${MIDDLE} y2=${MIDDLE} />
                        ${some.map(({ at, isBad }) => html`<circle class=${isBad ? "mark-bad" : "mark"} cx=${percent(at)} cy=${MIDDLE} r=${isBad ? 7 : 5} />`)}
                    </svg>
                </div>`
            );
        })}
        <ul class="beside">
            ${moments.map(
                (each) => html`
                <li class=${each.isBad ? "beside-bad" : ""}>
                    <span aria-hidden="true">${each.isBad ? "✗" : SIGNS[each.kind]}</span> ${clockLabel(each.at, zone, locale())} ${sayBeside(each)}
                </li>`,
            )}
        </ul>`;
}
