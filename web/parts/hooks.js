// Preact's hooks, and two of our own.

import { useEffect, useRef, useState } from "../vendor/preact.js";

export { useCallback, useContext, useEffect, useId, useMemo, useRef, useState } from "../vendor/preact.js";

/**
 * What a promise came to: `{ value }`, `{ error }`, or neither while it is under way.
 *
 * @template T
 * @param {(stopped: AbortSignal) => Promise<T>} ask
 * @param {unknown[]} of asks again when one of these changes
 * @returns {{ value?: T, error?: unknown, again: () => void }}
 */
export function useAsked(ask, of) {
    const [times, setTimes] = useState(0);
    const [answer, setAnswer] = useState(/** @type {{ value?: T, error?: unknown }} */ ({}));
    useEffect(() => {
        const stop = new AbortController();
        setAnswer({});
        ask(stop.signal).then(
            (value) => stop.signal.aborted || setAnswer({ value }),
            (error) => stop.signal.aborted || setAnswer({ error }),
        );
        return () => stop.abort();
    }, [...of, times]);
    return { ...answer, again: () => setTimes((before) => before + 1) };
}

/** Puts the focus on an element when it appears, as where the content went: `<h1 ref=${useFocus()} tabindex="-1">`. */
export function useFocus() {
    const place = useRef(/** @type {HTMLElement | null} */ (null));
    useEffect(() => {
        place.current?.focus();
    }, []);
    return place;
}
