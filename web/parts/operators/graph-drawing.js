// The graph of an execution, drawn: states with what became of them, ways with their conditions, those that were gone
// stressed. It scrolls in a region of its own; it is zoomed by buttons, keys and the wheel.

import { BECAME } from "../../executions.js";
import { END, HEIGHT, neighbour, pathOf, placed, START } from "../../graph-layout.js";
import { edgeKey } from "../../state-marks.js";
import { html, useLayoutEffect } from "../../vendor/preact.js";
import { t } from "../../words.js";
import { useEffect, useId, useMemo, useRef, useState } from "../hooks.js";
import { saidOf, sayRun } from "./state-table.js";

/** @typedef {import("../../graph-layout.js").Box} Box */
/** @typedef {import("../../state-marks.js").Mark} Mark */

const STEP = 1.25;
const [SMALLEST, LARGEST, READABLE] = [0.2, 2.5, 0.75];
const ARROWS = ["ArrowDown", "ArrowUp", "ArrowLeft", "ArrowRight"];

/**
 * @param {object} given
 * @param {import("../../state-marks.js").Graph} given.graph
 * @param {Map<string, Mark>} given.marks
 * @param {Set<string>} given.taken the ways that were gone
 * @param {import("../../what-runs.js").Runs} given.again what an act runs
 * @param {boolean} given.hasEnded the execution, and well
 * @param {string} given.name the execution's
 * @param {import("../../traces.js").Chosen} given.chosen
 * @param {(part: Partial<import("../../traces.js").Chosen>) => void} given.choose
 */
export function GraphDrawing({ graph, marks, taken, again, hasEnded, name, chosen, choose }) {
    const id = useId();
    const places = useMemo(() => placed(graph), [graph]);
    const view = useZoom(places);
    const boxes = useRef(/** @type {Map<string, SVGGElement>} */ (new Map()));
    const isGone = /** @param {{ from: string, to: string }} way */ (way) =>
        way.from === START
            ? marks.size > 0
            : way.to === END
              ? hasEnded && marks.has(way.from)
              : taken.has(edgeKey(way));
    const goAlong = /** @param {KeyboardEvent} event @param {string} from */ (event, from) => {
        if (event.key === "Enter" || event.key === " ") {
            event.preventDefault();
            choose({ state: from === chosen.state ? null : from });
        } else if (ARROWS.includes(event.key)) {
            const to = neighbour(graph, places, from, event.key, taken);
            event.preventDefault();
            if (to) boxes.current.get(to)?.focus();
        }
    };
    const states = places.boxes.filter((each) => each.name !== START && each.name !== END);
    return html`
        <div class="graph-tools" role="group" aria-label=${t("zoom")}>
            <button class="quiet" onClick=${view.closer}><span aria-hidden="true">+</span><span class="unseen">${t("zoomIn")}</span></button>
            <button class="quiet" onClick=${view.farther}><span aria-hidden="true">−</span><span class="unseen">${t("zoomOut")}</span></button>
            <button class="quiet" onClick=${view.fit}>${t("zoomFit")}</button>
            <span class="soft graph-keys">${t("graphKeys")}</span>
        </div>
        <div class="graph" ref=${view.region} tabindex="0" role="region" aria-label=${t("graphOf", { name })} ...${view.listeners}>
            <svg width=${places.width * view.scale} height=${places.height * view.scale}
                viewBox=${`0 0 ${places.width} ${places.height}`} role="group" aria-label=${t("states")}>
                <defs>
                    ${["way", "gone"].map(
                        (each) => html`
                        <marker key=${each} id=${`${id}-${each}`} class=${`head-${each}`} viewBox="0 0 8 8" refX="7" refY="4" markerUnits="userSpaceOnUse"
                            markerWidth="10" markerHeight="10" orient="auto"><path d="M0 0L8 4L0 8z" /></marker>`,
                    )}
                </defs>
                ${places.boxes.filter((each) => each.isAround).map((each) => html`<rect key=${each.name} class="around" ...${frameOf(each)} />`)}
                ${places.ways.map((way) => {
                    const gone = isGone(way);
                    return html`
                        <g key=${edgeKey(way)} class=${gone ? "gone" : way.caught ? "way caught" : "way"} aria-hidden="true">
                            <path d=${pathOf(way.points)} marker-end=${`url(#${id}-${gone ? "gone" : "way"})`} />
                            ${
                                way.label &&
                                way.at &&
                                html`<text x=${way.at.x} y=${way.at.y + 4} text-anchor="middle">${way.label}</text>`
                            }
                        </g>`;
                })}
                ${places.boxes
                    .filter((each) => each.name === START || each.name === END)
                    .map(
                        (each) =>
                            html`<circle key=${each.name} class="dot" cx=${each.x + each.width / 2} cy=${each.y + each.height / 2} r="7" aria-hidden="true" />`,
                    )}
                ${states.map(
                    (each) => html`
                    <${State} key=${each.name} box=${each} mark=${marks.get(each.name)} isChosen=${each.name === chosen.state}
                        run=${again.get(each.name)}
                        place=${(/** @type {SVGGElement | null} */ place) => place && boxes.current.set(each.name, place)}
                        onPress=${() => choose({ state: each.name === chosen.state ? null : each.name })}
                        onKey=${(/** @type {KeyboardEvent} */ event) => goAlong(event, each.name)} />`,
                )}
            </svg>
        </div>`;
}

/** @param {Box} box */
const frameOf = ({ x, y, width, height }) => ({ x, y, width, height, rx: 10 });

/**
 * @param {object} given
 * @param {Box} given.box
 * @param {Mark | undefined} given.mark
 * @param {boolean} given.isChosen
 * @param {import("../../what-runs.js").Run} [given.run] if the act is done
 * @param {(place: SVGGElement | null) => void} given.place
 * @param {() => void} given.onPress
 * @param {(event: KeyboardEvent) => void} given.onKey
 */
function State({ box, mark, isChosen, run, place, onPress, onKey }) {
    const became = mark?.became ?? "notEntered";
    const attempts = mark && mark.attempts > 1 ? t("attemptsCounted", { count: mark.attempts }) : "";
    const what = [box.kind, attempts].filter(Boolean).join(", ");
    const said = saidOf(mark);
    const will = sayRun(run);
    const wide = 7.2 * will.length + 14;
    return html`
        <g class=${`state state-${became} ${isChosen ? "state-chosen" : ""} ${run ? `state-again ${run.isSure ? "" : "state-perhaps"}` : ""}`}
            transform=${`translate(${box.x} ${box.y})`} ref=${place} role="button" tabindex="0" aria-pressed=${isChosen}
            aria-label=${[`${box.name} ${said}`, what, will].filter(Boolean).join(", ")} onClick=${onPress} onKeyDown=${onKey}>
            <rect class="box" width=${box.width} height=${HEIGHT} rx="10" />
            <text class="state-sign" x="20" y="44" aria-hidden="true">${BECAME[became].sign}</text>
            <text class="state-name" x="42" y="24">${`${box.name} `}</text>
            ${/* in the order in which it is named: at the edge of what is in view the short one, which is last, goes first */ ""}
            <text class="state-said" x="42" y="62">${`${said} `}</text>
            <text class="state-what" x="42" y="43">${`${what} `}</text>
            ${
                will &&
                html`
                <g class="again-mark" transform=${`translate(${box.width - 8 - wide} -9)`}>
                    <rect width=${wide} height="19" rx="9" />
                    <text x="7" y="13.5">${will}</text>
                </g>`
            }
        </g>`;
}

/**
 * How large the graph is drawn, and what changes that: what is in the middle stays there.
 *
 * @param {import("../../graph-layout.js").Places} places
 */
function useZoom({ width, boxes }) {
    const start = boxes.find((each) => each.name === START);
    const beginning = start ? start.x + start.width / 2 : 0;
    const region = useRef(/** @type {HTMLElement | null} */ (null));
    const [scale, setScale] = useState(READABLE);
    const held = useRef(/** @type {{ x: number, y: number, ratio: number } | null} */ (null));
    const zoom =
        /** @param {(before: number) => number} change @param {{ x: number, y: number }} [at] in the region */ (
            change,
            at,
        ) =>
            setScale((/** @type {number} */ before) => {
                const place = region.current;
                const after = Math.min(LARGEST, Math.max(SMALLEST, change(before)));
                const middle = at ?? { x: (place?.clientWidth ?? 0) / 2, y: (place?.clientHeight ?? 0) / 2 };
                held.current = { ...middle, ratio: after / before };
                return after;
            });
    useLayoutEffect(() => {
        const place = region.current;
        if (!place) return;
        if (!held.current) {
            place.scrollLeft = beginning * scale - place.clientWidth / 2; // it is seen where it begins
            return;
        }
        const { x, y, ratio } = held.current;
        place.scrollTo((place.scrollLeft + x) * ratio - x, (place.scrollTop + y) * ratio - y);
        held.current = null;
    }, [scale]);
    const fitting = () => (region.current ? (region.current.clientWidth - 2) / width : READABLE);
    const fit = () => zoom(() => Math.min(1, fitting()));
    const closer = () => zoom((before) => before * STEP);
    const farther = () => zoom((before) => before / STEP);
    useEffect(() => {
        setScale(Math.min(1, Math.max(fitting(), READABLE))); // as wide as there is room, and still to be read
    }, [width]);

    /** @type {Record<string, () => void>} */
    const keys = { "+": closer, "=": closer, "-": farther, 0: fit };
    const drag = useRef(/** @type {{ x: number, y: number } | null} */ (null));
    const listeners = {
        onKeyDown: /** @param {KeyboardEvent} event */ (event) => {
            if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return; // the browser's own
            event.preventDefault();
            keys[event.key]();
        },
        onWheel: /** @param {WheelEvent} event */ (event) => {
            if (!event.ctrlKey || !region.current) return;
            event.preventDefault();
            const { left, top } = region.current.getBoundingClientRect();
            zoom((before) => before * Math.exp(-event.deltaY / 300), {
                x: event.clientX - left,
                y: event.clientY - top,
            });
        },
        onPointerDown: /** @param {PointerEvent} event */ (event) => {
            const isOnState = event.target instanceof Element && event.target.closest(".state");
            if (event.pointerType !== "mouse" || event.button !== 0 || isOnState) return; // a finger scrolls by itself
            drag.current = { x: event.clientX, y: event.clientY };
            region.current?.setPointerCapture(event.pointerId);
        },
        onPointerMove: /** @param {PointerEvent} event */ (event) => {
            if (!drag.current) return;
            region.current?.scrollBy(drag.current.x - event.clientX, drag.current.y - event.clientY);
            drag.current = { x: event.clientX, y: event.clientY };
        },
        onPointerUp: () => {
            drag.current = null;
        },
        onPointerCancel: () => {
            drag.current = null;
        },
    };
    return { region, scale, fit, closer, farther, listeners };
}
