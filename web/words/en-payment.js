// English: the words of what is paid for and what is held, fetched with the pages after the first. de-payment.js has the same.

export const enPayment = {
    // before it is sent
    beforeItIsBooked: "Before it is booked",
    yesFirst: (/** @type {{ name: string, minutes: number }} */ { name, minutes }) =>
        `${name || "Your therapist"} has to say yes first, within ${spanOf(minutes)} and before the session begins. We write to you.`,
    payNext: (/** @type {{ sum: string, minutes: number }} */ { sum, minutes }) =>
        `You pay ${sum} next, by card, at our payment provider; the time is yours for ${spanOf(minutes)}.`,
    payAfterYes: (/** @type {{ sum: string, minutes: number }} */ { sum, minutes }) =>
        `After a yes you pay ${sum} by card, at our payment provider; the time is then yours for ${spanOf(minutes)}.`,
    paySeries: (/** @type {{ price: string }} */ { price }) =>
        `That is ${price} for each session. What could not be booked is not to be paid.`,
    cardNext: (/** @type {{ minutes: number }} */ { minutes }) =>
        `You pay nothing now. Next you leave a card with our payment provider; the time is yours for ${spanOf(minutes)}.`,
    cardAfterYes: (/** @type {{ minutes: number }} */ { minutes }) =>
        `You pay nothing now. After a yes you leave a card with our payment provider; the time is then yours for ${spanOf(minutes)}.`,
    takenOnly: "This only is taken from the card:",
    takenNever: "Nothing is taken from it without asking you.",
    feeWhenLate: (/** @type {{ sum: string }} */ { sum }) => `${sum} if you cancel late`,
    feeWhenMissed: (/** @type {{ sum: string }} */ { sum }) => `${sum} if you do not come`,

    // held
    heldForYes: (/** @type {{ name: string }} */ { name }) => `Your request is with ${name || "your therapist"}`,
    heldForYesMore: (/** @type {{ name: string }} */ { name }) =>
        `${name || "Your therapist"} says yes or no. Until then the time is kept for you, nothing is booked, and it costs nothing.`,
    answerIsDue: (/** @type {{ when: string, place: string }} */ { when, place }) =>
        `The answer comes by ${when} (${place} time), or the time is free again. We write to you, and you see it here.`,
    thenYouPay: (/** @type {{ sum: string }} */ { sum }) => `After a yes you are asked to pay ${sum} by card.`,
    thenYourCard: "After a yes you are asked to leave a card.",
    payToBook: "Pay to book it",
    cardToBook: "Leave a card to book it",
    heldUntil: (/** @type {{ when: string, place: string }} */ { when, place }) =>
        `The time is held for you until ${when} (${place} time).`,
    minutesLeftToPay: (/** @type {{ count: number }} */ { count }) =>
        count === 1 ? "The time is held for less than one minute more." : `The time is held for ${count} minutes more.`,
    toPay: (/** @type {{ sum: string }} */ { sum }) => `You pay ${sum} by card.`,
    youLeaveThisSite: "This leads to our payment provider, and back to here. We never see your card.",
    payNow: "Pay now",
    payAgain: "Go on paying",
    leaveCardNow: "Leave a card",
    leaveCardAgain: "Go on with the card",
    notPaidYet: "You have not paid, and nothing was charged. You can go on until the time is over.",
    noCardYet: "You have left no card. You can go on until the time is over.",
    giveTimeBack: "Give the time back",
    openingCheckout: "The payment page is being opened…",
    providersWord: "We are waiting for the payment provider's word",
    providersWordMore: "You have paid there, as far as we know. This takes a few seconds.",
    providersWordLong:
        "This takes longer than usual. You may close this page: it is booked as soon as we know, and we write to you.",
    didNotPay: "You have not paid after all?",
    isBeingSettled: "It is being booked",
    holdIsOver: "The time for it is over",
    lookingOnceMore: "We look once more whether an answer or a payment has come in the last moment.",
    givingBack: "The time is being given back",
    pleaseReturn: "Please come back to this page later.",
    statusAwaitsPayment: "Held for you: please pay",
    statusAwaitsCard: "Held for you: please leave a card",
    statusAwaitsYes: "Waiting for a yes",
    seriesHeld: (/** @type {{ count: number }} */ { count }) => `It is for ${count} sessions.`,

    // what was paid
    payment: "Payment",
    paidSum: "Paid",
    givenBack: "Given back",
    feeSum: "Fee",
    payPaid: "It is paid.",
    payDue: "It is not paid yet.",
    payCardKept: "Your card is kept at our payment provider.",
    payGoingBack: "What goes back to your card is on its way.",
    payFeeComing: (/** @type {{ sum: string }} */ { sum }) => `A fee of ${sum} is being taken from your card.`,
    payRefunded: "All of it went back to your card. Your bank may take some days.",
    payPartlyRefunded: "A part of it went back to your card. Your bank may take some days.",
    payFeeCharged: "A fee was taken, as it was agreed.",
    payFeeDue: (/** @type {{ sum: string }} */ { sum }) =>
        `A fee of ${sum} is due. Your card did not take it: please pay it yourself.`,
    payWaived: "The practice asks for no payment.",
    payDisputed: "Your bank is looking into this payment. Please ask the practice.",
    payFailed: "Something about this payment did not work. The practice looks into it.",
    receipt: "Receipt (at our payment provider)",
    nothingDue: "Nothing is to be paid here",
    askForFeePage: "Open the payment page",
    payFee: (/** @type {{ sum: string }} */ { sum }) => `Pay ${sum} now`,

    // what cancelling costs
    backAll: (/** @type {{ refund: string }} */ { refund }) => `You get ${refund} back.`,
    backLessFee: (/** @type {{ refund: string, fee: string }} */ { refund, fee }) =>
        `You get ${refund} back; ${fee} is the late fee.`,
    backNothing: (/** @type {{ fee: string }} */ { fee }) =>
        `It is late: you get nothing back; the late fee is ${fee}.`,
    feeTaken: (/** @type {{ fee: string }} */ { fee }) => `It is late: ${fee} is taken from your card, the late fee.`,
    costsNothingNow: "Cancelling costs you nothing.",
    backComes: (/** @type {{ refund: string }} */ { refund }) =>
        `${refund} goes back to your card. Your bank may take some days.`,
    feeComes: (/** @type {{ fee: string }} */ { fee }) => `The late fee is ${fee}.`,
    heldCostsNothing: "It is not booked yet. Giving the time back costs nothing.",

    // offers
    offerAcceptedHeld: "One step more",
    offerAcceptedHeldMore:
        "You said yes, and the time is held for you. It is booked once you have paid, or left a card.",

    // staff: what waits
    heldTitle: "Bookings on hold",
    heldMore: "Each keeps its time until it is answered, or over.",
    forAYes: "Waiting for a yes",
    forAPayment: "Waiting for payment",
    noneForAYes: "Nothing waits for a yes.",
    noneForAPayment: "Nothing waits for a payment.",
    moreHeld: "Show more",
    lookForHolds: "Look again",
    holdUntil: (/** @type {{ when: string }} */ { when }) => `Until ${when}`,
    theirNote: "Note:",
    sayYes: "Say yes",
    approveMore:
        "It is booked, or the client is asked to pay. This can't be undone: afterwards it can only be cancelled.",
    approveNow: "Yes, take it",
    sayNo: "Say no",
    declineHoldMore: "The time is free again, and the client is told. This can't be undone.",
    declineWhy: "Why? (if you like; the client reads it)",
    declineNow: "No, decline it",
    waive: "Ask for no payment",
    waiveMore: "It is booked without payment, and no fee is taken later either. This can't be undone.",
    waiveWhy: "Why? (for the practice's books)",
    waiveNow: "Book it without payment",
    whyMissing: "Please say why.",
    whyNotTaken: "There is something in it that can't be taken. Please write it anew.",
    leaveItOpen: "Leave it open",
    youSaidYes: "You said yes.",
    youSaidNo: "You said no. The time is free again.",
    youWaived: "It is booked without payment.",
    holdAnswered: "This was answered before",
    holdOver: "This is over: the time is free for others",
    noSuchHold: "Nothing is waited for here any more",
    staffOnly: "This page is for the practice's staff",
};

/** @param {number} minutes */
function spanOf(minutes) {
    if (minutes % 1440 === 0) return minutes === 1440 ? "a day" : `${minutes / 1440} days`;
    if (minutes % 60 === 0) return minutes === 60 ? "an hour" : `${minutes / 60} hours`;
    return `${minutes} minutes`;
}
