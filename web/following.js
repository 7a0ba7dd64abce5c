// Following something that a workflow decides, until it is decided.

import { Problem, Unreachable } from "./errors.js";
import { mayPass } from "./problems.js";

const FIRST_MS = 700;
const LAST_MS = 5000;

/**
 * Asks again and again until what is answered is decided: sooner at first, then every five seconds.
 *
 * Nobody answering is no end, nor is a practice whose database is away: it is said through `onAway`, and asked again.
 * Every other error ends it.
 *
 * @template T
 * @param {() => Promise<T>} ask
 * @param {(answer: T) => boolean} isDecided
 * @param {{ stopped: AbortSignal, onAway?: (isAway: boolean) => void, pause?: (ms: number) => Promise<unknown> }} how
 * @returns {Promise<T | null>} null when it was stopped
 */
export async function follow(ask, isDecided, { stopped, onAway = () => {}, pause = sleep }) {
    for (let ms = FIRST_MS; !stopped.aborted; ms = Math.min(ms * 1.5, LAST_MS)) {
        try {
            const answer = await ask();
            if (stopped.aborted) return null;
            onAway(false);
            if (isDecided(answer)) return answer;
        } catch (error) {
            if (stopped.aborted) return null;
            const isAwayNow = error instanceof Unreachable || (error instanceof Problem && mayPass(error));
            if (!isAwayNow) throw error;
            onAway(true);
        }
        await pause(ms);
    }
    return null;
}

/** @param {number} ms */
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
