// German: the words of the laptop's pages. words-en.js has the same.

/** @type {import("./words.js").Words} */
export const de = {
    // around the pages
    laptopCloud: "Laptop-Cloud",
    pages: "Seiten",
    inbox: "Posteingang",
    faults: "Störungen",
    bookingSite: "Buchungsseite",
    skip: "Zum Inhalt springen",
    language: "Sprache",
    onlyHere: "Diese Seiten gibt es nur mit „make run“: Nichts davon wird ausgeliefert.",
    away: "Die Laptop-Cloud antwortet nicht",
    awayMore: "Läuft „make run“ noch in seinem Terminal? Sie sehen den letzten bekannten Stand.",
    notDone: "Das hat nicht geklappt",

    // the inbox
    inboxMore:
        "Nichts verlässt diesen Laptop: Jede gesendete E-Mail und SMS liegt hier, auch alle Codes. Neue erscheinen von selbst.",
    sentTo: "An",
    sentAt: "Gesendet",
    everybody: ({ count }) => `Alle (${count})`,
    messages: "Nachrichten, die neuesten zuerst",
    email: "E-Mail",
    sms: "SMS",
    aText: "SMS",
    hasCome: ({ what, to }) => `Neu: „${what}“ an ${to}`,
    olderOnes: ({ count }) => (count === 1 ? "Eine ältere ist nicht gezeigt." : `${count} ältere sind nicht gezeigt.`),
    nothingSent: "Es wurde noch nichts gesendet",
    nothingSentMore:
        "Melden Sie sich auf der Buchungsseite an, oder buchen Sie einen Termin: Was dann gesendet wird, erscheint hier.",
    copyCode: "Code kopieren",
    copied: "Kopiert",
    notCopied: "Der Browser erlaubt das nicht: Bitte markieren Sie den Code und kopieren Sie ihn.",
    theMessage: "Die Nachricht",
    messageGone: "Diese Nachricht gibt es nicht mehr",
    messageGoneMore: "Die Laptop-Cloud vergisst beim Anhalten, was gesendet wurde.",
    allMessages: "Zurück zu allen Nachrichten",
    views: "Ansicht",
    asHtml: "Wie sie aussieht",
    asText: "Als reiner Text",
    mailTitled: ({ subject }) => `Die E-Mail „${subject}“`,
    length: "Länge",
    segments: ({ count, characters }) =>
        `${characters} Zeichen, gesendet als ${count === 1 ? "1 Segment" : `${count} Segmente`}`,
    calendarFile: "Kalenderdatei",
    calendarPutsIn: "Ein Kalender trägt mit dieser Datei den Termin ein oder verschiebt ihn.",
    calendarTakesOut: "Ein Kalender nimmt mit dieser Datei den Termin heraus.",
    saveCalendar: "session.ics speichern",
    showCalendar: "Inhalt zeigen",

    // the faults
    faultsMore:
        "Stören Sie etwas, buchen Sie einen Termin, und sehen Sie zu: Es geht nichts verloren. Was im Terminal geschaltet wurde, sehen Sie hier auch.",
    bookOne: "Termin buchen",
    seeInbox: "Sehen, was gesendet wurde",
    seeOperations: "Für den Betrieb: was jemanden braucht",
    whenBroken: "Wenn es gestört ist:",
    whenOn: "Wenn es an ist:",
    howItShows: "So zeigt es sich:",
    mendAll: "Alles beheben",
    allMended: "Alle Störungen sind behoben.",
    brokenNow: ({ count }) =>
        count === 0 ? "Alles funktioniert." : count === 1 ? "Eine Störung ist an." : `${count} Störungen sind an.`,
    works: "Funktioniert",
    off: "Aus",
    turning: "Einen Moment…",
    isBroken: ({ title }) => `Erledigt: „${title}“ ist jetzt gestört.`,
    isMended: ({ title }) => `Erledigt: „${title}“ ist behoben.`,
    isOn: ({ title }) => `Erledigt: „${title}“ ist jetzt an.`,
    isOff: ({ title }) => `Erledigt: „${title}“ ist aus.`,
    inTheTerminal: "Im Terminal:",

    emailTitle: "E-Mail-Anbieter",
    emailDoes:
        "SES beantwortet jede E-Mail mit einem Fehler. Codes zum Anmelden kommen trotzdem: Cognito sendet sie selbst.",
    emailShows:
        "Termine werden trotzdem gebucht. Ihre Nachrichten werden minutenlang wieder versucht; dann scheitert die Ausführung und wartet auf jemanden, der eingreift.",
    emailBreak: "E-Mail stören",
    emailMend: "E-Mail beheben",
    emailBroken: ({ amount }) => brokenTo(amount),

    smsTitle: "SMS-Anbieter",
    smsDoes: "SNS beantwortet jede SMS mit einem Fehler.",
    smsShows: "Wie bei E-Mails: Termine stehen, SMS werden wieder versucht, dann wird jemand gerufen.",
    smsBreak: "SMS stören",
    smsMend: "SMS beheben",
    smsBroken: ({ amount }) => brokenTo(amount),

    bouncesTitle: "Unzustellbare E-Mail",
    bouncesDoes: "SES nimmt die nächste E-Mail der Praxis an und meldet dann, dass es das Postfach nicht gibt.",
    bouncesShows:
        "An diese Adresse wird nichts mehr geschrieben, bis jemand eine andere einträgt oder sie richtigstellt; wer auf keinem Weg von einem Termin erfährt, meldet sich bei der Praxis als unerreicht.",
    bouncesBreak: "Nächste E-Mail zurückkommen lassen",
    bouncesMend: "Ankommen lassen",
    bouncesBroken: "Die nächste E-Mail kommt zurück",

    stripeTitle: "Zahlungsanbieter",
    stripeDoes: "Stripe beantwortet jeden Aufruf mit einem Fehler. Offene Bezahlseiten bleiben offen.",
    stripeShows:
        "Ein Termin, der vorher bezahlt wird, ist gehalten und hat noch keine Bezahlseite; Erstattungen warten. Alles wird minutenlang wieder versucht; dann scheitert die Ausführung und wartet auf jemanden, der eingreift. Nichts wird doppelt berechnet, und nichts geht verloren.",
    stripeBreak: "Zahlungen stören",
    stripeMend: "Zahlungen beheben",
    stripeBroken: ({ amount }) => brokenTo(amount),

    databaseTitle: "PostgreSQL",
    databaseDoes: "Der Server der Datenbank wird angehalten. Seine Daten bleiben.",
    databaseShows:
        "Anfragen werden weiter angenommen und warten; ist er zurück, werden sie von selbst entschieden. Seiten, die nur lesen, sagen, dass die Praxis nicht erreichbar ist.",
    databaseBreak: "PostgreSQL anhalten",
    databaseMend: "PostgreSQL starten",
    databaseBroken: "Angehalten",

    duplicateTitle: "Nachrichten der Warteschlangen, doppelt",
    duplicateDoes: "SQS übergibt jede Nachricht zweimal.",
    duplicateShows: "Nichts: Allen wird einmal geschrieben. Genau das gibt es zu sehen.",
    duplicateBreak: "Doppelt übergeben",
    duplicateMend: "Einmal übergeben",
    duplicateBroken: ({ amount }) =>
        amount === 100 ? "Jede Nachricht kommt doppelt" : `${amount} % der Nachrichten kommen doppelt`,

    delayTitle: "Nachrichten der Warteschlangen, verspätet",
    delayDoes: "SQS übergibt Nachrichten bis zu 15 Sekunden zu spät.",
    delayShows:
        "E-Mails und SMS kommen später, in beliebiger Reihenfolge; so lange stehen sie bei der Buchung als wartend.",
    delayBreak: "Verspäten",
    delayMend: "Sofort übergeben",
    delayBroken: ({ amount }) => `Bis zu ${amount} Sekunden zu spät`,

    waitsTitle: "Wie lange Abläufe warten",
    waitsDoes:
        "Step Functions wartet zwischen den Versuchen, erst Sekunden, dann Minuten. Was schon wartet, richtet sich gleich nach Ihrer Wahl.",
    waitsHow: "Sie warten",
    waitsNow: ({ scale }) => `Abläufe warten ${scaled(scale)}.`,
    waitsScale: ({ scale }) => scaled(scale),
    asStarted: "wie gestartet",
};

/** @param {number} amount per cent */
const brokenTo = (amount) => (amount === 100 ? "Gestört" : `Bei ${amount} % der Aufrufe gestört`);

/** @param {number} scale */
function scaled(scale) {
    if (scale === 1) return "so lange wie auf AWS";
    if (scale === 0) return "gar nicht";
    const part = Math.round(1000 / scale) / 1000;
    return Number.isInteger(part) ? `1/${part} so lange wie auf AWS` : `${scale}-mal so lange wie auf AWS`;
}
