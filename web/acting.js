// An act's call: one key as long as nobody knows what became of it, so that a press again does nothing twice.

import { call, Problem } from "./api.js";
import { forgetKey, keyFor } from "./kept-key.js";

/** @typedef {{ act_id: string, recorded: "in_history" | "in_queue", machine: string, name: string }} ExecutionAct what was started, or restarted */

/**
 * @param {string} path of the call
 * @param {import("./acts.js").Why} why
 * @param {Record<string, string>} [of] what makes it another act: how often the same was done before
 * @returns {Promise<any>} what the API answers
 */
export async function act(path, why, of = {}) {
    const kept = `act:${path}`;
    try {
        const { body } = await call("POST", path, { body: why, key: keyFor(kept, of) });
        forgetKey(kept);
        return body;
    } catch (error) {
        if (error instanceof Problem && error.status < 500 && error.status !== 429) forgetKey(kept); // it was not done, and that is known
        throw error;
    }
}
