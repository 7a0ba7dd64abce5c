// Deutsch: was bezahlt wird und was vorgemerkt ist, dieselben Wörter wie in en-payment.js.

/** @type {typeof import("./en-payment.js").enPayment} */
export const dePayment = {
    // bevor es abgeschickt ist
    beforeItIsBooked: "Bevor gebucht ist",
    yesFirst: ({ name, minutes }) =>
        `${name || "Ihre Therapeutin oder Ihr Therapeut"} muss erst zusagen, innerhalb von ${spanOf(minutes)} und vor Beginn des Termins. Wir schreiben Ihnen.`,
    payNext: ({ sum, minutes }) =>
        `Als Nächstes zahlen Sie ${sum} mit Karte bei unserem Zahlungsdienst; die Zeit ist ${spanFor(minutes)} lang für Sie vorgemerkt.`,
    payAfterYes: ({ sum, minutes }) =>
        `Nach der Zusage zahlen Sie ${sum} mit Karte bei unserem Zahlungsdienst; die Zeit ist dann ${spanFor(minutes)} lang für Sie vorgemerkt.`,
    paySeries: ({ price }) => `Das sind ${price} je Termin. Was nicht gebucht werden kann, ist nicht zu zahlen.`,
    cardNext: ({ minutes }) =>
        `Sie zahlen jetzt nichts. Als Nächstes hinterlegen Sie eine Karte bei unserem Zahlungsdienst; die Zeit ist ${spanFor(minutes)} lang für Sie vorgemerkt.`,
    cardAfterYes: ({ minutes }) =>
        `Sie zahlen jetzt nichts. Nach der Zusage hinterlegen Sie eine Karte bei unserem Zahlungsdienst; die Zeit ist dann ${spanFor(minutes)} lang für Sie vorgemerkt.`,
    takenOnly: "Von der Karte wird nur abgebucht:",
    takenNever: "Ohne Sie zu fragen, wird nichts abgebucht.",
    feeWhenLate: ({ sum }) => `${sum}, wenn Sie spät absagen`,
    feeWhenMissed: ({ sum }) => `${sum}, wenn Sie nicht kommen`,

    // vorgemerkt
    heldForYes: ({ name }) => (name ? `Ihre Anfrage ist bei ${name}` : "Ihre Anfrage wartet auf die Zusage"),
    heldForYesMore: ({ name }) =>
        `${name || "Ihre Therapeutin oder Ihr Therapeut"} sagt Ja oder Nein. Bis dahin ist die Zeit für Sie vorgemerkt, nichts ist gebucht, und es kostet nichts.`,
    answerIsDue: ({ when, place }) =>
        `Die Antwort kommt bis ${when} (Ortszeit ${place}), sonst ist die Zeit wieder frei. Wir schreiben Ihnen, und Sie sehen es hier.`,
    thenYouPay: ({ sum }) => `Nach der Zusage bitten wir Sie, ${sum} mit Karte zu zahlen.`,
    thenYourCard: "Nach der Zusage bitten wir Sie, eine Karte zu hinterlegen.",
    payToBook: "Zahlen, um zu buchen",
    cardToBook: "Eine Karte hinterlegen, um zu buchen",
    heldUntil: ({ when, place }) => `Die Zeit ist für Sie vorgemerkt bis ${when} (Ortszeit ${place}).`,
    minutesLeftToPay: ({ count }) =>
        count === 1
            ? "Die Zeit ist noch weniger als eine Minute vorgemerkt."
            : `Die Zeit ist noch ${count} Minuten vorgemerkt.`,
    toPay: ({ sum }) => `Sie zahlen ${sum} mit Karte.`,
    youLeaveThisSite: "Das führt zu unserem Zahlungsdienst und zurück hierher. Wir sehen Ihre Karte nie.",
    payNow: "Jetzt zahlen",
    payAgain: "Weiter zahlen",
    leaveCardNow: "Karte hinterlegen",
    leaveCardAgain: "Weiter mit der Karte",
    notPaidYet: "Sie haben nicht gezahlt, und nichts wurde abgebucht. Bis die Zeit um ist, geht es weiter.",
    noCardYet: "Sie haben keine Karte hinterlegt. Bis die Zeit um ist, geht es weiter.",
    giveTimeBack: "Die Zeit zurückgeben",
    openingCheckout: "Die Zahlungsseite wird geöffnet …",
    providersWord: "Wir warten auf das Wort des Zahlungsdienstes",
    providersWordMore: "Dort haben Sie gezahlt, soweit wir wissen. Das dauert ein paar Sekunden.",
    providersWordLong:
        "Das dauert länger als sonst. Sie können diese Seite schließen: Gebucht ist, sobald wir es wissen, und wir schreiben Ihnen.",
    didNotPay: "Sie haben doch nicht gezahlt?",
    isBeingSettled: "Ihr Termin wird gebucht",
    holdIsOver: "Die Zeit dafür ist um",
    lookingOnceMore: "Wir sehen noch einmal nach, ob im letzten Moment eine Antwort oder Zahlung gekommen ist.",
    givingBack: "Die Zeit wird zurückgegeben",
    pleaseReturn: "Bitte kommen Sie später auf diese Seite zurück.",
    statusAwaitsPayment: "Für Sie vorgemerkt: bitte zahlen",
    statusAwaitsCard: "Für Sie vorgemerkt: bitte Karte hinterlegen",
    statusAwaitsYes: "Wartet auf die Zusage",
    seriesHeld: ({ count }) => `Das ist für ${count} Termine.`,

    // was bezahlt ist
    payment: "Zahlung",
    paidSum: "Gezahlt",
    givenBack: "Erstattet",
    feeSum: "Gebühr",
    payPaid: "Es ist bezahlt.",
    payDue: "Es ist noch nicht bezahlt.",
    payCardKept: "Ihre Karte ist bei unserem Zahlungsdienst hinterlegt.",
    payGoingBack: "Was zurück auf Ihre Karte geht, ist unterwegs.",
    payFeeComing: ({ sum }) => `Eine Gebühr von ${sum} wird gerade von Ihrer Karte abgebucht.`,
    payRefunded: "Alles ging zurück auf Ihre Karte. Ihre Bank braucht vielleicht ein paar Tage.",
    payPartlyRefunded: "Ein Teil ging zurück auf Ihre Karte. Ihre Bank braucht vielleicht ein paar Tage.",
    payFeeCharged: "Eine Gebühr wurde abgebucht, wie vereinbart.",
    payFeeDue: ({ sum }) =>
        `Eine Gebühr von ${sum} ist fällig. Von Ihrer Karte ging sie nicht ab: Bitte zahlen Sie sie selbst.`,
    payWaived: "Die Praxis verzichtet auf die Zahlung.",
    payDisputed: "Ihre Bank prüft diese Zahlung. Bitte fragen Sie die Praxis.",
    payFailed: "Bei dieser Zahlung ging etwas nicht. Die Praxis kümmert sich darum.",
    receipt: "Beleg (beim Zahlungsdienst)",
    nothingDue: "Hier ist nichts zu zahlen",
    askForFeePage: "Zahlungsseite öffnen",
    payFee: ({ sum }) => `Jetzt ${sum} zahlen`,

    // was Absagen kostet
    backAll: ({ refund }) => `Sie bekommen ${refund} zurück.`,
    backLessFee: ({ refund, fee }) => `Sie bekommen ${refund} zurück; ${fee} ist die Gebühr für spätes Absagen.`,
    backNothing: ({ fee }) => `Es ist spät: Sie bekommen nichts zurück; die Gebühr für spätes Absagen beträgt ${fee}.`,
    feeTaken: ({ fee }) => `Es ist spät: ${fee} werden von Ihrer Karte abgebucht, die Gebühr für spätes Absagen.`,
    costsNothingNow: "Absagen kostet Sie nichts.",
    backComes: ({ refund }) => `${refund} gehen zurück auf Ihre Karte. Ihre Bank braucht vielleicht ein paar Tage.`,
    feeComes: ({ fee }) => `Die Gebühr für spätes Absagen beträgt ${fee}.`,
    heldCostsNothing: "Es ist noch nicht gebucht. Die Zeit zurückzugeben kostet nichts.",

    // Angebote
    offerAcceptedHeld: "Noch ein Schritt",
    offerAcceptedHeldMore:
        "Sie haben zugesagt, und die Zeit ist für Sie vorgemerkt. Gebucht ist sie, wenn Sie gezahlt oder eine Karte hinterlegt haben.",

    // Mitarbeitende: was wartet
    heldTitle: "Vorgemerkte Buchungen",
    heldMore: "Jede behält ihre Zeit, bis sie beantwortet oder vorbei ist.",
    forAYes: "Warten auf eine Zusage",
    forAPayment: "Warten auf Zahlung",
    noneForAYes: "Nichts wartet auf eine Zusage.",
    noneForAPayment: "Nichts wartet auf eine Zahlung.",
    moreHeld: "Mehr anzeigen",
    lookForHolds: "Noch einmal nachsehen",
    holdUntil: ({ when }) => `Bis ${when}`,
    theirNote: "Nachricht:",
    sayYes: "Zusagen",
    approveMore:
        "Dann ist gebucht, oder es wird um die Zahlung gebeten. Das lässt sich nicht zurücknehmen: Danach kann nur noch abgesagt werden.",
    approveNow: "Ja, zusagen",
    sayNo: "Ablehnen",
    declineHoldMore: "Die Zeit ist wieder frei, und wer angefragt hat, erfährt es. Das lässt sich nicht zurücknehmen.",
    declineWhy: "Warum? (wenn Sie mögen; das liest, wer angefragt hat)",
    declineNow: "Nein, ablehnen",
    waive: "Auf die Zahlung verzichten",
    waiveMore:
        "Dann ist ohne Zahlung gebucht, und auch später wird keine Gebühr abgebucht. Das lässt sich nicht zurücknehmen.",
    waiveWhy: "Warum? (für die Bücher der Praxis)",
    waiveNow: "Ohne Zahlung buchen",
    whyMissing: "Bitte sagen Sie, warum.",
    whyNotTaken: "Darin ist etwas, das nicht übernommen werden kann. Bitte schreiben Sie es neu.",
    leaveItOpen: "Offen lassen",
    youSaidYes: "Sie haben zugesagt.",
    youSaidNo: "Sie haben abgelehnt. Die Zeit ist wieder frei.",
    youWaived: "Ohne Zahlung gebucht.",
    holdAnswered: "Das wurde schon beantwortet",
    holdOver: "Das ist vorbei: Die Zeit ist für andere frei",
    noSuchHold: "Hier wird auf nichts mehr gewartet",
    staffOnly: "Diese Seite ist für die Mitarbeitenden der Praxis",
};

/** Nach „innerhalb von“. @param {number} minutes */
function spanOf(minutes) {
    if (minutes % 1440 === 0) return minutes === 1440 ? "einem Tag" : `${minutes / 1440} Tagen`;
    if (minutes % 60 === 0) return minutes === 60 ? "einer Stunde" : `${minutes / 60} Stunden`;
    return `${minutes} Minuten`;
}

/** Vor „lang“. @param {number} minutes */
function spanFor(minutes) {
    if (minutes % 1440 === 0) return minutes === 1440 ? "einen Tag" : `${minutes / 1440} Tage`;
    if (minutes % 60 === 0) return minutes === 60 ? "eine Stunde" : `${minutes / 60} Stunden`;
    return `${minutes} Minuten`;
}
