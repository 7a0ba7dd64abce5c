// The events of the chosen execution, as Step Functions kept them: filtered, page by page.

import { aboutOf, chosenOf, each, isError } from "../../trace-events.js";
import { chosenIn } from "../../traces.js";
import { html } from "../../vendor/preact.js";
import { t } from "../../words.js";
import { useId } from "../hooks.js";
import { ProblemNotice } from "../problem.js";
import { Waiting } from "../waiting.js";
import { sayItem } from "./codes.js";
import { ExecutionEvent } from "./execution-event.js";
import { useEvents } from "./reading-events.js";

/** @typedef {import("../../traces.js").Seen} Seen */

/** @param {Seen} given */
export function EventsView({ trace, chosen, choose }) {
    const key = chosen.execution;
    if (!key) return html`<p>${t("noneToSee")}</p>`;
    return html`<${Events} key=${key} execution=${key} known=${chosenIn(trace, chosen)} chosen=${chosen} choose=${choose} />`;
}

/**
 * @param {object} given
 * @param {string} given.execution its key
 * @param {import("../../traces.js").Execution} [given.known] what the trace has of it
 * @param {Seen["chosen"]} given.chosen
 * @param {Seen["choose"]} given.choose
 */
function Events({ execution, known, chosen, choose }) {
    const { events, next, error, isAsking, more, again } = useEvents(execution, known);
    const id = useId();
    const { type = null, onlyErrors = false } = chosen;
    const shown = chosenOf(events, { state: chosen.state, item: chosen.item, type: type ?? "", onlyErrors });
    const states = each([...events.map(({ state }) => state), chosen.state]);
    const types = each([...events.map((event) => event.type), type]);
    const pick = (/** @type {string | null} */ state, /** @type {number | null} */ item = null) =>
        choose({ execution, state, item });
    return html`
        <fieldset class="filter">
            <legend>${t("showOnly")}</legend>
            <div>
                <label for=${`${id}-state`}>${t("state")}</label>
                <select id=${`${id}-state`} value=${chosen.state ?? ""} onChange=${(/** @type {any} */ { target }) => pick(target.value || null)}>
                    <option value="">${t("allStates")}</option>
                    ${states.map((state) => html`<option value=${state}>${state}</option>`)}
                </select>
            </div>
            <div>
                <label for=${`${id}-kind`}>${t("kind")}</label>
                <select id=${`${id}-kind`} value=${type ?? ""} onChange=${(/** @type {any} */ { target }) => choose({ type: target.value || null })}>
                    <option value="">${t("allTypes")}</option>
                    ${types.map((each) => html`<option value=${each}>${each}</option>`)}
                </select>
            </div>
            <label class="check">
                <input type="checkbox" checked=${onlyErrors} onChange=${() => choose({ onlyErrors: !onlyErrors })} />
                ${t("onlyErrors", { count: events.filter(isError).length })}
            </label>
            ${
                chosen.item !== null &&
                html`<button class="quiet" onClick=${() => pick(chosen.state)}>${t("allItems", { item: sayItem(chosen.item, aboutOf(chosen, known)) })}</button>`
            }
        </fieldset>
        <p role="status">${events.length > 0 && t("eventsShown", { shown: shown.length, read: events.length, isAll: !next })}</p>
        <ol class="event-list">
            ${shown.map((event) => html`<${ExecutionEvent} key=${event.id} event=${event} about=${aboutOf(event, known)} execution=${execution} onPick=${pick} />`)}
        </ol>
        ${error && html`<${ProblemNotice} away="awayExecutions" error=${error} missing="noSuchExecution" onAgain=${again} />`}
        ${isAsking && events.length === 0 && html`<${Waiting} />`}
        ${next && html`<button class="button second" disabled=${isAsking} onClick=${more}>${t("moreEvents")}</button>`}`;
}
