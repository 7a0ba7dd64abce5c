// The booking machine as the API's graph tells it, for tests.

const state = (name, kind, within = null, first = false) => ({ name, kind, within, first, comment: null });
const way = (from, to, when = null, caught = false) => ({ from, to, when, caught });

export const BOOKING = {
    start: "ValidateRequest",
    states: [
        state("ValidateRequest", "Task", null, true),
        state("RequestIsValid?", "Choice"),
        state("ReserveSlot", "Task"),
        state("SlotIsReserved?", "Choice"),
        state("RejectBooking", "Task"),
        state("NotifyParties", "Map"),
        state("DeliverNotification", "Task", "NotifyParties", true),
    ],
    edges: [
        way("ValidateRequest", "RequestIsValid?"),
        way("RequestIsValid?", "ReserveSlot", "outcome is valid"),
        way("RequestIsValid?", "RejectBooking", "outcome is invalid"),
        way("ReserveSlot", "SlotIsReserved?"),
        way("SlotIsReserved?", "NotifyParties", "outcome is reserved or cancelled"),
        way("SlotIsReserved?", "RejectBooking", "outcome is invalid or slot_taken or day_full or client_busy"),
        way("RejectBooking", "NotifyParties"),
    ],
    definition: {},
};

/** A machine that goes round, catches errors, and does two things at once. */
export const PARALLEL = {
    start: "Both",
    states: [
        state("Both", "Parallel", null, true),
        state("Left", "Task", "Both", true),
        state("LeftAgain", "Task", "Both"),
        state("Right", "Task", "Both", true),
        state("Look", "Choice"),
        state("Mend", "Task"),
    ],
    edges: [
        way("Left", "LeftAgain"),
        way("Both", "Look"),
        way("Both", "Mend", "States.ALL", true),
        way("Look", "Both", "again is true"),
        way("Look", "Mend", "else"),
        way("Mend", "Look"),
    ],
    definition: {},
};
