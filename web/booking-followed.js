// A booking that is looked at: followed until it is decided, while it is held, and until its fee has a page.

import { call, read } from "./api.js";
import { choice, forgetChoice, requestOf } from "./choice.js";
import { draft, forgetDraft } from "./draft.js";
import { Problem, Unreachable } from "./errors.js";
import { follow } from "./following.js";
import { forgetKey, keptKey } from "./kept-key.js";
import { sendNote } from "./note.js";
import { useEffect, useState } from "./parts/hooks.js";
import { weeks } from "./parts/picker.js";
import { onItsWay, pauseIn, stateOf } from "./payments.js";
import { mayPass } from "./problems.js";
import { replace } from "./router.js";

const LONG_MS = 10_000;
const ARRIVING_MS = 6_000;

/**
 * @typedef {{ booking?: any, ahead: number, error?: unknown, isAway?: boolean, isLong?: boolean, isNoteLost?: boolean }} Followed
 *   `ahead`: how far the practice's clock is ahead of this device's, in milliseconds
 */

/**
 * The booking, as it is now, and at last as it was decided.
 *
 * @param {string} id
 * @param {object} how
 * @param {boolean} how.isOurs it was asked for here, and was not decided yet
 * @param {import("./payments.js").Back} how.back
 * @param {boolean} how.isFeeAsked a page to pay the fee on was asked for
 * @param {number} how.times changes when it is to be asked for again
 * @returns {Followed}
 */
export function useFollowed(id, { isOurs, back, isFeeAsked, times }) {
    const [state, setState] = useState(/** @type {Followed} */ ({ ahead: 0 }));
    useEffect(() => {
        const stop = new AbortController();
        const change = /** @param {Partial<Followed>} changed */ (changed) =>
            setState((/** @type {Followed} */ before) => ({ ...before, ...changed }));
        const begun = Date.now();
        const timer = setTimeout(() => change({ isLong: true }), LONG_MS);
        /** @type {{ booking?: any, ahead: number }} */
        let latest = { ahead: 0 };
        change({ error: undefined });
        const ask = async () => {
            try {
                const { body, at } = await call("GET", `/v1/bookings/${id}`, { stopped: stop.signal });
                // The first session of a series may be refused, and the others held: the series says so.
                const isOfOthers = body.status === "rejected" && body.series_id === id;
                const hold = isOfOthers ? (await read(`/v1/series/${id}`, stop.signal)).hold : body.hold;
                return { booking: { ...body, hold: hold ?? null }, ahead: at + 999 - Date.now() }; // answers tell whole seconds
            } catch (error) {
                const isArriving =
                    isOurs && error instanceof Problem && error.status === 404 && Date.now() - begun < ARRIVING_MS;
                throw isArriving || (mayPass(error) && error instanceof Problem) ? new Unreachable() : error;
            }
        };
        const isSettled = /** @param {{ booking: any, ahead: number }} answer */ (answer) => {
            // What is typed is in memory only: it goes before its writer leaves for the payment.
            if (isOurs && answer.booking.hold && !latest.booking?.hold) noteSent(answer.booking).then(change);
            latest = answer;
            change(answer);
            return (
                isDecided(answer.booking) && !awaitsFee(answer.booking, back, isFeeAsked) && !onItsWay(answer.booking)
            );
        };
        const pause = /** @param {number} ms */ (ms) => {
            const hold = latest.booking?.hold;
            const usual = hold ? pauseIn(stateOf(hold, back, Date.now() + latest.ahead), ms) : ms;
            return pausedOrSeen(usual, stop.signal);
        };
        follow(ask, isSettled, { stopped: stop.signal, onAway: (isAway) => change({ isAway }), pause })
            .then(
                async (answer) => {
                    if (!answer) return;
                    change({ isLong: false });
                    if (back) replace(location.pathname); // the provider's word is heard: what comes later is another matter
                    if (isOurs) change(await settled(answer.booking));
                },
                (error) => change({ error }),
            )
            .finally(() => clearTimeout(timer));
        return () => {
            clearTimeout(timer);
            stop.abort();
        };
    }, [id, times, isFeeAsked]);
    return state;
}

/** @param {any} booking */
const isDecided = ({ status, hold }) => status !== "pending" && !hold;

/** @param {any} booking @param {import("./payments.js").Back} back @param {boolean} isAsked */
const awaitsFee = ({ payment }, back, isAsked) =>
    payment?.status === "fee_due" && (back === "done" || (isAsked && !payment.checkout_url));

/** Pauses, or until somebody comes back to this page. @param {number} ms @param {AbortSignal} stopped @returns {Promise<void>} */
const pausedOrSeen = (ms, stopped) =>
    new Promise((done) => {
        const over = () => {
            clearTimeout(timer);
            document.removeEventListener("visibilitychange", seen);
            stopped.removeEventListener("abort", over);
            done();
        };
        const seen = () => document.visibilityState === "visible" && over();
        const timer = setTimeout(over, ms);
        document.addEventListener("visibilitychange", seen);
        stopped.addEventListener("abort", over);
    });

/**
 * It is decided: the next press asks for something new, and what was free has changed. A note that could not be sent
 * before is sent now.
 *
 * @param {any} booking
 * @returns {Promise<Partial<Followed>>}
 */
async function settled(booking) {
    const asked = keptKey("booking")?.asked;
    const chosen = choice();
    const isOther = chosen && JSON.stringify(requestOf(chosen)) !== JSON.stringify(asked); // was chosen since
    forgetKey("booking");
    weeks.forget();
    if (booking.status === "rejected") {
        draft.note ||= booking.note ?? "";
        return {};
    }
    const said = await noteSent(booking);
    if (isOther) return said;
    forgetChoice();
    forgetDraft();
    return said;
}

/** @param {any} booking @returns {Promise<Partial<Followed>>} */
async function noteSent(booking) {
    const note = draft.note.trim();
    if (!note || booking.note || draft.noteOf !== booking.booking_id) return {};
    try {
        await sendNote(booking.booking_id, note);
        draft.note = "";
        return { booking: { ...booking, note } };
    } catch {
        return { isNoteLost: true };
    }
}
