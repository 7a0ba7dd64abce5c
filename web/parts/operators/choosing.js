// Choosing some of a list, to act on them together.

import { html } from "../../vendor/preact.js";
import { t } from "../../words.js";
import { useState } from "../hooks.js";

/** @typedef {import("../../matters.js").Deed} Deed */
/**
 * @typedef {object} Choice
 * @property {Deed[]} possible all there are to choose from
 * @property {Deed[]} chosen in the order of the list; what is no longer in it is not chosen
 * @property {(deed: Deed) => boolean} has
 * @property {(deeds: Deed[], isChosen: boolean) => void} set
 */

/** @param {Deed[]} possible @returns {Choice} */
export function useChoice(possible) {
    const [ids, setIds] = useState(/** @type {Set<string>} */ (new Set()));
    return {
        possible,
        chosen: possible.filter((each) => ids.has(each.id)),
        has: ({ id }) => ids.has(id),
        set: (deeds, isChosen) =>
            setIds((/** @type {Set<string>} */ before) => {
                const after = new Set(before);
                for (const { id } of deeds) after[isChosen ? "add" : "delete"](id);
                return after;
            }),
    };
}

/** @param {{ choice: Choice, deed: Deed, name: string }} given */
export const ChooseOne = ({ choice, deed, name }) => html`
    <label class="choose">
        <input type="checkbox" checked=${choice.has(deed)} aria-label=${t("chooseOne", { name })}
            onChange=${(/** @type {any} */ event) => choice.set([deed], event.currentTarget.checked)} />
    </label>`;

/** @param {{ choice: Choice, deeds: Deed[], children?: any }} given `children`: what they are called together */
export function ChooseAll({ choice, deeds, children }) {
    if (deeds.length === 0) return null;
    const count = deeds.filter(choice.has).length;
    return html`
        <label class="choose choose-all">
            <input type="checkbox" checked=${count === deeds.length} indeterminate=${count > 0 && count < deeds.length}
                onChange=${(/** @type {any} */ event) => choice.set(deeds, event.currentTarget.checked)} />
            <span>${children}</span>
        </label>`;
}
