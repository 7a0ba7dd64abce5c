// Calls of the public contract. What is refused is a Problem; what can't be reached is Unreachable.

import { Problem, SignedOut, Unreachable, whole } from "./errors.js";
import { signIn } from "./session.js";

export { Problem, SignedOut, Unreachable };

const SECONDS = 20;

/**
 * @typedef {{ status: number, body: any, etag: string | null, location: string | null, at: number }} Answer
 *   `at`: when it was answered, by the clock of who answered.
 * @typedef {{ body?: unknown, key?: string, ifMatch?: string, stopped?: AbortSignal, open?: boolean }} Options
 *   `key`: the Idempotency-Key. `open`: the call is for everybody, without a token.
 */

/**
 * Makes a call, and makes it again where that does nothing twice: reading, and what has a key.
 *
 * @param {string} method
 * @param {string} path as `/v1/bookings`
 * @param {Options} [options]
 * @returns {Promise<Answer>}
 */
export async function call(method, path, options = {}) {
    const isSafe = method === "GET" || options.key !== undefined;
    for (let pause = 500; ; pause *= 2) {
        try {
            return await once(method, path, options);
        } catch (error) {
            const isAway =
                error instanceof Unreachable || (error instanceof Problem && [429, 503, 504].includes(error.status));
            if (!isSafe || !isAway || pause > 2000 || options.stopped?.aborted) throw error;
        }
        await new Promise((done) => setTimeout(done, pause));
    }
}

/** @param {string} method @param {string} path @param {Options} options @returns {Promise<Answer>} */
async function once(method, path, { body, key, ifMatch, stopped, open }) {
    /** @type {Record<string, string>} */
    const headers = { Accept: "application/json" };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (key !== undefined) headers["Idempotency-Key"] = key;
    if (ifMatch !== undefined) headers["If-Match"] = ifMatch;
    if (!open) {
        const token = await signIn.token();
        if (!token) throw new SignedOut();
        headers.Authorization = token;
    }
    const signal = AbortSignal.any([AbortSignal.timeout(SECONDS * 1000), ...(stopped ? [stopped] : [])]);
    const text = body === undefined ? undefined : JSON.stringify(body);
    const cache = open ? "default" : "no-store";
    const { answer, content } = await whole(
        fetch(path, { method, headers, body: text, signal, credentials: "omit", cache }),
    );
    if (answer.status === 401 && !open) {
        signIn.forget();
        throw new SignedOut();
    }
    if (!answer.ok) throw new Problem(answer.status, content);
    const at = Date.parse(answer.headers.get("Date") ?? "") || Date.now();
    return {
        status: answer.status,
        body: content,
        etag: answer.headers.get("ETag"),
        location: answer.headers.get("Location"),
        at,
    };
}

/** Reads. @param {string} path @param {AbortSignal} [stopped] @returns {Promise<any>} */
export const read = async (path, stopped) => (await call("GET", path, { stopped })).body;

/** Reads what everybody may: the catalogue. @param {string} path @param {AbortSignal} [stopped] @returns {Promise<any>} */
export const readOpen = async (path, stopped) =>
    (await call("GET", `/v1/catalogue${path}`, { stopped, open: true })).body;

/** A fresh Idempotency-Key. */
export const newKey = () => crypto.randomUUID();
