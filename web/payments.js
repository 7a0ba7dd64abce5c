// What is to be paid, what was, and what a held booking waits for, as the API says it and the reader needs to know it.

/** @typedef {import("./words.js").Word} Word */
/**
 * @typedef {{ awaits: "approval" | "payment", until: string, answer: string | null, has_checkout: boolean,
 *     checkout_url: string | null }} Hold `checkout_url`: for the client only
 */
/**
 * @typedef {object} Payment of a booking, in the smallest unit of its currency
 * @property {"none" | "prepay" | "card_on_file"} rule
 * @property {string} status
 * @property {number} paid
 * @property {number} refunded
 * @property {number} fee that was taken, or is due
 * @property {number} late_cancellation_fee as it was agreed
 * @property {number} no_show_fee as it was agreed
 * @property {string} currency
 * @property {string | null} receipt_url
 * @property {string | null} checkout_url where a fee that is due is paid, once that was asked for
 */
/** @typedef {"approval" | "opening" | "open" | "left" | "paid" | "settling" | "cancelling" | "over"} HeldState */
/** @typedef {"done" | "left" | null} Back how somebody came back from the provider's page, as the address says */

/** @param {URLSearchParams} query @returns {Back} */
export function backBy(query) {
    const said = query.get("checkout");
    return said === "done" || said === "left" ? said : null;
}

/**
 * What a held booking waits for just now.
 *
 * @param {Hold} hold
 * @param {Back} back
 * @param {number} now by the clock of who holds it
 * @returns {HeldState}
 */
export function stateOf({ awaits, until, answer, has_checkout: isOpen }, back, now) {
    if (answer === "cancel") return "cancelling";
    if (answer) return "settling";
    if (Date.parse(until) <= now) return "over";
    if (awaits === "approval") return "approval";
    if (back === "done") return "paid";
    if (!isOpen) return "opening";
    return back === "left" ? "left" : "open";
}

/** The pause before a held booking is asked for again: long while a person has to do something first. @param {HeldState} state @param {number} usual in milliseconds */
export function pauseIn(state, usual) {
    if (state === "approval") return 30_000;
    return state === "open" || state === "left" ? 15_000 : usual;
}

/** The reasons of a booking whose hold ended without a session. */
const ENDED = new Set(["payment_missing", "approval_declined", "approval_expired"]);

/** Whether a hold ended, and the time is free again. @param {{ status: string, reasons?: { code: string }[] }} booking */
export const hasEnded = ({ status, reasons = [] }) =>
    status === "cancelled" && reasons.some(({ code }) => ENDED.has(code));

/**
 * What may be taken from a kept card; what costs nothing is left out.
 *
 * @param {number} late the fee of a late cancellation
 * @param {number} missed of a session to which nobody came
 * @returns {{ word: Word, amount: number }[]}
 */
export const feesOf = (late, missed) =>
    [
        { word: /** @type {Word} */ ("feeWhenLate"), amount: late },
        { word: /** @type {Word} */ ("feeWhenMissed"), amount: missed },
    ].filter(({ amount }) => amount > 0);

/**
 * What cancelling now comes to, where it is paid for here.
 *
 * @param {{ fee?: number | null, refund?: number | null }} change
 * @param {Payment | null | undefined} payment
 * @returns {{ word: Word, fee: number, refund: number } | null} null: it is not, or nobody knows
 */
export function costOf({ fee, refund }, payment) {
    if (!payment || payment.rule === "none" || typeof fee !== "number") return null;
    const back = refund ?? 0;
    if (back > 0) return { word: fee > 0 ? "backLessFee" : "backAll", fee, refund: back };
    if (fee > 0) return { word: payment.paid > payment.refunded ? "backNothing" : "feeTaken", fee, refund: 0 };
    return { word: "costsNothingNow", fee, refund: 0 };
}

/**
 * Money that is to go back, or a fee that is to be taken, and has not been yet: the provider answers soon.
 *
 * @param {{ status: string, payment?: Payment | null }} booking
 * @returns {Word | null}
 */
export function onItsWay({ status, payment }) {
    if (!payment || !["cancelled", "late_cancelled", "no_show"].includes(status)) return null;
    const kept = payment.paid - payment.refunded;
    if (["paid", "partly_refunded"].includes(payment.status) && kept > payment.fee) return "payGoingBack";
    return payment.status === "card_kept" && kept < payment.fee ? "payFeeComing" : null;
}

/**
 * What waits, each series once: its sessions wait as one.
 *
 * @param {Record<string, any>[]} sessions
 * @returns {{ session: Record<string, any>, count: number }[]}
 */
export function headsOf(sessions) {
    const heads = new Map();
    for (const session of sessions) {
        const id = session.series_id ?? session.booking_id;
        heads.set(id, { session: heads.get(id)?.session ?? session, count: (heads.get(id)?.count ?? 0) + 1 });
    }
    return [...heads.values()];
}
