// One axis of time for a booking's whole life, which has weeks of nothing between seconds of work: where nothing happens
// for long the axis is broken, and what lies between is a chapter with a scale of its own.

/** A retry is waited for at most a minute; twice that is no part of the same work. */
const QUIET_MS = 120_000;

/** So much of a chapter's width its intervals share evenly, that none is too short to be seen; the rest is to scale. */
const SHARED = 0.5;

/**
 * @typedef {object} Chapter
 * @property {number} from
 * @property {number} to
 * @property {number | null} quiet for how long nothing happened before it; null: it is the first
 * @property {(at: number) => number} place where an instant is on its axis, from 0 to 1
 */

/**
 * @param {number[]} instants in which something happened, in any order
 * @returns {Chapter[]} in their order
 */
export function chaptersOf(instants) {
    /** @type {number[][]} */
    const found = [];
    for (const at of [...new Set(instants)].sort((one, other) => one - other)) {
        const last = found.at(-1);
        if (last && at - (last.at(-1) ?? at) <= QUIET_MS) last.push(at);
        else found.push([at]);
    }
    return found.map((points, number) => ({
        from: points[0],
        to: points[points.length - 1],
        quiet: number ? points[0] - found[number - 1][found[number - 1].length - 1] : null,
        place: scaleOf(points),
    }));
}

/** @param {number[]} points sorted, each once @returns {(at: number) => number} */
function scaleOf(points) {
    const [first, last] = [points[0], points[points.length - 1]];
    const intervals = points.length - 1;
    if (intervals === 0) return () => 0;
    const shared = SHARED / intervals;
    return (at) => {
        if (at <= first) return 0;
        if (at >= last) return 1;
        const next = points.findIndex((each) => each > at);
        const part = (at - points[next - 1]) / (points[next] - points[next - 1]);
        return shared * (next - 1 + part) + (1 - SHARED) * ((at - first) / (last - first));
    };
}

/** What of these lies in a chapter. @template {{ from: number, to: number }} T @param {T[]} bars @param {Chapter} chapter */
export const within = (bars, { from, to }) => bars.filter((each) => each.from <= to && each.to >= from);
