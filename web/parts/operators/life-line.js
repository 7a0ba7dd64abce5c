// A booking's whole life to scale: where in it something happened, and where something went wrong.

import { spanLabels } from "../../instants.js";
import { locale } from "../../locale.js";
import { within } from "../../trace-chapters.js";
import { html } from "../../vendor/preact.js";
import { t } from "../../words.js";

/**
 * @param {{ chapters: import("../../trace-chapters.js").Chapter[], groups: import("../../trace-lanes.js").Group[], zone: string }} given
 */
export function LifeLine({ chapters, groups, zone }) {
    const [first, last] = [chapters[0].from, chapters[chapters.length - 1].to];
    const failed = groups
        .flatMap((group) => group.lanes)
        .flatMap((lane) => lane.bars)
        .filter((bar) => bar.became === "failed");
    return html`
        <figure class="life">
            <figcaption>${t("lifeLine", { count: chapters.length, ...spanLabels(first, last, zone, locale()) })}</figcaption>
            <svg class="bars" height="28" width="100%" aria-hidden="true">
                <line class="track" x1="0" x2="100%" y1="14" y2="14" />
                ${chapters.map((chapter) => {
                    const x = `${((100 * (chapter.from - first)) / (last - first)).toFixed(2)}%`;
                    const isBad = within(failed, chapter).length > 0;
                    return html`
                        <g class="bar ${isBad ? "bar-failed" : "bar-done"}">
                            <line class="bar-line" x1=${x} x2=${x} y1="14" y2="14" />
                            ${isBad && html`<text class="bar-sign" x=${x} y="14">✕</text>`}
                        </g>`;
                })}
            </svg>
        </figure>`;
}
