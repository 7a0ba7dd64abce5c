// Asking for a cancellation or a move, once, and following it to its end.

import { call, read } from "./api.js";
import { Problem } from "./errors.js";
import { follow } from "./following.js";
import { forgetKey, keptKey, keyFor } from "./kept-key.js";
import { useEffect, useRef, useState } from "./parts/hooks.js";

/**
 * @typedef {Record<string, any>} Change the answer of GET /v1/changes/{change_id}
 * @typedef {{ phase: "open" | "asking" | "following" | "decided", change?: Change, error?: unknown, isAway?: boolean, isLost?: boolean }} State
 *   `isLost`: what was asked for before a reload has not arrived
 */

/**
 * @param {"cancellation" | "rescheduling"} kind
 * @param {string} bookingId
 */
export function useChange(kind, bookingId) {
    const name = `${kind}:${bookingId}`;
    const [state, setState] = useState(/** @type {State} */ ({ phase: keptKey(name) ? "following" : "open" }));
    const stop = useRef(new AbortController());

    /** @param {string} key @param {boolean} isAccepted */
    async function toItsEnd(key, isAccepted) {
        const stopped = stop.current.signal;
        const ask = async () => {
            try {
                return await read(`/v1/changes/${key}?kind=${kind}`, stopped);
            } catch (error) {
                if (isAccepted && error instanceof Problem && error.status === 404) return { outcome: null }; // in a moment
                throw error;
            }
        };
        const change = await follow(ask, (each) => each.outcome !== null, {
            stopped,
            onAway: (isAway) => setState({ phase: "following", isAway }),
        });
        if (!change) return;
        forgetKey(name);
        setState({ phase: "decided", change });
    }

    useEffect(() => {
        stop.current = new AbortController();
        const kept = keptKey(name);
        if (kept) {
            toItsEnd(kept.key, false).catch((error) => {
                const hasNotArrived = error instanceof Problem && error.status === 404;
                setState({ phase: "open", ...(hasNotArrived ? { isLost: true } : { error }) });
            });
        }
        return () => stop.current.abort();
    }, [name]);

    return {
        ...state,

        /** What was asked for before and has not arrived, so that the page can show it again. */
        kept: () => keptKey(name)?.asked ?? null,

        /** Asks: the same again is the same request. @param {Record<string, string>} body @param {string} reason in words */
        async ask(body, reason) {
            setState({ phase: "asking" });
            const key = keyFor(name, body);
            try {
                if (reason) await giveReason(key, reason);
                await call("POST", `/v1/bookings/${bookingId}/${kind}`, { body, key, stopped: stop.current.signal });
                setState({ phase: "following" });
                await toItsEnd(key, true);
            } catch (error) {
                if (stop.current.signal.aborted) return;
                if (error instanceof Problem && error.status < 500 && error.status !== 429) forgetKey(name);
                setState({ phase: "open", error });
            }
        },

        /** Back to choosing. */
        reopen: () => setState({ phase: "open" }),
    };
}

/** The words go first, under the change's key. @param {string} key @param {string} text */
async function giveReason(key, text) {
    try {
        await call("PUT", `/v1/changes/${key}/reason`, { body: { text } });
    } catch (error) {
        const isAsked = error instanceof Problem && error.kind === "idempotency-key-used"; // they went with the first press
        if (!isAsked) throw error;
    }
}
