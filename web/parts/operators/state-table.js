// The states of an execution as a table: all that the graph shows, for who does not see it, or would rather read.

import { BECAME } from "../../executions.js";
import { durationLabel } from "../../instants.js";
import { locale } from "../../locale.js";
import { edgeKey } from "../../state-marks.js";
import { html } from "../../vendor/preact.js";
import { t } from "../../words.js";
import { useId } from "../hooks.js";
import { Became } from "./became.js";

/** @typedef {import("../../state-marks.js").Graph} Graph */
/** @typedef {import("../../state-marks.js").Mark} Mark */
/** @typedef {import("../../traces.js").Chosen} Chosen */

/** `50 done, 2 failed` of many, the word of one. @param {Mark | undefined} mark */
export const saidOf = (mark) => {
    if (!mark) return t(BECAME.notEntered.word);
    if (mark.steps.length === 1) return t(BECAME[mark.became].word);
    return [...mark.counts].map(([became, count]) => `${count} ${t(BECAME[became].word)}`).join(", ");
};

/** Whether a state will run, or may, and how much of it. @param {import("../../what-runs.js").Run | undefined} run */
export const sayRun = (run) =>
    run
        ? t(run.isSure ? "willRun" : "mayRun") +
          (run.items === null ? "" : ` (${t("itemsAgain", { count: run.items })})`)
        : "";

/**
 * @param {object} given
 * @param {Graph} given.graph
 * @param {Map<string, Mark>} given.marks
 * @param {Set<string>} given.taken the ways that were gone
 * @param {import("../../what-runs.js").Runs} given.again what an act runs
 * @param {Chosen} given.chosen
 * @param {(part: Partial<Chosen>) => void} given.choose
 */
export function StateTable({ graph, marks, taken, again, chosen, choose }) {
    const id = useId();
    return html`
        <h2 id=${id} class="states-title">${t("states")}</h2>
        <div class="wide-table" tabindex="0" role="region" aria-labelledby=${id}>
            <table class="states">
                <thead>
                    <tr>
                        <th scope="col">${t("state")}</th>
                        <th scope="col">${t("kind")}</th>
                        <th scope="col">${t("whatHappened")}</th>
                        <th scope="col">${t("attempts")}</th>
                        <th scope="col">${t("duration")}</th>
                        <th scope="col">${t("wentOnTo")}</th>
                    </tr>
                </thead>
                <tbody>
                    ${graph.states.map(
                        ({ name, kind, within }) => html`
                        <tr key=${name} class=${name === chosen.state ? "chosen-row" : undefined}>
                            <th scope="row">
                                <button class="quiet" aria-pressed=${name === chosen.state}
                                    onClick=${() => choose({ state: name === chosen.state ? null : name })}>${name}</button>
                                ${within && html`<small>${t("withinState", { state: within })}</small>`}
                            </th>
                            <td>${kind}</td>
                            <td>
                                <${Became} became=${marks.get(name)?.became ?? "notEntered"}>${saidOf(marks.get(name))}<//>
                                ${again.has(name) && html`<small class="again">${sayRun(again.get(name))}</small>`}
                            </td>
                            <td>${marks.get(name)?.attempts || "–"}</td>
                            <td>${lasted(marks.get(name))}</td>
                            <td>${wentOn(graph, taken, name, marks.get(name)?.became === "done")}</td>
                        </tr>`,
                    )}
                </tbody>
            </table>
        </div>`;
}

/** @param {Mark | undefined} mark */
const lasted = (mark) => (mark?.ms == null ? "–" : durationLabel(mark.ms, locale()));

/** The ways out of a state that were gone, or else those that there are. @param {Graph} graph @param {Set<string>} taken @param {string} name @param {boolean} isDone */
function wentOn(graph, taken, name, isDone) {
    const out = graph.edges.filter((each) => each.from === name);
    const gone = out.filter((each) => taken.has(edgeKey(each)));
    if (gone.length) return gone.map((each) => each.to).join(", ");
    if (isDone) return t("itsEnd");
    const ways = out.map((each) => (each.when ? `${each.to} (${each.when})` : each.to));
    return html`<small>${t("mayGoOn", { to: ways.join(", ") || t("itsEnd") })}</small>`;
}
