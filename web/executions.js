// What machines, their executions and what became of them are called, with a sign for who sees no colour.

/** @typedef {import("./words.js").Word} Word */
/** @typedef {"done" | "failed" | "stopped" | "underWay" | "waiting" | "notEntered"} Became what became of a state, an item, an execution */

/** @type {Record<Became, { sign: string, word: Word }>} */
export const BECAME = {
    done: { sign: "✓", word: "becameDone" },
    failed: { sign: "✗", word: "becameFailed" },
    stopped: { sign: "■", word: "becameStopped" },
    underWay: { sign: "▸", word: "becameUnderWay" },
    waiting: { sign: "↻", word: "becameWaiting" },
    notEntered: { sign: "○", word: "becameNotEntered" },
};

/** @type {Record<string, Word>} */
const MACHINES = {
    booking: "machineBooking",
    cancellation: "machineCancellation",
    rescheduling: "machineRescheduling",
    reminder: "machineReminder",
    offer: "machineOffer",
    resend: "machineResend",
    payment: "machinePayment",
};

/** What a machine is called; one that came later than this page, as it calls itself. @param {string} machine @param {(word: Word) => string} t */
export const machineName = (machine, t) => (MACHINES[machine] ? t(MACHINES[machine]) : machine);

/** @type {Record<string, Became>} */
const STATUSES = { RUNNING: "underWay", SUCCEEDED: "done", FAILED: "failed", TIMED_OUT: "failed", ABORTED: "stopped" };

/**
 * What became of an execution.
 *
 * @param {{ status: string, waiting?: unknown }} execution
 * @returns {Became}
 */
export const becameOf = ({ status, waiting }) =>
    status === "RUNNING" && waiting ? "waiting" : (STATUSES[status] ?? "underWay");

/** How many messages of an execution came to nothing, by what its states say. @param {import("./trace-types.js").Execution} execution */
export const undelivered = ({ steps }) =>
    steps.filter(({ about, outcome }) => about && outcome === "undeliverable").length;
