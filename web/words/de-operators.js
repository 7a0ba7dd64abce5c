// German: the words of the operators' pages, which are fetched with them. en-operators.js has the same.

/** @type {typeof import("./en-operators.js").enOperators} */
export const deOperators = {
    attention: "Was Aufmerksamkeit braucht",

    // copying
    copy: "Kopieren",
    copyWhat: ({ what }) => `Kopieren: ${what}`,
    copied: "Kopiert",
    notCopied: "Das ließ sich nicht kopieren: Bitte markieren Sie es selbst",

    // machines, and what became of their executions and states
    machineBooking: "Buchung",
    machineCancellation: "Absage",
    machineRescheduling: "Verschiebung",
    machineReminder: "Erinnerung",
    machineOffer: "Angebot",
    machineResend: "Noch einmal senden",
    machinePayment: "Zahlung",
    becameDone: "erledigt",
    becameFailed: "fehlgeschlagen",
    becameStopped: "vorher abgebrochen",
    becameUnderWay: "läuft",
    becameWaiting: "wartet auf Wiederholung",
    becameNotEntered: "nicht erreicht",

    // was Aufmerksamkeit braucht
    executions: "Ausführungen",
    sessionOf: ({ service, therapist }) => (therapist ? `${service} bei ${therapist}` : service),
    sessionWhen: "Termin",
    askedForSession: "Gewünscht:",
    findBookings: "Suchen",
    deadLetters: "Unverarbeitete Nachrichten",
    asOf: ({ time }) => `Stand: ${time}.`,
    asOfLost: ({ time }) => `Neu laden geht gerade nicht. Stand: ${time}.`,
    lookAgain: "Neu laden",
    awayDatabase: "Die Datenbank ist nicht erreichbar",
    awayDatabaseMore:
        "Gerade nicht bekannt: wer nicht erreicht wurde, und was vor so langer Zeit fehlschlug, dass nur sie es weiß. Alles andere sehen Sie hier.",
    awayExecutions: "Step Functions ist nicht erreichbar",
    awayExecutionsMore: "Sie sehen die Fehler, die die Datenbank kennt. Fortsetzen lässt sich bis dahin nichts.",
    awayDeadLetters: "Die Warteschlangen sind nicht erreichbar",
    awayDeadLettersMore:
        "Ob es unverarbeitete Nachrichten gibt, ist gerade nicht bekannt. Alles andere sehen Sie hier.",
    oldest: "Am ältesten:",
    atState: ({ state }) => `bei ${state}`,
    startedAt: "Begonnen",
    endedAt: "Beendet",
    took: ({ duration }) => `Dauer ${duration}`,
    since: "Seit",
    redrivenTimes: ({ count }) => (count === 1 ? "einmal fortgesetzt" : `${count}-mal fortgesetzt`),
    becauseOf: "nach",
    nextRetry: ({ retry, retries }) => `Versuch ${retry} von ${retries}, spätestens`,

    // suchen
    find: "Suchen",

    // a booking's status
    bookingPending: "Noch nicht entschieden",
    bookingHeld: "Vorgemerkt",
    bookingConfirmed: "Bestätigt",
    bookingCompleted: "Hat stattgefunden",
    bookingCancelled: "Abgesagt",
    bookingLateCancelled: "Spät abgesagt",
    bookingRejected: "Abgelehnt",
    bookingNoShow: "Nicht erschienen",
};
