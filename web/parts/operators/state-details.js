// The chosen state: what became of it, each attempt with its error, the waits, the next retry; of a Map, its items.

import { attemptsOf, BECAME_OF_ATTEMPT } from "../../attempts.js";
import { BECAME } from "../../executions.js";
import { durationLabel, exactClockLabel, instantLabel } from "../../instants.js";
import { locale } from "../../locale.js";
import { becameOfStep } from "../../state-marks.js";
import { html } from "../../vendor/preact.js";
import { t } from "../../words.js";
import { useZone } from "../../zone.js";
import { useEffect, useRef } from "../hooks.js";
import { Became } from "./became.js";
import { NextRetry } from "./execution-facts.js";
import { ItemChoice } from "./item-choice.js";

/** @typedef {import("../../attempts.js").Attempt} Attempt */
/** @typedef {import("../../traces.js").Step} Step */
/** @typedef {import("../../traces.js").Execution} Execution */
/** @typedef {import("../../traces.js").Chosen} Chosen */

/**
 * @param {object} given
 * @param {import("../../state-marks.js").State} given.state
 * @param {Execution} given.execution
 * @param {Chosen} given.chosen
 * @param {(part: Partial<Chosen> & { view?: import("../../traces.js").View }) => void} given.choose
 * @param {boolean} given.isPressed somebody has just chosen it: it is brought into view
 * @param {boolean} given.isGoal and the focus goes here, for what was pressed is out of view then
 */
export function StateDetails({ state, execution, chosen, choose, isPressed, isGoal }) {
    const place = useRef(/** @type {HTMLElement | null} */ (null));
    useEffect(() => {
        if (!isPressed || !place.current) return;
        const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
        const isTall = place.current.offsetHeight > innerHeight; // then it is seen from its beginning
        place.current.scrollIntoView({ block: isTall ? "start" : "nearest", behavior: isCalm ? "instant" : "smooth" });
        if (isGoal) place.current.focus({ preventScroll: true });
    }, []);
    const close = () => {
        /** @type {SVGElement | null} */ (document.querySelector(".state-chosen"))?.focus();
        choose({ state: null });
    };
    const runs = execution.steps.filter((each) => each.name === state.name);
    const items = execution.steps.filter((each) => each.item !== null && [each.name, each.within].includes(state.name));
    const shown = chosen.item === null ? runs : runs.filter((each) => each.item === null || each.item === chosen.item);
    const isOfMany = items.length > 1;
    return html`
        <section class="state-details" ref=${place} tabindex="0" aria-label=${t("chosenState", { state: state.name })}>
            <h2>${state.name}</h2>
            <p class="soft">${[state.kind, state.comment].filter(Boolean).join(": ")}</p>
            ${runs.length === 0 && html`<p><${Became} became="notEntered" /></p>`}
            ${isOfMany && html`<${ItemChoice} items=${items} execution=${execution} item=${chosen.item} choose=${choose} />`}
            ${
                shown.length > 1
                    ? html`<p>${t("chooseAnItem")}</p>`
                    : shown.map((each) => html`<${Run} key=${each.item} step=${each} execution=${execution} />`)
            }
            <p class="buttons">
                <button class="quiet" onClick=${() => choose({ view: "events" })}>${t("itsEvents")}</button>
                <button class="quiet" onClick=${close}>${t("closeState")}</button>
            </p>
        </section>`;
}

/** One run of it. @param {{ step: Step, execution: Execution }} given */
function Run({ step, execution }) {
    const zone = useZone();
    const { waiting } = execution;
    const attempts = attemptsOf(step, execution);
    const isAwaited = waiting?.state === step.name && !step.left && step.attempts.at(-1)?.ended;
    return html`
        <p><${Became} became=${becameOfStep(step, execution)} /> ${" "}
            ${step.left ? t("took", { duration: durationLabel(Date.parse(step.left) - Date.parse(step.entered), locale()) }) : ""}</p>
        <p class="soft">${t("enteredAt", { when: instantLabel(step.entered, zone, locale()) })}</p>
        <ol class="attempts">
            ${attempts.map((each, at) => html`<li key=${at}><${AttemptOf} attempt=${each} before=${attempts[at - 1]} zone=${zone} isRedriven=${isRedriven(execution, each, attempts[at + 1])} /></li>`)}
        </ol>
        ${isAwaited && html`<p class="next-retry"><${NextRetry} waiting=${waiting} /></p>`}`;
}

/** Whether somebody restarted the execution between two attempts. @param {Execution} execution @param {Attempt} one @param {Attempt | undefined} next */
const isRedriven = (execution, one, next) =>
    execution.redriven.some(
        (at) =>
            Date.parse(at) >= Date.parse(one.ended ?? one.started) &&
            next &&
            Date.parse(at) <= Date.parse(next.started),
    );

/**
 * @param {object} given
 * @param {Attempt} given.attempt
 * @param {Attempt | undefined} given.before its cause is not said again
 * @param {string} given.zone
 * @param {boolean} given.isRedriven the next attempt is a restart's
 */
const AttemptOf = ({ attempt, before, zone, isRedriven }) => html`
    <${Became} became=${BECAME_OF_ATTEMPT[attempt.outcome] ?? "underWay"}>
        ${attempt.outcome === "timed_out" ? t("timedOut") : t(BECAME[BECAME_OF_ATTEMPT[attempt.outcome] ?? "underWay"].word)}
    <//>
    ${" "}${attempt.error && html`<code>${attempt.error}</code>`}
    <p class="soft">${[
        exactClockLabel(attempt.started, zone, locale()),
        attempt.ended && durationLabel(Date.parse(attempt.ended) - Date.parse(attempt.started), locale()),
        typeof attempt.waited === "number" &&
            t(isRedriven ? "thenRestarted" : "thenWaited", {
                duration: durationLabel(attempt.waited * 1000, locale()),
            }),
    ]
        .filter(Boolean)
        .join(", ")}</p>
    ${
        attempt.cause &&
        attempt.cause !== before?.cause &&
        html`<pre class="cause" tabindex="0" role="group" aria-label=${t("cause")}>${attempt.cause}</pre>`
    }`;
