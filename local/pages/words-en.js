// English: the words of the laptop's pages. words-de.js has the same.

export const en = {
    // around the pages
    laptopCloud: "Laptop cloud",
    pages: "Pages",
    inbox: "Inbox",
    faults: "Faults",
    bookingSite: "Booking site",
    skip: "Skip to the content",
    language: "Language",
    onlyHere: "These pages are there with “make run” only: nothing of them is deployed.",
    away: "The laptop cloud does not answer",
    awayMore: "Is “make run” still up in its terminal? What is shown is how it was last.",
    notDone: "That was not done",

    // the inbox
    inboxMore:
        "Nothing leaves this laptop: every e-mail and text that was sent is here, codes too. New ones appear by themselves.",
    sentTo: "To",
    sentAt: "Sent",
    everybody: (/** @type {{ count: number }} */ { count }) => `Everybody (${count})`,
    messages: "Messages, newest first",
    email: "E-mail",
    sms: "Text",
    aText: "Text message",
    hasCome: (/** @type {{ what: string, to: string }} */ { what, to }) => `New: “${what}” to ${to}`,
    olderOnes: (/** @type {{ count: number }} */ { count }) =>
        count === 1 ? "One more that is older is not shown." : `${count} more that are older are not shown.`,
    nothingSent: "Nothing was sent yet",
    nothingSentMore: "Sign in on the booking site, or book a session: what is sent then appears here.",
    copyCode: "Copy the code",
    copied: "Copied",
    notCopied: "The browser does not allow that: select the code, and copy it.",
    theMessage: "The message",
    messageGone: "This message is not here any more",
    messageGoneMore: "The laptop cloud forgets what was sent when it is stopped.",
    allMessages: "Back to all messages",
    views: "How it is shown",
    asHtml: "As it looks",
    asText: "As plain text",
    mailTitled: (/** @type {{ subject: string }} */ { subject }) => `The e-mail “${subject}”`,
    length: "Length",
    segments: (/** @type {{ count: number, characters: number }} */ { count, characters }) =>
        `${characters} characters, sent as ${count === 1 ? "1 segment" : `${count} segments`}`,
    calendarFile: "Calendar file",
    calendarPutsIn: "A calendar that is given this file enters the session, or moves it.",
    calendarTakesOut: "A calendar that is given this file takes the session out.",
    saveCalendar: "Save session.ics",
    showCalendar: "Show what is in it",

    // the faults
    faultsMore:
        "Break something, book a session, and watch what happens: nothing is lost. What was turned in a terminal is shown here, too.",
    bookOne: "Book a session",
    seeInbox: "See what was sent",
    seeOperations: "See what needs a person (for operators)",
    whenBroken: "When it is broken:",
    whenOn: "When it is on:",
    howItShows: "How it shows:",
    mendAll: "Mend everything",
    allMended: "Everything is mended.",
    brokenNow: (/** @type {{ count: number }} */ { count }) =>
        count === 0 ? "Everything works." : count === 1 ? "One thing is broken." : `${count} things are broken.`,
    works: "Works",
    off: "Off",
    turning: "One moment…",
    isBroken: (/** @type {{ title: string }} */ { title }) => `Done: “${title}” is broken now.`,
    isMended: (/** @type {{ title: string }} */ { title }) => `Done: “${title}” is mended.`,
    isOn: (/** @type {{ title: string }} */ { title }) => `Done: “${title}” is on now.`,
    isOff: (/** @type {{ title: string }} */ { title }) => `Done: “${title}” is off.`,
    inTheTerminal: "In a terminal:",

    emailTitle: "E-mail provider",
    emailDoes: "SES answers every e-mail with an error. Codes to sign in with still come: Cognito sends those itself.",
    emailShows:
        "Sessions are booked all the same. Their messages are tried again for minutes; then their execution fails and waits for an operator.",
    emailBreak: "Break e-mail",
    emailMend: "Mend e-mail",
    emailBroken: (/** @type {{ amount: number }} */ { amount }) => brokenTo(amount),

    smsTitle: "Provider of texts",
    smsDoes: "SNS answers every text with an error.",
    smsShows: "As with e-mail: sessions stand, texts are tried again, then an operator is called.",
    smsBreak: "Break texts",
    smsMend: "Mend texts",
    smsBroken: (/** @type {{ amount: number }} */ { amount }) => brokenTo(amount),

    bouncesTitle: "A bounce",
    bouncesDoes: "SES takes the next e-mail of the practice, and then reports that there is no such mailbox.",
    bouncesShows:
        "Nothing more is written to that address until somebody enters another or puts it right; who heard of a session on no channel calls for an operator.",
    bouncesBreak: "Let the next e-mail bounce",
    bouncesMend: "Let it arrive",
    bouncesBroken: "The next e-mail bounces",

    stripeTitle: "Payment provider",
    stripeDoes: "Stripe answers every call with an error. Pages to pay on that are open stay open.",
    stripeShows:
        "A session that is paid for beforehand is held, and has no page to pay on yet; refunds wait. All of it is tried again for minutes; then the execution fails and waits for an operator. Nothing is charged twice, and nothing is forgotten.",
    stripeBreak: "Break payments",
    stripeMend: "Mend payments",
    stripeBroken: (/** @type {{ amount: number }} */ { amount }) => brokenTo(amount),

    databaseTitle: "PostgreSQL",
    databaseDoes: "The database's server is stopped. Its data stays.",
    databaseShows:
        "Requests are still accepted and wait; they are decided by themselves when it is back. Pages that only read say that the practice can't be reached.",
    databaseBreak: "Stop PostgreSQL",
    databaseMend: "Start PostgreSQL",
    databaseBroken: "Stopped",

    duplicateTitle: "Messages of queues, twice",
    duplicateDoes: "SQS hands every message over two times.",
    duplicateShows: "Nothing: everybody is written to once. That is what there is to see.",
    duplicateBreak: "Hand them over twice",
    duplicateMend: "Hand them over once",
    duplicateBroken: (/** @type {{ amount: number }} */ { amount }) =>
        amount === 100 ? "Every message comes twice" : `${amount} % of the messages come twice`,

    delayTitle: "Messages of queues, late",
    delayDoes: "SQS hands messages over up to 15 seconds late.",
    delayShows: "E-mails and texts come later, in any order; a booking shows them as queued meanwhile.",
    delayBreak: "Make them late",
    delayMend: "Make them prompt",
    delayBroken: (/** @type {{ amount: number }} */ { amount }) => `Up to ${amount} seconds late`,

    waitsTitle: "How long workflows wait",
    waitsDoes:
        "Step Functions waits between its attempts, for seconds first and then for minutes. What waits already goes on by what you choose.",
    waitsHow: "They wait",
    waitsNow: (/** @type {{ scale: number }} */ { scale }) => `Workflows wait ${scaled(scale)}.`,
    waitsScale: (/** @type {{ scale: number }} */ { scale }) => scaled(scale),
    asStarted: "as it was started",
};

/** @param {number} amount per cent */
const brokenTo = (amount) => (amount === 100 ? "Broken" : `Broken in ${amount} % of calls`);

/** @param {number} scale */
function scaled(scale) {
    if (scale === 1) return "as long as on AWS";
    if (scale === 0) return "not at all";
    const part = Math.round(1000 / scale) / 1000;
    return Number.isInteger(part) ? `1/${part} as long as on AWS` : `${scale} times as long as on AWS`;
}
