// What is said with a booking: sent before it is asked for, under its key, or while it stands.

import { call } from "./api.js";

/** @param {string} booking_id @param {string} text */
export const sendNote = (booking_id, text) => call("PUT", `/v1/bookings/${booking_id}/note`, { body: { text } });
