// Of when a list is, and a press to look again. What can't be asked again is said; what was known stays.

import { clockLabel } from "../../instants.js";
import { locale } from "../../locale.js";
import { html } from "../../vendor/preact.js";
import { t } from "../../words.js";
import { useZone } from "../../zone.js";
import { ProblemNotice } from "../problem.js";
import { Waiting } from "../waiting.js";

/** @typedef {{ value?: any, at?: number, error?: any, isAsking: boolean, again: () => void }} Asked */

/** @param {{ asked: Asked, away?: import("../../words.js").Word }} given `away`: who is, if nobody answers for it */
export function AsOf({ asked: { value, at, error, isAsking, again }, away = "awayExecutions" }) {
    const zone = useZone();
    if (error && value === undefined) return html`<${ProblemNotice} error=${error} away=${away} onAgain=${again} />`;
    if (value === undefined || at === undefined) return html`<${Waiting} />`;
    const time = clockLabel(at, zone, locale());
    return html`
        <p class="as-of">
            <span class=${error ? "warning" : "soft"} role=${error ? "alert" : undefined}>${t(error ? "asOfLost" : "asOf", { time })}</span>
            <button class="quiet" onClick=${again} aria-disabled=${isAsking}>${t("lookAgain")}</button>
        </p>`;
}
