// The executions of a trace: which there are, what became of each, and which one is looked at.

import { becameOf, machineName } from "../../executions.js";
import { instantLabel } from "../../instants.js";
import { locale } from "../../locale.js";
import { usePath } from "../../router.js";
import { choosing, keyOf, queryOf } from "../../traces.js";
import { html } from "../../vendor/preact.js";
import { t } from "../../words.js";
import { useZone } from "../../zone.js";
import { useEffect, useRef } from "../hooks.js";
import { Became, Undelivered } from "./became.js";
import { Link } from "./link.js";

/** @typedef {import("../../traces.js").Chosen} Chosen */

/**
 * @param {object} given
 * @param {import("../../traces.js").Trace} given.trace
 * @param {Chosen} given.chosen
 * @param {import("../../traces.js").View} given.view
 */
export function ExecutionChoice({ trace, chosen, view }) {
    const zone = useZone();
    const path = usePath();
    const list = useRef(/** @type {HTMLElement | null} */ (null));
    useEffect(() => {
        const current = list.current?.querySelector("[aria-current]")?.parentElement;
        if (current && list.current) list.current.scrollTop = current.offsetTop - list.current.offsetTop - 60; // is seen
    }, [chosen.execution === null]);
    return html`
        <nav class="execution-choice" aria-label=${t("executions")}>
            <ul ref=${list}>
                ${trace.executions.map((each) => {
                    const key = keyOf(each);
                    const leads = `${path}${queryOf(view, choosing(chosen, { execution: key }))}`;
                    return html`
                        <li key=${key}>
                            <${Link} href=${leads} current=${key === chosen.execution ? "true" : undefined}>
                                <strong>${machineName(each.machine, t)}</strong>
                                <${Became} became=${becameOf(each)} />
                                <${Undelivered} execution=${each} />
                                <small>${each.name}</small>
                                <small>${instantLabel(each.started, zone, locale())}</small>
                            <//>
                        </li>`;
                })}
            </ul>
        </nav>`;
}
