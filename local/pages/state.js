// What the laptop cloud says of itself, looked at again and again while somebody looks; and changing it.

import { whole } from "../../web/errors.js";
import { useEffect, useState } from "../../web/parts/hooks.js";

const LOOK_MS = 1000;
const SECONDS = 60;

/** The laptop cloud has answered that it did not do it, and why. */
export class NotDone extends Error {}

/**
 * @param {"GET" | "PUT" | "DELETE"} method
 * @param {string} path
 * @param {unknown} [body]
 * @param {AbortSignal} [stopped]
 * @returns {Promise<any>}
 */
export async function ask(method, path, body, stopped) {
    const signal = AbortSignal.any([AbortSignal.timeout(SECONDS * 1000), ...(stopped ? [stopped] : [])]);
    const headers = method === "GET" ? undefined : { "Content-Type": "application/json" };
    const text = body === undefined ? undefined : JSON.stringify(body);
    const { answer, content } = await whole(fetch(path, { method, headers, body: text, signal, cache: "no-store" }));
    if (!answer.ok) throw new NotDone(content.message ?? String(answer.status));
    return content;
}

/**
 * What is at a path, as it is now; while nobody answers, as it was last, with the error.
 *
 * @template T
 * @param {string} path
 * @returns {{ value?: T, error?: unknown, put: (value: T) => void }} `put`: it is known to be so now
 */
export function useWatched(path) {
    const [seen, setSeen] = useState(/** @type {{ path: string, value?: T, error?: unknown }} */ ({ path }));
    const [times, setTimes] = useState(0);
    useEffect(() => {
        const stop = new AbortController();
        let timer = 0;
        let before = "";
        async function look() {
            try {
                const value = document.hidden && before ? undefined : await ask("GET", path, undefined, stop.signal);
                const now = JSON.stringify(value);
                if (!stop.signal.aborted && now && now !== before) setSeen({ path, value });
                before = now ?? before;
            } catch (error) {
                if (!stop.signal.aborted)
                    setSeen(({ value, ...last }) => ({ path, value: last.path === path ? value : undefined, error }));
                before = "";
            }
            if (!stop.signal.aborted) timer = setTimeout(look, LOOK_MS);
        }
        look();
        return () => {
            stop.abort();
            clearTimeout(timer);
        };
    }, [path, times]);
    return {
        value: seen.path === path ? seen.value : undefined,
        error: seen.path === path ? seen.error : undefined,
        put(value) {
            setSeen({ path, value });
            setTimes((count) => count + 1); // what was asked before may be answered late
        },
    };
}
