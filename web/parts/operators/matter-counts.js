// How much needs a person, by kind; each leads to the list of its kind alone.

import { KINDS } from "../../matters.js";
import { html } from "../../vendor/preact.js";
import { t } from "../../words.js";

/** @typedef {import("../../matters.js").MatterKind} MatterKind */

/** @type {Record<MatterKind, import("../../words.js").Word>} */
export const KIND_WORDS = {
    failed: "mattersFailed",
    unreached: "mattersUnreached",
    payment: "mattersPayments",
    dead_letter: "mattersDeadLetters",
};

/** @param {{ seen: any, kind: MatterKind | null }} given */
export function MatterCounts({ seen, kind }) {
    return html`
        <nav class="matter-counts" aria-label=${t("mattersByKind")}>
            ${KINDS.map(
                (each) => html`
                <a href="/operate?kind=${each}" aria-current=${each === kind ? "page" : undefined}>
                    <strong>${seen.counts[each] ?? "?"}</strong> ${t(KIND_WORDS[each])}
                    ${noteOf(seen, each) && html`<small>${noteOf(seen, each)}</small>`}
                </a>`,
            )}
            ${kind && html`<a href="/operate">${t("mattersAll")}</a>`}
        </nav>`;
}

/** What there is to say of a count that is not all there may be. @param {any} seen @param {MatterKind} kind */
function noteOf(seen, kind) {
    if (seen.counts[kind] === null) return t("countNotKnown");
    return seen.counts.at_least.includes(kind) ? t("countAtLeast") : "";
}
