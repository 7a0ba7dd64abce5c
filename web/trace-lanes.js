// The executions of a booking as lanes with bars: a lane a state, a bar an attempt, and the waits between them.

import { attemptsOf, BECAME_OF_ATTEMPT, runsOf } from "./attempts.js";
import { becameOf } from "./executions.js";
import { becameOfStep } from "./state-marks.js";
import { keyOf } from "./traces.js";

/** @typedef {import("./traces.js").Execution} Execution */
/** @typedef {import("./traces.js").Step} Step */
/** @typedef {import("./executions.js").Became} Became */
/**
 * @typedef {object} Bar
 * @property {"execution" | "state" | "attempt" | "wait" | "due"} kind `due`: a retry comes until its end
 * @property {Became} became
 * @property {number} from
 * @property {number} to
 * @property {number} [number] of an attempt, from 1; of a retry
 * @property {number} [of] how many there are
 * @property {string | null} [error]
 */
/** @typedef {{ state: string | null, item: number | null, about: Step["about"], outcome: string | null, isIdle: boolean, isInner: boolean, bars: Bar[] }} Lane */
/** @typedef {{ key: string, execution: Execution, isOpen: boolean, lanes: Lane[] }} Group */

/** So few executions are shown with all their states. */
const FEW = 4;

/** Whether nobody needs to look into it. @param {Execution} execution */
const isDone = ({ status, steps }) =>
    status === "SUCCEEDED" && steps.every((step) => step.attempts.every((attempt) => attempt.error === null));

/**
 * @param {Execution[]} executions
 * @param {number} now
 * @param {(key: string) => boolean | undefined} wanted whether somebody wants to see its states; undefined: as is usual
 * @param {Set<string>} [idle] where messages were not sent, for they had been before: as `idleIn` says it
 * @returns {Group[]}
 */
export function groupsOf(executions, now, wanted, idle = new Set()) {
    return executions.map((execution) => {
        const key = keyOf(execution);
        const isOpen = execution.steps.length > 0 && (wanted(key) ?? (executions.length <= FEW || !isDone(execution)));
        const lanes = isOpen ? lanesOf(execution, now, idle) : [wholeOf(execution, now)];
        return { key, execution, isOpen, lanes };
    });
}

/** @param {Execution} execution @param {number} now @returns {Lane} */
function wholeOf(execution, now) {
    const { started, stopped, error, status } = execution;
    const end = at(stopped) ?? now;
    const runs = runsOf({ name: null, entered: started, left: status === "SUCCEEDED" ? stopped : null }, execution);
    const bars = barsOf("execution", runs.slice(0, -1), execution, end);
    const from = Date.parse(runs.at(-1)?.started ?? started);
    bars.push({ kind: "execution", became: becameOf(execution), error, from, to: end });
    return { state: null, item: null, about: null, outcome: null, isIdle: false, isInner: false, bars };
}

/** @param {Execution} execution @param {number} now @param {Set<string>} idle @returns {Lane[]} */
function lanesOf(execution, now, idle) {
    const end = at(execution.stopped) ?? now;
    const lanes = execution.steps.map((step) => ({
        state: step.name,
        item: step.item,
        about: step.about,
        outcome: step.outcome ?? null,
        isIdle: idle.has(`${keyOf(execution)} ${step.item}`),
        isInner: step.within !== null,
        bars: barsOfStep(step, execution, end),
    }));
    const waiting = execution.waiting;
    const lane = waiting && lanes.findLast((each) => each.state === waiting.state);
    if (waiting && lane) {
        const { retry: number, retries: of, error } = waiting;
        const [from, to] = [Date.parse(waiting.since), Date.parse(waiting.latest)];
        lane.bars.push({ kind: "due", became: "waiting", from, to, number, of, error });
    }
    return lanes;
}

/** A bar an attempt; of what has none, one. @param {Step} step @param {Execution} execution @param {number} end @returns {Bar[]} */
function barsOfStep(step, execution, end) {
    const attempts = attemptsOf(step, execution);
    if (attempts.length) return barsOf(step.attempts.length ? "attempt" : "state", attempts, execution, end);
    const [from, to] = [Date.parse(step.entered), at(step.left) ?? end];
    return [{ kind: "state", became: becameOfStep(step, execution), from, to }];
}

/** @param {Bar["kind"]} kind @param {import("./attempts.js").Attempt[]} attempts @param {Execution} execution @param {number} end @returns {Bar[]} */
function barsOf(kind, attempts, execution, end) {
    const redriven = execution.redriven.map((each) => Date.parse(each));
    const of = attempts.length;
    return attempts.flatMap(({ started, ended, outcome, error }, place) => {
        const [from, to] = [Date.parse(started), at(ended) ?? end];
        const next = at(attempts[place + 1]?.started ?? null);
        /** @type {Bar} */
        const bar = { kind, became: BECAME_OF_ATTEMPT[outcome], from, to, number: place + 1, of, error };
        const isRetried = next !== null && next > to && !redriven.some((each) => each >= to && each <= next);
        return isRetried ? [bar, { kind: "wait", became: "waiting", from: to, to: next }] : [bar];
    });
}

/** @param {string | null} instant */
const at = (instant) => (instant === null ? null : Date.parse(instant));

/**
 * When something happened, for the axis: every end of a bar, every moment beside them.
 *
 * @param {Group[]} groups @param {number[]} moments
 */
export function instantsOf(groups, moments) {
    const bars = groups.flatMap((group) => group.lanes).flatMap((lane) => lane.bars);
    const redriven = groups.flatMap((group) => group.execution.redriven).map((each) => Date.parse(each));
    return [...bars.flatMap(({ from, to }) => [from, to]), ...redriven, ...moments];
}

/** Whether a lane is what is chosen: of a state without an item, each of its items is. @param {import("./traces.js").Chosen} chosen @param {string} key @param {Lane} lane */
export const isChosen = (chosen, key, { state, item }) =>
    chosen.execution === key && chosen.state === state && (chosen.item === null || chosen.item === item);
