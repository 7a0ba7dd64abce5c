// A booking's executions on one axis of time, which is broken where nothing happened for long: chapter by chapter, a lane a
// state, a bar an attempt. The same as a table, for who rather reads.

import { machineName } from "../../executions.js";
import { clockLabel, durationLabel } from "../../instants.js";
import { locale } from "../../locale.js";
import { chaptersOf } from "../../trace-chapters.js";
import { groupsOf, instantsOf } from "../../trace-lanes.js";
import { idleIn, waysOf } from "../../trace-messages.js";
import { momentsOf } from "../../trace-moments.js";
import { html } from "../../vendor/preact.js";
import { t } from "../../words.js";
import { useZone } from "../../zone.js";
import { useMemo, useState } from "../hooks.js";
import { Became } from "./became.js";
import { LifeLine } from "./life-line.js";
import { TimelineChapter } from "./timeline-chapter.js";
import { TimelineTable } from "./timeline-table.js";

/** @param {import("../../traces.js").Seen} given */
export function TimelineView({ trace, chosen, choose }) {
    const zone = useZone();
    const [wanted, setWanted] = useState(/** @type {Record<string, boolean>} */ ({}));
    const [isTable, setIsTable] = useState(false);
    const { groups, moments, chapters } = useMemo(() => {
        const open = (/** @type {string} */ key) => wanted[key] ?? (key === chosen.execution || undefined);
        const groups = groupsOf(trace.executions, Date.now(), open, idleIn(waysOf(trace)));
        const moments = momentsOf(trace);
        return {
            groups,
            moments,
            chapters: chaptersOf(
                instantsOf(
                    groups,
                    moments.map(({ at }) => at),
                ),
            ),
        };
    }, [trace, wanted, chosen.execution]);
    if (!chapters.length) return html`<p>${t("nothingHappened")}</p>`;
    const given = { groups, moments, zone, chosen, choose };
    const open = (/** @type {string} */ key, /** @type {boolean} */ isOpen) => setWanted({ ...wanted, [key]: isOpen });
    return html`
        <div class="timeline">
            ${trace.executions.filter((each) => each.waiting).map((each) => html`<${Due} key=${each.name} execution=${each} zone=${zone} />`)}
            ${chapters.length > 1 && html`<${LifeLine} chapters=${chapters} groups=${groups} zone=${zone} />`}
            <div class="timeline-how">
                <p>${t("timelineHow")}</p>
                <button class="quiet" aria-pressed=${isTable} onClick=${() => setIsTable(!isTable)}>${t("asATable")}</button>
            </div>
            ${
                isTable
                    ? html`<${TimelineTable} ...${given} />`
                    : chapters.map(
                          (chapter) => html`
                        <${Quiet} ms=${chapter.quiet} />
                        <${TimelineChapter} key=${chapter.from} chapter=${chapter} onOpen=${open} ...${given} />`,
                      )
            }
        </div>`;
}

/** For how long nothing happened. @param {{ ms: number | null }} given */
const Quiet = ({ ms }) =>
    ms !== null && html`<p class="quiet-time">${t("nothingFor", { time: durationLabel(ms, locale()) })}</p>`;

/** When the next retry comes. @param {{ execution: import("../../traces.js").Execution, zone: string }} given */
function Due({ execution: { machine, waiting }, zone }) {
    if (!waiting) return null;
    const { state, error, retry, retries, latest } = waiting;
    return html`
        <p class="due"><${Became} became="waiting">${machineName(machine, t)}, ${state}<//>: <code>${error}</code> · ${t("nextRetry", { retry, retries })}
            ${clockLabel(latest, zone, locale())}
        </p>`;
}
