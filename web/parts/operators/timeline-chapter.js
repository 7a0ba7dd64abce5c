// A chapter of a booking's life: what happened within minutes, on a scale of its own.

import { becameOf, machineName } from "../../executions.js";
import { clockLabel, durationLabel, instantLabel, utcBeside } from "../../instants.js";
import { locale } from "../../locale.js";
import { within } from "../../trace-chapters.js";
import { html } from "../../vendor/preact.js";
import { t } from "../../words.js";
import { Became } from "./became.js";
import { Bars } from "./timeline-bars.js";
import { Beside } from "./timeline-beside.js";
import { sayLane, sayStatus } from "./timeline-words.js";

/**
 * @param {object} given
 * @param {import("../../trace-chapters.js").Chapter} given.chapter
 * @param {import("../../trace-lanes.js").Group[]} given.groups
 * @param {import("../../trace-moments.js").Beside[]} given.moments
 * @param {string} given.zone
 * @param {import("../../traces.js").Chosen} given.chosen
 * @param {import("../../traces.js").Seen["choose"]} given.choose
 * @param {(key: string, isOpen: boolean) => void} given.onOpen
 */
export function TimelineChapter({ chapter, groups, moments, zone, chosen, choose, onOpen }) {
    const { from, to } = chapter;
    const until = clockLabel(to, zone, locale());
    const beside = moments.filter(({ at }) => at >= from && at <= to);
    const shown = groups
        .map((group) => ({
            group,
            lanes: group.lanes
                .map((lane) => ({ lane, bars: within(lane.bars, chapter) }))
                .filter(({ bars }) => bars.length),
        }))
        .filter(({ lanes }) => lanes.length);
    return html`
        <section class="chapter" aria-label=${t("chapterOf", { time: instantLabel(from, zone, locale()) })} onKeyDown=${steer}>
            <h2 class="chapter-time">
                ${instantLabel(from, zone, locale())}${until !== clockLabel(from, zone, locale()) && ` – ${until}`}
                <small> ${utcBeside(from, zone)} · ${durationLabel(to - from, locale())}</small>
            </h2>
            ${shown.map(({ group, lanes }, place) => {
                const { key, execution, isOpen } = group;
                return html`
                    <div class="group" role="group" aria-label=${`${machineName(execution.machine, t)} ${execution.name}`} key=${key}>
                        <div class="group-head">
                            <button class="quiet" aria-pressed=${chosen.execution === key && chosen.state === null}
                                onClick=${() => choose({ execution: key, state: null, item: null })}>
                                ${machineName(execution.machine, t)}
                            </button>
                            <span class="group-name">${execution.name}</span>
                            <${Became} became=${becameOf(execution)}>${sayStatus(execution)}<//>
                            ${
                                execution.steps.length > 0 &&
                                html`<button class="quiet" aria-expanded=${isOpen} onClick=${() => onOpen(key, !isOpen)}
                                    aria-label=${t("statesOf", { count: execution.steps.length, execution: key })}>
                                    ${t("statesCount", { count: execution.steps.length })}</button>`
                            }
                        </div>
                        ${lanes.map(
                            ({ lane, bars }, number) => html`
                            <div class="lane ${lane.isInner ? "lane-inner" : ""}" key=${`${lane.state}:${lane.item}:${number}`}>
                                <span class="lane-name">${sayLane(lane)}</span>
                                <${Bars} bars=${bars} lane=${lane} group=${group} chapter=${chapter} zone=${zone}
                                    chosen=${chosen} choose=${choose} isFirst=${place === 0 && number === 0} />
                            </div>`,
                        )}
                    </div>`;
            })}
            <${Beside} moments=${beside} chapter=${chapter} zone=${zone} />
        </section>`;
}

/** From bar to bar, by arrows. @param {KeyboardEvent & { currentTarget: HTMLElement }} event */
function steer(event) {
    const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -Infinity, End: Infinity };
    const step = steps[/** @type {keyof typeof steps} */ (event.key)];
    const bars = [...event.currentTarget.querySelectorAll("[data-bar]")];
    const here = bars.indexOf(document.activeElement ?? event.currentTarget);
    if (step === undefined || here < 0) return;
    event.preventDefault();
    const next = bars[Math.min(Math.max(here + step, 0), bars.length - 1)];
    /** @type {SVGElement} */ (next).focus();
}
