// English: the words of the operators' pages, which are fetched with them. de-operators.js has the same.

export const enOperators = {
    attention: "What needs a person",

    // copying
    copy: "Copy",
    copyWhat: (/** @type {{ what: string }} */ { what }) => `Copy: ${what}`,
    copied: "Copied",
    notCopied: "It could not be copied: please select it yourself",

    // machines, and what became of their executions and states
    machineBooking: "Booking",
    machineCancellation: "Cancellation",
    machineRescheduling: "Move",
    machineReminder: "Reminder",
    machineOffer: "Offer",
    machineResend: "Sending again",
    machinePayment: "Payment",
    becameDone: "done",
    becameFailed: "failed",
    becameStopped: "stopped early",
    becameUnderWay: "under way",
    becameWaiting: "waiting for a retry",
    becameNotEntered: "not entered",

    // what needs a person
    executions: "Executions",
    sessionOf: (/** @type {{ service: string, therapist: string }} */ { service, therapist }) =>
        therapist ? `${service} with ${therapist}` : service,
    sessionWhen: "Session",
    askedForSession: "Asked for:",
    findBookings: "Find",
    deadLetters: "Dead letters",
    asOf: (/** @type {{ time: string }} */ { time }) => `As of ${time}.`,
    asOfLost: (/** @type {{ time: string }} */ { time }) =>
        `It can't be asked for anew just now. This is as of ${time}.`,
    lookAgain: "Look again",
    awayDatabase: "The database can't be reached",
    awayDatabaseMore:
        "Not known just now: who could not be reached, and what failed so long ago that only the database knows. Everything else is shown.",
    awayExecutions: "Step Functions can't be reached",
    awayExecutionsMore: "Failures are those that the database knows of; nothing can be restarted until it is back.",
    awayDeadLetters: "The queues can't be reached",
    awayDeadLettersMore: "Whether there are dead letters is not known just now. Everything else is shown.",
    oldest: "The oldest:",
    atState: (/** @type {{ state: string }} */ { state }) => `at ${state}`,
    startedAt: "Started",
    endedAt: "Ended",
    took: (/** @type {{ duration: string }} */ { duration }) => `took ${duration}`,
    since: "Since",
    redrivenTimes: (/** @type {{ count: number }} */ { count }) =>
        count === 1 ? "restarted once" : `restarted ${count} times`,
    becauseOf: "after",
    nextRetry: (/** @type {{ retry: number, retries: number }} */ { retry, retries }) =>
        `Retry ${retry} of ${retries}, at the latest`,

    // finding
    find: "Find",

    // a booking's status
    bookingPending: "Not decided yet",
    bookingHeld: "Held",
    bookingConfirmed: "Confirmed",
    bookingCompleted: "Took place",
    bookingCancelled: "Cancelled",
    bookingLateCancelled: "Cancelled late",
    bookingRejected: "Rejected",
    bookingNoShow: "Missed",
};
