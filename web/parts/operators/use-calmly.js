// Something that is asked for again by itself, while what is known of it stays: nobody loses their place.

import { useEffect, useState } from "../hooks.js";

/**
 * @template T
 * @param {(stopped: AbortSignal) => Promise<{ body: T, at: number }>} ask
 * @param {unknown[]} of when one of these changes, it is something else that is asked for
 * @param {(value: T | undefined) => number | null} pauseOf how long until it is asked for again (ms); null: only by a press
 * @returns {{ value?: T, at?: number, error?: unknown, isAsking: boolean, again: () => void }} with an `error`, `value`
 *   is what was known before; `at`: of when it is
 */
export function useCalmly(ask, of, pauseOf) {
    const key = JSON.stringify(of);
    const [seen, setSeen] = useState(
        /** @type {{ key: string, value?: T, at?: number, error?: unknown, isAsking: boolean }} */ ({
            key,
            isAsking: true,
        }),
    );
    const [times, setTimes] = useState(0);
    const again = () => setTimes((/** @type {number} */ before) => before + 1);

    useEffect(() => {
        const stop = new AbortController();
        const known = /** @param {typeof seen} before */ (before) => (before.key === key ? before : { key });
        setSeen((/** @type {typeof seen} */ before) => ({ ...known(before), isAsking: true }));
        ask(stop.signal).then(
            ({ body, at }) => stop.signal.aborted || setSeen({ key, value: body, at, isAsking: false }),
            (error) =>
                stop.signal.aborted ||
                setSeen((/** @type {typeof seen} */ before) => ({ ...known(before), error, isAsking: false })),
        );
        return () => stop.abort();
    }, [key, times]);

    useEffect(() => {
        const pause = pauseOf(seen.value);
        if (seen.isAsking || pause === null) return;
        const due = Date.now() + pause;
        const look = () => !document.hidden && Date.now() >= due && again();
        const timer = setTimeout(look, pause);
        document.addEventListener("visibilitychange", look); // who comes back sees what is so now
        return () => {
            clearTimeout(timer);
            document.removeEventListener("visibilitychange", look);
        };
    }, [seen]);

    return { ...(seen.key === key ? seen : { isAsking: true }), again };
}
