// Reading an execution's events page by page, and the last page again when it has gone on meanwhile.

import { read } from "../../api.js";
import { eventsPath, lengthOf } from "../../trace-events.js";
import { useEffect, useRef, useState } from "../hooks.js";

/** @typedef {import("../../trace-events.js").EventPage & { cursor: string | null }} Page */

/**
 * @param {string} execution its key; another one is another component
 * @param {import("../../traces.js").Execution} [known] what the trace has of it by now
 */
export function useEvents(execution, known) {
    const [pages, setPages] = useState(/** @type {Page[]} */ ([]));
    const [error, setError] = useState(/** @type {unknown} */ (null));
    const [isAsking, setIsAsking] = useState(true);
    const stop = useRef(new AbortController());

    /** @param {number} place of the page @param {string | null} cursor */
    async function ask(place, cursor) {
        const { signal } = stop.current;
        setIsAsking(true);
        try {
            const page = await read(eventsPath(execution, cursor), signal);
            if (!signal.aborted) {
                setPages((before) => [...before.slice(0, place), { ...page, cursor }, ...before.slice(place + 1)]);
                setError(null);
            }
        } catch (problem) {
            if (!signal.aborted) setError(problem);
        }
        if (!signal.aborted) setIsAsking(false);
    }
    const last = pages.at(-1);
    const again = () => ask(Math.max(pages.length - 1, 0), last?.cursor ?? null);
    useEffect(() => {
        again();
    }, [lengthOf(known)]);
    useEffect(() => () => stop.current.abort(), []);
    const next = last?.next ?? null;
    return {
        ...{ events: pages.flatMap((page) => page.events), next, error, isAsking, again },
        more: () => ask(pages.length, next),
    };
}
