// The items of a Map: how many came to what, and one of them to look at.

import { BECAME } from "../../executions.js";
import { becameOfStep } from "../../state-marks.js";
import { html } from "../../vendor/preact.js";
import { t } from "../../words.js";
import { useId } from "../hooks.js";
import { sayItem } from "./codes.js";

/** @typedef {import("../../executions.js").Became} Became */
/** @typedef {import("../../traces.js").Step} Step */

/** @type {Became[]} those that need a look first */
const ORDER = ["failed", "stopped", "waiting", "underWay", "done"];

/**
 * @param {object} given
 * @param {Step[]} given.items their steps
 * @param {import("../../traces.js").Execution} given.execution
 * @param {number | null} given.item
 * @param {(part: { item: number | null }) => void} given.choose
 */
export function ItemChoice({ items, execution, item, choose }) {
    const id = useId();
    const of = byItem(items, execution);
    const groups = ORDER.map(
        (became) => /** @type {[Became, Item[]]} */ ([became, of.filter((each) => each.became === became)]),
    ).filter(([, some]) => some.length);
    return html`
        <div class="field">
            <label for=${id}>${t("itemsOf", { count: of.length })}: ${groups.map(([became, some]) => `${some.length} ${t(BECAME[became].word)}`).join(", ")}</label>
            <select id=${id} value=${item === null ? "" : String(item)}
                onChange=${(/** @type {any} */ event) => choose({ item: event.currentTarget.value === "" ? null : Number(event.currentTarget.value) })}>
                <option value="">${t("everyItem")}</option>
                ${groups.map(
                    ([became, some]) => html`
                    <optgroup key=${became} label=${`${BECAME[became].sign} ${t(BECAME[became].word)}`}>
                        ${some.map((each) => html`<option key=${each.item} value=${String(each.item)}>${each.name}</option>`)}
                    </optgroup>`,
                )}
            </select>
        </div>`;
}

/** @typedef {{ item: number, became: Became, name: string }} Item */

/** @param {Step[]} steps @param {import("../../traces.js").Execution} execution @returns {Item[]} */
function byItem(steps, execution) {
    /** @type {Map<number, Item>} */
    const found = new Map();
    for (const step of steps) {
        const item = Number(step.item);
        const became = becameOfStep(step, execution);
        const before = found.get(item);
        const isWorse = !before || ORDER.indexOf(became) < ORDER.indexOf(before.became);
        const name = sayItem(item, step.about);
        found.set(item, {
            item,
            became: isWorse ? became : before.became,
            name: step.about || !before ? name : before.name,
        });
    }
    return [...found.values()].sort((one, other) => one.item - other.item);
}
