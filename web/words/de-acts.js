// German: the words of operators' acts, which are fetched with the first of them. en-acts.js has the same.

/** @type {typeof import("./en-acts.js").enActs} */
export const deActs = {
    // why, and why not
    actCode: "Hauptgrund",
    actCodeChoose: "Bitte wählen",
    actCodeMissing: "Bitte wählen Sie den Grund, der am nächsten kommt",
    codeProviderIsBack: "Der Anbieter ist wieder da",
    codeDatabaseIsBack: "Die Datenbank ist wieder da",
    codeCauseIsMended: "Die Ursache ist behoben",
    codeContactIsMended: "Die Kontaktdaten sind berichtigt",
    codeRedriveExpired: "Es lässt sich an seiner Stelle nicht mehr fortsetzen",
    codeAskedFor: "Jemand hat darum gebeten",
    codeOther: "Etwas anderes",
    actReason: "Grund in Ihren Worten",
    actReasonMore:
        "Er bleibt mit Ihrem Namen im Verlauf. Bitte schreiben Sie hier nichts über die Klientin oder den Klienten.",
    actReasonMissing: "Bitte nennen Sie einen Grund: Er bleibt im Verlauf",
    actLeave: "So lassen",
    actAsking: "Wird angefragt …",
    notRedrivable: "Es lässt sich an seiner Stelle nicht fortsetzen",
    notRedrivableInstead: "Gehört es zu einer Buchung, führen Sie die Buchung neu aus: Nichts geschieht doppelt.",
    notRerunnable: "Es lässt sich nicht neu ausführen",
    notRerunnableInstead:
        "Sagen Sie der Klientin oder dem Klienten, dass die Anfrage verloren ist, und buchen Sie selbst.",
    stillRunning: "Zu dieser Buchung läuft noch etwas",
    stillRunningInstead:
        "Warten Sie, bis es endet: Vielleicht gelingt es von selbst. Schlägt es fehl, setzen Sie es fort.",
    executionNotFound: "Diese Ausführung gibt es nicht mehr",
    executionNotFoundInstead:
        "Step Functions bewahrt sie 90 Tage auf. Eine Buchung lässt sich auch ohne sie neu ausführen.",
    bookingNotFound: "Diese Buchung gibt es nicht, oder nichts ist von ihr übrig",
    bookingNotFoundInstead:
        "Sagen Sie der Klientin oder dem Klienten, dass die Anfrage verloren ist, und buchen Sie selbst.",
    messageNotFound: "Diese Nachricht gibt es nicht mehr",
    messageNotFoundInstead:
        "Sehen Sie die Nachrichten der Buchung noch einmal an: Sie wurde vielleicht mit ihr gelöscht.",
    deadLetterNotFound: "Diese unzustellbare Meldung liegt nicht mehr in ihrer Warteschlange",
    deadLetterNotFoundInstead: "Jemand hat sie zurückgelegt, oder ihre Frist ist um. Sehen Sie ihre Buchung an.",
    actKeyUsed: "Derselbe Schlüssel galt schon etwas anderem",
    actKeyUsedInstead: "Nichts ist geschehen. Bitte drücken Sie noch einmal.",
    actReasonNotTaken: "Der Grund wurde nicht angenommen",
    actReasonNotTakenInstead: "Darin ist ein Zeichen, das nicht aufbewahrt werden kann. Bitte schreiben Sie ihn neu.",
    actForbidden: "Das ist dem Betrieb vorbehalten",
    actForbiddenInstead: "Melden Sie sich mit einem Betriebskonto an, oder fragen Sie jemanden, der eines hat.",
    actUnavailable: "Das ging gerade nicht",
    actUnavailableInstead: "Drücken Sie gleich noch einmal: Nichts geschieht dadurch doppelt.",

    // what is done, on a trace
    redriveTitle: "An seiner Stelle fortsetzen?",
    redriveMore:
        "Was erledigt ist, bleibt erledigt. Was fehlschlug, wird neu versucht, danach läuft, was folgt; niemand bekommt eine Nachricht zweimal.",
    redriveNow: "Fortsetzen",
    rerunTitle: "Die Buchung neu ausführen?",
    rerunMore:
        "Eine neue Ausführung tut dasselbe von Anfang an. Was reserviert ist, bleibt es, und was verschickt ist, wird nicht noch einmal verschickt.",
    rerunNow: "Neu ausführen",
    resendTitle: "Diese Nachricht noch einmal senden?",
    resendMore: "Sie wird gesendet, wenn sie noch stimmt und niemanden erreicht hat. Das tut eine eigene Ausführung.",
    willRunCount: ({ count }) =>
        count === 1
            ? "1 Zustand wird laufen, falls vorher keiner scheitert:"
            : `${count} Zustände werden laufen, falls vorher keiner scheitert:`,
    mayRunCount: ({ count }) =>
        count === 1
            ? "1 Zustand läuft vielleicht, je nachdem, was unterwegs entschieden wird:"
            : `${count} Zustände laufen vielleicht, je nachdem, was unterwegs entschieden wird:`,
    resentSent: "Sie wurde gesendet",
    resentSentMore: "Der Anbieter hat sie angenommen. Ob sie ankommt, meldet er später; das steht bei der Nachricht.",
    resentLost: "Sie wurde noch einmal gesendet und kam nicht an",
    resentNot: "Es wurde nichts gesendet",
    resentNotMore: ({ why }) => `Sie ist unzustellbar: ${why}. Was zu tun ist, steht bei der Nachricht.`,
    resentNotDue: "Es wurde nichts gesendet: Sie war schon gesendet oder nützt nichts mehr",
    resentUnknown: "Es ist zu Ende; ob etwas gesendet wurde, ist gerade nicht bekannt",
    hindered: ({ why }) => `Jetzt gesendet wäre sie unzustellbar: ${why}.`,
    mendClient:
        "Berichtigen Sie zuerst, wie die Klientin oder der Klient erreicht wird. Sie selbst tun das unter „Meine Daten“; die Praxis tut es mit diesem Aufruf.",
    mendTherapist: "Berichtigen Sie zuerst, wie die Therapeutin oder der Therapeut erreicht wird, mit diesem Aufruf.",
    mendContact:
        "Geben Sie eine andere Adresse an oder, sobald bestätigt ist, dass sie stimmt, dieselbe ohne „undeliverable“.",
    actRuns: "Es läuft wieder",
    actWaits: "Es läuft und wartet auf einen neuen Versuch",
    actSucceeded: "Es ist gut ausgegangen",
    actFailed: "Es ist wieder fehlgeschlagen",
    actFailedMore:
        "Sehen Sie den Fehler des fehlgeschlagenen Zustands an; beheben Sie die Ursache vor dem nächsten Versuch.",
    actStopped: "Es wurde vor dem Ende abgebrochen",
    actInQueue:
        "Die Datenbank ist nicht da: Es steht ohne Ihre Worte in einer Warteschlange und im Verlauf, sobald sie zurück ist.",
};
