// Codes of the application in the reader's words; a code that came later than these pages says itself.

import { t } from "../../words.js";

/** @typedef {"about" | "recipient" | "channel" | "delivery" | "undeliverable" | "recorded" | "actor" | "outcome" | "resend" | "purpose" | "entry"} Family */

/**
 * `about`, `booking_confirmed`: what the word `aboutBookingConfirmed` says.
 *
 * @param {Family} family @param {string | null} code @returns {string}
 */
export function say(family, code) {
    if (code === null) return "";
    const name = code.toLowerCase().replaceAll(/(?:^|_)([a-z0-9])/g, (_, letter) => letter.toUpperCase());
    return t(/** @type {import("../../words.js").Word} */ (family + name)) || code;
}

/** An item of a Map: the message that it is, and its number. @param {number} item @param {import("../../traces.js").Step["about"]} [about] */
export const sayItem = (item, about) =>
    [about && sayMessage(about, about.notification_id), t("itemNumber", { item })].filter(Boolean).join(", ");

/** `Booking confirmed, to the client by e-mail`; its id, where nobody can say more. @param {{ event: string | null, recipient: string | null, channel: string | null }} about @param {string} id */
export const sayMessage = ({ event, recipient, channel }, id) =>
    event === null
        ? t("messageOf", { id })
        : t("messageTo", {
              message: say("about", event),
              recipient: say("recipient", recipient),
              channel: say("channel", channel),
          });
