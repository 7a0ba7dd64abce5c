// What became of a request: followed until it is decided, and then what, when, where and with whom, or why not.

import { useFollowed } from "../booking-followed.js";
import { useCatalogue } from "../catalogue.js";
import { choice, forgetChoice } from "../choice.js";
import { draft } from "../draft.js";
import { Problem } from "../errors.js";
import { keptKey } from "../kept-key.js";
import { Booked } from "../parts/booked.js";
import { Heading } from "../parts/heading.js";
import { Held } from "../parts/held.js";
import { useEffect, useState } from "../parts/hooks.js";
import { Money } from "../parts/money.js";
import { ProblemNotice } from "../parts/problem.js";
import { Refused } from "../parts/refused.js";
import { SeriesSessions, useSeries } from "../parts/series-sessions.js";
import { SessionSummary } from "../parts/session-summary.js";
import { SignedInOnly } from "../parts/signed-in-only.js";
import { ToCalendar } from "../parts/to-calendar.js";
import { Waiting } from "../parts/waiting.js";
import { backBy, hasEnded } from "../payments.js";
import { useQuery } from "../router.js";
import { html } from "../vendor/preact.js";
import { t } from "../words.js";
import { useZone } from "../zone.js";

/**
 * @typedef {object} Given
 * @property {string} booking_id
 * @property {import("../practice.js").Practice | null} practice
 * @property {import("../session.js").Person | null} who
 */

/** @param {Given} given */
export const BookingPage = (given) => html`<${SignedInOnly} who=${given.who}><${Followed} ...${given} /><//>`;

/** @param {Given} given */
function Followed({ booking_id, practice }) {
    const zone = useZone();
    const catalogue = useCatalogue();
    const [isOurs] = useState(() => keptKey("booking")?.key === booking_id); // asked for here, and not decided yet
    const [times, setTimes] = useState(0);
    const [isFeeAsked, setIsFeeAsked] = useState(false);
    const back = backBy(useQuery());
    const followed = useFollowed(booking_id, { isOurs, back, isFeeAsked, times });
    const { booking, ahead, error, isAway, isLong, isNoteLost } = followed;
    const isAccepted = draft.accepted === booking_id || booking !== undefined; // and is not only thought to be
    const again = () => setTimes(times + 1);
    if (isOurs && error instanceof Problem && error.status === 404) return html`<${NotArrived} />`;
    if (error) return html`<${ProblemNotice} level=${1} error=${error} missing="noSuchBooking" onAgain=${again} />`;
    if (catalogue.error)
        return html`<${ProblemNotice} level=${1} error=${catalogue.error} onAgain=${catalogue.again} />`;
    if (booking && catalogue.value && booking.status !== "pending") {
        const onFee = () => setIsFeeAsked(true);
        const given = { booking, ahead, back, practice, zone, catalogue: catalogue.value, isOurs, onFee };
        return html`
            ${isNoteLost && html`<p role="alert">${t("noteNotKept")}</p>`}
            ${isAway && html`<p role="status">${t("stillTrying")}</p>`}
            ${booking.series_id === booking.booking_id ? html`<${Series} ...${given} />` : html`<${Decided} ...${given} />`}`;
    }
    return html`
        <${Heading} level=${1} isGoal=${true}>${t(!isOurs ? "yourSession" : isAccepted ? "askedFor" : "lookingForRequest")}<//>
        <${Waiting} what=${t(isAway ? (isAccepted ? "stillTrying" : "unreachable") : isAccepted || !isOurs ? "beingDecided" : "loading")} />
        <p role="status">${isLong && isAccepted && t("mayClose")}</p>
        ${
            booking &&
            catalogue.value &&
            html`
            <${SessionSummary} booking=${booking} catalogue=${catalogue.value} practice=${practice} zone=${zone} />`
        }`;
}

/** @param {any} given */
function Decided({ booking, ahead, back, practice, zone, catalogue, isOurs, onFee }) {
    const given = { booking, practice, zone, catalogue };
    if (booking.hold && booking.series_id) return html`<${HeldInSeries} ...${given} ahead=${ahead} back=${back} />`;
    if (booking.hold) return html`<${Held} ...${given} count=${1} ahead=${ahead} back=${back} />`;
    const money = html`<${Money} booking=${booking} back=${back} onChanged=${onFee} />`;
    if (booking.status === "rejected" || hasEnded(booking)) {
        return html`<${Refused} ...${given} />${money}`;
    }
    return html`
        <${Booked} ...${given} isNew=${isOurs}>${money}<//>
        ${booking.series_id && html`<${OtherSessions} id=${booking.series_id} zone=${zone} practice=${practice} />`}`;
}

/** The first of a series stands for all of it. @param {any} given */
function Series({ booking, ahead, back, practice, zone, catalogue, isOurs, onFee }) {
    const series = useSeries(booking.series_id, `${booking.status} ${booking.hold?.awaits}`);
    const isAnyBooked = series.value?.occurrences.some((/** @type {any} */ each) => each.status !== "rejected");
    useEffect(() => {
        if (isOurs && isAnyBooked) forgetChoice(); // its first session alone was refused
    }, [isAnyBooked]);
    if (series.error) return html`<${ProblemNotice} level=${1} error=${series.error} onAgain=${series.again} />`;
    if (!series.value) return html`<${Waiting} />`;
    const all = series.value.occurrences;
    const taken = all.filter((/** @type {any} */ each) => each.status !== "rejected");
    const standing = all.filter((/** @type {any} */ each) => each.status === "confirmed");
    const money = html`<${Money} booking=${booking} back=${back} onChanged=${onFee} />`;
    if (!taken.length || (!booking.hold && !standing.length && hasEnded(booking))) {
        const { reasons } = taken.length ? booking : series.value;
        return html`
            <${Refused} booking=${{ ...booking, reasons }} practice=${practice} zone=${zone} catalogue=${catalogue} />
            ${money}
            <${SeriesSessions} series=${series.value} zone=${zone} practice=${practice} />`;
    }
    if (booking.hold) {
        const count = all.filter((/** @type {any} */ each) => each.status === "held").length;
        return html`
            <${Held} booking=${booking} count=${count} ahead=${ahead} back=${back} practice=${practice} zone=${zone} catalogue=${catalogue}>
                <${SeriesSessions} series=${series.value} zone=${zone} practice=${practice} current=${booking.booking_id} />
            <//>`;
    }
    const title = isOurs && standing.length > 0 && t("seriesBooked", { booked: standing.length, all: all.length });
    return html`
        ${
            booking.status === "rejected" || hasEnded(booking)
                ? html`<${Heading} level=${1} isGoal=${true}>${title || t("yourSeries")}<//>${money}`
                : html`<${Booked} booking=${booking} practice=${practice} zone=${zone} catalogue=${catalogue} title=${title}
                isNew=${isOurs}>${money}<//>`
        }
        <${SeriesSessions} series=${series.value} zone=${zone} practice=${practice} current=${booking.booking_id} />
        ${
            standing.length > 1 &&
            html`
            <div class="actions">
                <${ToCalendar} booking=${booking} sessions=${standing} catalogue=${catalogue} practice=${practice} label=${t("allToMyCalendar")} />
            </div>`
        }`;
}

/** One session of a series, which is held as one. @param {any} given */
function HeldInSeries({ booking, ...given }) {
    const series = useSeries(booking.series_id, booking.hold.awaits);
    if (series.error) return html`<${ProblemNotice} level=${1} error=${series.error} onAgain=${series.again} />`;
    if (!series.value) return html`<${Waiting} />`;
    const count = series.value.occurrences.filter((/** @type {any} */ each) => each.status === "held").length;
    return html`
        <${Held} booking=${booking} ...${given} count=${count}>
            <${SeriesSessions} series=${series.value} zone=${given.zone} practice=${given.practice} />
        <//>`;
}

/** @param {{ id: string, zone: string, practice: any }} given */
function OtherSessions({ id, zone, practice }) {
    const series = useSeries(id);
    return series.value && html`<${SeriesSessions} series=${series.value} zone=${zone} practice=${practice} />`;
}

/** The answer was lost, and so was the question. */
const NotArrived = () => html`
    <${Heading} level=${1} isGoal=${true}>${t("notArrived")}<//>
    <p>${t("notArrivedMore")}</p>
    <a class="button" href=${choice() ? "/review" : "/"}>${t("backToChoice")}</a>`;
