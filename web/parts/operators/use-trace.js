// A trace that is asked for, and asked for again as long as something of it is under way and somebody looks.

import { read } from "../../api.js";
import { follow } from "../../following.js";
import { askedAgain } from "../../trace-again.js";
import { areAlike, keyOf, running, withExecutions } from "../../traces.js";
import { useEffect, useRef, useState } from "../hooks.js";

/** @typedef {import("../../traces.js").Trace} Trace */
/** @typedef {import("../../traces.js").Execution} Execution */
/** @typedef {(trace: Trace) => boolean} IsThere */

const PAUSE_MS = 2000;

/** @param {string} key of an execution @param {AbortSignal} [stopped] @returns {Promise<Execution>} */
export const readExecution = (key, stopped) => read(`/v1/executions/${key}`, stopped);

/**
 * The trace as it is now. What is shown stays while it is asked for again: nobody loses their place in it.
 *
 * @param {(stopped: AbortSignal) => Promise<Trace>} ask for all of it
 * @param {string | null} wanted an execution that must be in it with its steps, as `booking/7c9e6679`
 * @returns {{ trace?: Trace, at?: number, error?: unknown, lost?: unknown, isAway: boolean, isAsking: boolean,
 *     again: (isThere?: IsThere) => void }}
 *   `at`: of when the trace is. `lost`: why the wanted execution can't be shown. `isAsking`: since somebody pressed.
 *   `again`: asks now, until what was done is seen and over
 */
export function useTrace(ask, wanted) {
    const [seen, setSeen] = useState(
        /** @type {{ trace?: Trace, at?: number, error?: unknown, isAway: boolean, isAsking: boolean }} */ ({
            isAway: false,
            isAsking: true,
        }),
    );
    const [awaited, setAwaited] = useState(/** @type {{ isThere: IsThere }} */ ({ isThere: () => true }));
    const [lost, setLost] = useState(/** @type {unknown} */ (undefined));
    const latest = useRef(/** @type {Trace | undefined} */ (undefined));
    const change = /** @param {Partial<typeof seen>} changed */ (changed) => {
        if (changed.trace) latest.current = changed.trace;
        setSeen((/** @type {typeof seen} */ before) => ({ ...before, ...changed }));
    };

    useEffect(() => {
        const stop = new AbortController();
        const isOver = /** @param {Trace} trace */ (trace) => {
            const isStill = !latest.current || areAlike(latest.current, trace);
            change({ trace, at: Date.now(), isAsking: false });
            const isKnown = running(trace).length === 0 && trace.missing.length === 0;
            return isStill && isKnown && awaited.isThere(trace);
        };
        change({ error: undefined, isAsking: true });
        const one = /** @param {string} key */ (key) => readExecution(key, stop.signal);
        follow(() => askedAgain(latest.current, () => ask(stop.signal), one), isOver, {
            stopped: stop.signal,
            pause: (ms) => pauseUnseen(Math.max(ms, PAUSE_MS), stop.signal),
            onAway: (isAway) => change(isAway ? { isAway, isAsking: false } : { isAway }),
        }).catch((error) => change({ error, isAsking: false }));
        return () => stop.abort();
    }, [awaited]);

    const found = seen.trace?.executions.find((each) => keyOf(each) === wanted);
    const isToBeRead = Boolean(seen.trace && wanted && (!found || found.unread));
    useEffect(() => {
        setLost(undefined);
        if (!isToBeRead || !wanted) return;
        const stop = new AbortController();
        readExecution(wanted, stop.signal).then(
            (execution) => latest.current && change({ trace: withExecutions(latest.current, [execution]) }),
            (error) => stop.signal.aborted || setLost(error),
        );
        return () => stop.abort();
    }, [isToBeRead, wanted]);

    return { ...seen, lost, again: (isThere = () => true) => setAwaited({ isThere }) };
}

/** A pause, and on as long as nobody sees the page. @param {number} ms @param {AbortSignal} stopped */
async function pauseUnseen(ms, stopped) {
    await new Promise((done) => setTimeout(done, ms));
    if (!document.hidden || stopped.aborted) return;
    await new Promise((seen) => {
        document.addEventListener("visibilitychange", seen, { once: true, signal: stopped });
        stopped.addEventListener("abort", seen, { once: true });
    });
}
