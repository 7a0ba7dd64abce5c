// English: the words of a trace's views but its graph, which are fetched with them. de-views.js has the same.

export const enViews = {
    // timeline
    nothingHappened: "Nothing is known of it yet.",
    timelineHow:
        "Each bar is an attempt; press one to see that state in every view. Arrow keys go from bar to bar. Bars are stretched to be readable: their names say how long they took.",
    asATable: "As a table",
    nothingFor: (/** @type {{ time: string }} */ { time }) => `Nothing happened for ${time}`,
    lifeLine: (/** @type {{ count: number, from: string, to: string }} */ { count, from, to }) =>
        `To scale: ${from} to ${to}. Something happened ${count} times.`,
    chapterOf: (/** @type {{ time: string }} */ { time }) => `What happened at ${time}`,
    statesCount: (/** @type {{ count: number }} */ { count }) => (count === 1 ? "1 state" : `${count} states`),
    statesOf: (/** @type {{ count: number, execution: string }} */ { count, execution }) =>
        `${count} ${count === 1 ? "state" : "states"} of ${execution}`,
    wholeExecution: "All of it",
    barDue: (/** @type {{ number: number, of: number }} */ { number, of }) =>
        `retry ${number} of ${of} is due within this time`,
    barWait: "waits for the next attempt",
    barAttempt: (/** @type {{ number: number, of: number }} */ { number, of }) => `attempt ${number} of ${of}`,
    refusedBy: (/** @type {{ error: string }} */ { error }) => `refused: ${error}`,
    atTime: "When",

    // events
    showOnly: "Show only",
    allStates: "all states",
    allTypes: "all types",
    allItems: (/** @type {{ item: string }} */ { item }) => `Only ${item}: show all items`,
    moreEvents: "Read further events",
    attemptNumber: (/** @type {{ number: number }} */ { number }) => `attempt ${number}`,
    onlyThisState: (/** @type {{ state: string }} */ { state }) => `Only ${state}`,
    payloadOf: (/** @type {{ part: string, id: number }} */ { part, id }) => `${part} of event ${id}`,
    output: "Output",
    showAll: "Show all of it",
    eventsShown: (/** @type {{ shown: number, read: number, isAll: boolean }} */ { shown, read, isAll }) =>
        `${shown} of ${read} events${isAll ? "" : "; there are more to be read"}`,
    characters: (/** @type {{ count: number, isCut: boolean }} */ { count, isCut }) =>
        isCut ? `the first ${count} characters` : `${count} characters`,

    // messages
    noMessages: "No message is known.",
    messagesOfExecutions: "The ledger can't be asked just now: these are known from executions alone.",
    inTheLedger: "Entered in the ledger",
    ledgerAway: "What became of it is not known just now",
    lastError: "Last error:",
    attemptBecame: (/** @type {{ number: number, outcome: string }} */ { number, outcome }) =>
        `Attempt ${number}: ${outcome}`,
    attemptsBecame: (/** @type {{ number: number, last: number, outcome: string }} */ { number, last, outcome }) =>
        `Attempts ${number} to ${last}: ${outcome}`,
    attemptIdle: (/** @type {{ number: number, outcome: string }} */ { number, outcome }) =>
        `Attempt ${number}: nothing was sent, for the ledger had it already: ${outcome}`,
    attemptsIdle: (/** @type {{ number: number, last: number, outcome: string }} */ { number, last, outcome }) =>
        `Attempts ${number} to ${last}: nothing was sent, for the ledger had it already: ${outcome}`,
    laneIdle: (/** @type {{ outcome: string }} */ { outcome }) => `${outcome} before, nothing sent now`,
    foundUndeliverable: (/** @type {{ why: string }} */ { why }) => `Undeliverable: ${why}`,
    providerTook: "The provider took it",
    providerReports: (/** @type {{ report: string }} */ { report }) => `The provider reports: ${report}`,
    putBack: (/** @type {{ before: string }} */ { before }) => `Put back to be sent again; before, it was: ${before}`,
    chooseIn: (/** @type {{ state: string, execution: string }} */ { state, execution }) => `${state} in ${execution}`,
    resendArrived: "As far as anybody knows it arrived: it is not sent again.",
    resendOnItsWay: "It is still to be sent: its execution does that. If that has failed, restart it where it stopped.",
    resendUntrue: "What it says is no longer so, or of no use: it is not sent again.",
    resendUnknown: "Whether it can be sent again is not known just now.",
    deliveryQueued: "to be sent",
    deliverySending: "being sent",
    deliverySent: "sent",
    deliveryUndeliverable: "undeliverable",
    deliveryAccepted: "taken by the provider",
    deliveryDelivered: "delivered",
    deliveryBounced: "bounced",
    deliveryComplained: "reported as spam",
    deliveryFailed: "did not arrive",
    undeliverableNoContact: "no address, or no consent",
    undeliverableAddressInvalid: "the address is none",
    undeliverableOptedOut: "they want none",
    undeliverableBookingChanged: "it is no longer so",
    undeliverableAddressBounced: "the address is marked, for an earlier message to it bounced",
    undeliverableComplained: "they reported one as spam",
    undeliverableLimitReached: "as many as the practice allows in a day",
    undeliverableCountryNotAllowed: "no texts to that country",
    undeliverableTooLate: "too late to be of use",
    putBackCount: (/** @type {{ count: number }} */ { count }) =>
        count === 1 ? "1 message went back to be sent" : `${count} messages went back to be sent`,

    // history
    noHistory: "Nothing is recorded of it.",
    historyAway: "The history is in PostgreSQL, which can't be asked just now.",
    askedForBy: (/** @type {{ by: string }} */ { by }) => `(asked for ${by})`,
    byYou: "by you",
    byClient: "by the client",
    byTherapist: "by the therapist",
    byActor: (/** @type {{ who: string, isOperator: boolean }} */ { who, isOperator }) =>
        `by ${isOperator ? "operator " : ""}${who}`,
    movedFromTo: (/** @type {{ from: string, to: string }} */ { from, to }) => `From ${from} to ${to}`,
    recordedLater: (/** @type {{ at: string }} */ { at }) => `Recorded ${at}: PostgreSQL was away`,
    inExecution: (/** @type {{ execution: string, state: string | null }} */ { execution, state }) =>
        state ? `in ${execution}, ${state}` : `in ${execution}`,
    actorSweep: "the system, on schedule",
    actorOperator: "an operator",
    recordedReserved: "Booked",
    recordedRejected: "Rejected",
    recordedKeyConflict: "Its key was used again for another request",
    recordedHeld: "Held for an offer",
    recordedConfirmed: "Confirmed",
    recordedReleased: "Given free",
    recordedCancelled: "Cancelled",
    recordedMoved: "Moved",
    recordedPlaceChanged: "Place changed",
    recordedPaymentWaived: "No payment asked for",
    recordedCompleted: "It took place",
    recordedNoShow: "The client did not come",
    recordedRedriven: "Execution restarted where it stopped",
    recordedRerun: "Booking run again",
    recordedResent: "Messages sent again",
    recordedMessageRedriven: "Dead letter put back",
    recordedActRefused: "Act refused",
    recordedPutBack: "Messages put back",
    recordedCancellation: "Asked to cancel",
    recordedRescheduling: "Asked to move",

    // codes
    outcomeRunning: "under way",
    outcomeSucceeded: "succeeded",
    outcomeFailed: "failed",
    outcomeTimedOut: "timed out",
    outcomeStopped: "stopped early",
    outcomeRefused: "refused",
    outcomeLateCancelled: "late",
};
