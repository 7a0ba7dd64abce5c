// The batch of acts that is under way. It belongs to no page: who looks at a trace meanwhile stops nothing.

import { call, newKey, read } from "./api.js";
import { carryOut, followAll, newBatch, told } from "./batches.js";
import { keepBatch, keptBatch } from "./kept-batch.js";
import { useEffect, useState } from "./parts/hooks.js";

/** @typedef {import("./acts.js").Why} Why */

/**
 * @typedef {object} Acting
 * @property {import("./batches.js").Batch | null} batch null: nothing was asked for, or it is closed
 * @property {Why | null} why null: it was asked for before the page was loaded, and the words are kept nowhere
 * @property {boolean} isGoing
 * @property {boolean} isStopping what is being asked for is waited for
 * @property {unknown} error why it stopped by itself
 */

/** @type {Acting} */
let now = { batch: keptBatch(), why: null, isGoing: false, isStopping: false, error: null };
/** @type {Set<(acting: Acting) => void>} */
const listeners = new Set();
let stop = new AbortController();
/** @type {AbortController | null} */
let following = null;

/** @param {Partial<Acting>} changed */
function change(changed) {
    now = { ...now, ...changed };
    if ("batch" in changed) keepBatch(now.batch);
    for (const listener of listeners) listener(now);
}

/** @type {import("./batches.js").Tell} */
const tell = (id, outcome) => {
    if (now.batch) change({ batch: told(now.batch, id, outcome) });
};

/** Asks for these acts, one after the other; nobody waits for that. @param {import("./matters.js").Deed[]} deeds @param {Why} why */
export function beginActs(deeds, why) {
    closeBatch(); // one that is over
    change({ batch: newBatch(deeds, newKey()) });
    goOn(why);
}

/** Does what is left. @param {Why | null} why */
export async function goOn(why = now.why) {
    if (now.isGoing || !now.batch || !why) return;
    stop = new AbortController();
    change({ why, isGoing: true, isStopping: false, error: null });
    follow();
    try {
        await carryOut(now.batch, why, { ask: call, tell, stopped: stop.signal });
    } catch (error) {
        change({ error });
    }
    change({ isGoing: false, isStopping: false });
}

/** Asks for no more. */
export function stopActing() {
    stop.abort();
    change({ isStopping: true });
}

/** Forgets the batch, once it is over or given up. */
export function closeBatch() {
    following?.abort();
    following = null;
    change({ batch: null, why: null, error: null });
}

function follow() {
    if (following || !now.batch) return;
    const own = new AbortController();
    following = own;
    followAll(() => now.batch, { read: (path) => read(path, own.signal), tell, stopped: own.signal }).finally(() => {
        if (following === own) following = null;
    });
}

/** @returns {Acting} */
export function useActing() {
    const [seen, setSeen] = useState(now);
    useEffect(() => {
        setSeen(now);
        listeners.add(setSeen);
        follow();
        return () => {
            listeners.delete(setSeen);
        };
    }, []);
    return seen;
}
