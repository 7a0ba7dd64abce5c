// The timeline as a table: what the bars show, a row each.

import { BECAME, machineName } from "../../executions.js";
import { durationLabel } from "../../instants.js";
import { locale } from "../../locale.js";
import { html } from "../../vendor/preact.js";
import { t } from "../../words.js";
import { Instant } from "./moment.js";
import { sayBeside, sayLane, sayWhat } from "./timeline-words.js";

/** @param {{ groups: import("../../trace-lanes.js").Group[], moments: import("../../trace-moments.js").Beside[] }} given */
export function TimelineTable({ groups, moments }) {
    const bars = groups.flatMap(({ key, execution, lanes }) =>
        lanes.flatMap((lane) =>
            lane.bars.map((bar) => ({
                at: bar.from,
                key: `${key}:${lane.state}:${lane.item}:${bar.kind}:${bar.from}`,
                whose: `${machineName(execution.machine, t)} ${execution.name}`,
                where: sayLane(lane),
                what: `${BECAME[bar.became].sign} ${[sayWhat(bar), bar.error].filter(Boolean).join(": ")}`,
                took: durationLabel(bar.to - bar.from, locale()),
            })),
        ),
    );
    const beside = moments.map((each, place) => ({
        at: each.at,
        key: `beside:${place}`,
        whose: t(each.kind === "message" ? "viewMessages" : "viewHistory"),
        where: "",
        what: sayBeside(each),
        took: "",
    }));
    const rows = [...bars, ...beside].sort((one, other) => one.at - other.at);
    return html`
        <div class="wide-table" role="region" tabindex="0" aria-label=${t("asATable")}>
            <table>
                <thead><tr>${["atTime", "executionOf", "state", "whatHappened", "duration"].map((word) => html`<th scope="col">${t(/** @type {any} */ (word))}</th>`)}</tr></thead>
                <tbody>
                    ${rows.map(
                        ({ at, key, whose, where, what, took }) => html`
                        <tr key=${key}>
                            <td><${Instant} at=${new Date(at).toISOString()} /></td>
                            <td>${whose}</td><td>${where}</td><td>${what}</td><td>${took}</td>
                        </tr>`,
                    )}
                </tbody>
            </table>
        </div>`;
}
