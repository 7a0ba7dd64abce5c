// A message that is sent again: what hinders it, what is likely why, and what became of it.

import { partsOf } from "./traces.js";

/** @typedef {import("./trace-messages.js").Message} Message */

const OF_THE_CONTACT = ["no_contact", "address_invalid", "address_bounced", "opted_out", "complained"];
const LOST = ["bounced", "failed", "complained"];

/** The code that is likely; null: none. As long as something hinders it, nothing is mended. @param {Message | null} message */
export function codeOf(message) {
    if (!message || message.hindrance) return null;
    const isContacts = message.delivery === "bounced" || OF_THE_CONTACT.includes(message.reason ?? "");
    return isContacts ? "contact_is_mended" : null;
}

/** @typedef {"sent" | "lost" | "notSent" | "notDue" | "open" | "unknown"} Resent */

/**
 * What became of a message, when the execution that sends it again has ended.
 *
 * @param {import("./traces.js").Trace} trace
 * @param {string} id of the message
 * @param {import("./traces.js").Execution} execution
 * @returns {{ as: Resent, message: Message | null }} `notDue`: it had arrived, or there was nothing to send of it
 */
export function resentOf(trace, id, execution) {
    const all = partsOf(trace).flatMap((part) => part.notifications);
    /** @type {Message | null} */
    const message = all.find((each) => each.notification_id === id) ?? null;
    const isDue = !execution.steps.some(({ outcome }) => outcome === "not_due");
    return { as: becameOf(message, isDue), message };
}

/** @param {Message | null} message @param {boolean} isDue @returns {Resent} */
function becameOf(message, isDue) {
    if (!message) return "unknown";
    if (message.status === "undeliverable") return "notSent";
    if (message.status !== "sent") return "open";
    if (!isDue) return "notDue";
    return LOST.includes(message.delivery ?? "") ? "lost" : "sent";
}
