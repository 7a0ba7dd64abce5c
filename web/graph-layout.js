// Where each state of a machine is drawn, and how the ways between them run. The places follow from the definition
// alone: what becomes of an execution moves nothing.

import { Graph, layout } from "./vendor/dagre.js";

/** @typedef {import("./state-marks.js").Graph} Definition */
/** @typedef {{ x: number, y: number }} Point */
/** @typedef {{ name: string, kind: string, x: number, y: number, width: number, height: number, isAround: boolean }} Box by its upper left corner; `isAround`: others are drawn in it */
/** @typedef {{ from: string, to: string, label: string, points: Point[], at: Point | null, caught: boolean }} Way `at`: the label's middle */
/** @typedef {{ width: number, height: number, boxes: Box[], ways: Way[] }} Places */

/** Where the machine begins and ends, drawn as dots. */
export const [START, END] = ["start of it", "end of it"]; // no state's name has spaces

export const HEIGHT = 76; // of a state without what is in it
const [LEAST_WIDTH, DOT] = [270, 22];
const [NAME_LETTER, LABEL_LETTER, LABEL_HEIGHT, LONGEST_LABEL] = [9, 6.6, 20, 34];
const [PADDING, MARGIN] = [16, 12];

/**
 * Lays a machine out, from the top to the bottom; what a Map or Parallel has within, inside its box.
 *
 * @param {Definition} definition
 * @returns {Places}
 */
export const placed = (definition) => level(definition, null);

/** @param {Definition} definition @param {string | null} within @returns {Places} */
function level(definition, within) {
    const states = definition.states.filter((each) => each.within === within);
    const names = new Set(states.map((each) => each.name));
    const ways = together(definition, names, within === null);
    /** @type {Map<string, Places>} */
    const inner = new Map(
        states
            .filter((each) => definition.states.some((one) => one.within === each.name))
            .map((each) => [each.name, level(definition, each.name)]),
    );

    const graph = new Graph();
    graph.setGraph({ rankdir: "TB", nodesep: 36, ranksep: 40, edgesep: 18, marginx: MARGIN, marginy: MARGIN });
    for (const { name } of states) {
        const inside = inner.get(name);
        graph.setNode(name, {
            width: Math.max(LEAST_WIDTH, NAME_LETTER * name.length + 40, (inside?.width ?? 0) + 2 * PADDING),
            height: HEIGHT + (inside ? inside.height + PADDING : 0),
        });
    }
    if (within === null) for (const dot of [START, END]) graph.setNode(dot, { width: DOT, height: DOT });
    for (const { from, to, label } of ways) {
        const size = label ? { width: label.length * LABEL_LETTER, height: LABEL_HEIGHT, labelpos: "c" } : {};
        graph.setEdge(from, to, size);
    }
    layout(graph);

    /** @type {Places} */
    const places = { width: graph.graph().width, height: graph.graph().height, boxes: [], ways: [] };
    for (const { name, kind } of states.concat(within === null ? [dotOf(START), dotOf(END)] : [])) {
        const { x, y, width, height } = graph.node(name);
        const box = { name, kind, x: x - width / 2, y: y - height / 2, width, height, isAround: inner.has(name) };
        places.boxes.push(box);
        const inside = inner.get(name);
        if (!inside) continue;
        const by = { x: box.x + (width - inside.width) / 2, y: box.y + HEIGHT };
        places.boxes.push(...inside.boxes.map((each) => ({ ...each, ...moved(each, by) })));
        places.ways.push(
            ...inside.ways.map((each) => ({
                ...each,
                points: each.points.map((point) => moved(point, by)),
                at: each.at && moved(each.at, by),
            })),
        );
    }
    for (const way of ways) {
        const { points, x, y } = graph.edge(way.from, way.to);
        places.ways.push({ ...way, points, at: x === undefined || y === undefined ? null : { x, y } });
    }
    return places;
}

/** @param {string} name */
const dotOf = (name) => ({ name, kind: "", within: null, comment: null, first: false });

/** @param {Point} point @param {Point} by @returns {Point} */
const moved = ({ x, y }, by) => ({ x: x + by.x, y: y + by.y });

/**
 * The ways between these states, each pair's once; and from the beginning, and to the end.
 *
 * @param {Definition} definition @param {Set<string>} names @param {boolean} isWhole
 */
function together({ start, edges }, names, isWhole) {
    /** @type {Map<string, { from: string, to: string, label: string, caught: boolean }>} */
    const found = new Map();
    if (isWhole) found.set(START, { from: START, to: start, label: "", caught: false });
    for (const { from, to, when, caught } of edges.filter((each) => names.has(each.from))) {
        const key = `${from} ${to}`;
        const label = [found.get(key)?.label, when].filter(Boolean).join(" or ");
        found.set(key, { from, to, label: shortened(label), caught });
    }
    if (isWhole) {
        const going = new Set(edges.map((each) => each.from));
        for (const name of names) {
            if (!going.has(name)) found.set(`${name} ${END}`, { from: name, to: END, label: "", caught: false });
        }
    }
    return [...found.values()];
}

/** @param {string} label */
const shortened = (label) => (label.length > LONGEST_LABEL ? `${label.slice(0, LONGEST_LABEL - 1)}…` : label);

/** A way as an SVG path, with its corners rounded. @param {Point[]} points */
export function pathOf(points) {
    const at = /** @param {Point} point */ ({ x, y }) => `${round(x)} ${round(y)}`;
    const middle = /** @param {number} n */ (n) => ({
        x: (points[n].x + points[n + 1].x) / 2,
        y: (points[n].y + points[n + 1].y) / 2,
    });
    const bends = points.slice(1, -1).map((point, n) => `Q${at(point)} ${at(middle(n + 1))}`);
    return `M${at(points[0])}L${at(middle(0))}${bends.join("")}L${at(points[points.length - 1])}`;
}

/** @param {number} value */
const round = (value) => Math.round(value * 10) / 10;

/**
 * The state that an arrow key leads to: down and up along the ways (into a Map and out of it), and to the next beside.
 *
 * @param {Definition} definition
 * @param {Places} places
 * @param {string} from
 * @param {string} key as `ArrowDown`
 * @param {Set<string>} taken the ways that were gone, as `edgeKey` calls them: they are gone along first
 * @returns {string | null}
 */
export function neighbour(definition, places, from, key, taken) {
    const boxes = new Map(places.boxes.map((each) => [each.name, each]));
    const here = boxes.get(from);
    const state = definition.states.find((each) => each.name === from);
    if (!here || !state) return null;
    const inside = definition.states.filter((each) => each.within === from);
    const preferred = /** @param {string[]} names */ (names) =>
        names.find((each) => taken.has(key === "ArrowDown" ? `${from} ${each}` : `${each} ${from}`)) ??
        names[0] ??
        null;
    if (key === "ArrowDown") {
        if (inside.length) return (inside.find((each) => each.first) ?? inside[0]).name;
        const after = definition.edges.filter((each) => each.from === from).map((each) => each.to);
        return (
            preferred(after) ??
            (state.within &&
                preferred(definition.edges.filter((each) => each.from === state.within).map((each) => each.to)))
        );
    }
    if (key === "ArrowUp") {
        if (state.first && state.within) return state.within;
        return preferred(definition.edges.filter((each) => each.to === from).map((each) => each.from));
    }
    const side = key === "ArrowLeft" ? -1 : 1;
    const beside = places.boxes
        .filter((each) => definition.states.some((one) => one.name === each.name && one.within === state.within))
        .filter(
            (each) => side * (each.x - here.x) > 0 && each.y < here.y + here.height && here.y < each.y + each.height,
        )
        .sort((one, other) => side * (one.x - other.x));
    return beside[0]?.name ?? null;
}
