// One press, one request: what is under way is not asked for again.

import { useState } from "./parts/hooks.js";

/**
 * @template T
 * @param {() => Promise<T>} act
 * @param {(answer: T) => void} onDone
 */
export function usePress(act, onDone) {
    const [isAsking, setIsAsking] = useState(false);
    const [error, setError] = useState(/** @type {unknown} */ (null));
    return {
        isAsking,
        error,
        async press() {
            setIsAsking(true);
            setError(null);
            try {
                onDone(await act());
            } catch (problem) {
                setError(problem);
            }
            setIsAsking(false);
        },
    };
}
