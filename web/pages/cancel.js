// Cancelling a session, or several of its series: what it costs now, then one press, then what became of it.

import { amountLabel } from "../amounts.js";
import { read } from "../api.js";
import { useChange } from "../changing.js";
import { costsOf, meant, scopes } from "../costs.js";
import { locale } from "../locale.js";
import { CallThePractice, Cost, CostNow } from "../parts/cost-now.js";
import { useAsked, useEffect, useFocus, useRef, useState } from "../parts/hooks.js";
import { Notice } from "../parts/notice.js";
import { ProblemNotice } from "../parts/problem.js";
import { ReasonField } from "../parts/reason-field.js";
import { SessionCard } from "../parts/session-card.js";
import { SignedInOnly } from "../parts/signed-in-only.js";
import { UnderWay } from "../parts/under-way.js";
import { Waiting } from "../parts/waiting.js";
import { momentOf } from "../parts/when.js";
import { costOf } from "../payments.js";
import { usePress } from "../pressing.js";
import { priceLabel } from "../prices.js";
import { sentences } from "../reasons.js";
import { html } from "../vendor/preact.js";
import { language, t } from "../words.js";
import { useZone } from "../zone.js";

/** @typedef {Record<string, any>} Booking */

const LOOK_MS = 5000; // before a press is carried out; who hears nothing in it asks all the same

/** @param {{ who: import("../session.js").Person | null, practice: import("../practice.js").Practice | null, booking_id: string }} given */
export const Cancel = ({ who, practice, booking_id: id }) =>
    html`<${SignedInOnly} who=${who}><${CancelBooking} id=${id} practice=${practice} /><//>`;

/** @param {{ id: string, practice: import("../practice.js").Practice | null }} given */
function CancelBooking({ id, practice }) {
    const asked = useAsked(
        async (stopped) => {
            const booking = await read(`/v1/bookings/${id}`, stopped);
            const series = booking.series_id ? await read(`/v1/series/${booking.series_id}`, stopped) : null;
            return {
                booking,
                occurrences: /** @type {import("../costs.js").Occurrence[]} */ (series?.occurrences ?? []),
            };
        },
        [id],
    );
    const change = useChange("cancellation", id);
    const [fresh, setFresh] = useState(/** @type {Booking | null} */ (null)); // at a press it was not as it was shown
    if (change.phase === "following") return html`<${UnderWay} title=${t("cancelling")} isAway=${change.isAway} />`;
    if (asked.error)
        return html`
            <${ProblemNotice} level=${1} error=${asked.error} missing="noSuchSession" onAgain=${asked.again}>
                <p><a class="way-on" href="/sessions">${t("mySessions")}</a></p>
            <//>`;
    if (!asked.value) return html`<h1>${t("cancelTitle")}</h1><${Waiting} />`;
    const known = { ...asked.value, booking: fresh ?? asked.value.booking, practice };
    if (change.phase === "decided") return html`<${Decided} change=${change.change} ...${known} />`;
    return html`<${Ask} ...${known} change=${change} isChanged=${fresh !== null} onChanged=${setFresh} />`;
}

/** What is told of a cancellation before it is asked for. @param {Booking} booking */
const told = ({ status, hold, changes }) => JSON.stringify([status, hold?.awaits, changes?.cancellation]);

/**
 * @param {object} given
 * @param {Booking} given.booking
 * @param {import("../costs.js").Occurrence[]} given.occurrences
 * @param {ReturnType<typeof useChange>} given.change
 * @param {import("../practice.js").Practice | null} given.practice
 * @param {boolean} given.isChanged it is not as it was when it was first shown
 * @param {(now: Booking) => void} given.onChanged
 */
function Ask({ booking, occurrences, change, practice, isChanged, onChanged }) {
    const [now] = useState(Date.now);
    const isHeld = Boolean(booking.hold); // a series is held as one
    const choices = isHeld ? [] : scopes(occurrences, booking.booking_id, now);
    const first = isHeld && booking.series_id ? "all" : (change.kept()?.scope ?? "one");
    const [scope, setScope] = useState(/** @type {import("../costs.js").Scope} */ (first));
    const [reason, setReason] = useState("");
    const place = useFocus();
    const isHere = useRef(true);
    useEffect(
        () => () => {
            isHere.current = false;
        },
        [],
    );
    const isPending = booking.status === "pending" || isHeld; // nothing is booked yet
    const own = booking.changes?.cancellation;
    const several = meant(occurrences, booking.booking_id, scope, now);
    const isOne = scope === "one";
    const costOfThem = async (/** @type {AbortSignal} */ stopped) =>
        isOne || isPending
            ? null
            : costsOf(several, async (id) => (await read(`/v1/bookings/${id}`, stopped)).changes?.cancellation);
    const costs = useAsked(costOfThem, [scope]);
    const mayAsk =
        isPending ||
        (isOne ? own && own.cost !== "not_allowed" : costs.value && costs.value.free + costs.value.late > 0);
    const cancel = () =>
        change.ask(
            /** @type {Record<string, string>} */ ({
                ...(isOne ? {} : { scope }),
                ...(isPending ? {} : { if_starts_at: booking.starts_at }),
            }),
            reason.trim(),
        );
    // Nobody presses for another price than the one that is shown: it may be late by now, or booked.
    const looking = usePress(
        async () => {
            const stopped = AbortSignal.timeout(LOOK_MS);
            const now = await read(`/v1/bookings/${booking.booking_id}`, stopped).catch(() => booking);
            const ofThem = await costOfThem(stopped).catch(() => costs.value);
            const isSame = JSON.stringify(ofThem) === JSON.stringify(costs.value);
            if (!isSame) costs.again();
            return isSame && told(now) === told(booking) ? null : now;
        },
        (now) => {
            if (isHere.current) now ? onChanged(now) : cancel();
        },
    );
    const takesBack = t(booking.hold?.awaits === "payment" ? "giveTimeBack" : "takeBack");
    const label = isPending ? takesBack : isOne ? t("cancelNow") : t("cancelSeveralNow", { count: several.length });
    const policy = practice?.cancellation_policy?.[language()];
    return html`
        <h1 ref=${place} tabindex="-1">${isPending ? takesBack : t("cancelTitle")}</h1>
        <p class="session"><${SessionCard} session=${booking} /></p>
        ${isChanged && html`<${Notice} kind="problem" title=${t("costChanged")}><p>${t("costChangedMore")}</p><//>`}
        ${change.error && html`<${ProblemNotice} error=${change.error} missing="noSuchSession" isOnce />`}
        ${!isPending && !own && html`<p>${t("nothingToCancel")}</p>`}
        ${
            choices.length > 1 &&
            html`
            <fieldset>
                <legend>${t("whichSessions")}</legend>
                ${choices.map(
                    (each) => html`
                    <label class="choice">
                        <input type="radio" name="scope" value=${each.scope} checked=${each.scope === scope} onChange=${() => setScope(each.scope)} />
                        <span>${t(CHOICES[each.scope], { count: each.count })}</span>
                    </label>`,
                )}
            </fieldset>`
        }
        <div class="cost" role="status">
            ${isPending && html`<p>${t(booking.hold ? "heldCostsNothing" : "notDecidedYet")}</p>`}
            ${isOne && own && !isPending && html`<${CostNow} change=${own} booking=${booking} practice=${practice} />`}
            ${!isOne && !isPending && !costs.value && !costs.error && html`<${Waiting} />`}
            ${!isOne && costs.value && html`<${CostOfSeveral} costs=${costs.value} booking=${booking} practice=${practice} />`}
        </div>
        ${!isOne && costs.error && html`<${ProblemNotice} error=${costs.error} onAgain=${costs.again} />`}
        ${policy && own && html`<details><summary>${t("cancellationPolicy")}</summary><p class="own-words">${policy}</p></details>`}
        ${
            mayAsk &&
            html`
            <${ReasonField} value=${reason} error=${change.error} onInput=${setReason} />
            <div class="buttons">
                <button class="button danger" disabled=${looking.isAsking || change.phase === "asking"} onClick=${looking.press}>
                    ${label}
                </button>
                <a class="button second" href="/bookings/${booking.booking_id}">${t("keepIt")}</a>
            </div>
            ${looking.isAsking && html`<${Waiting} what=${t("cancelling")} />`}`
        }
        ${!mayAsk && html`<p><a class="way-on" href="/bookings/${booking.booking_id}">${t("toTheSession")}</a></p>`}`;
}

/** @type {Record<import("../costs.js").Scope, import("../words.js").Word>} */
const CHOICES = { one: "onlyThis", following: "thisAndFollowing", all: "allToCome" };

/**
 * @param {object} given
 * @param {{ free: number, late: number, notAllowed: number, fee: number, refund: number }} given.costs
 * @param {Booking} given.booking
 * @param {import("../practice.js").Practice | null} given.practice
 */
function CostOfSeveral({ costs, booking, practice }) {
    const price = booking.price_cents ? priceLabel(booking.price_cents, booking.currency, locale()) : "";
    const cost = costOf(costs, booking.payment);
    return html`
        ${costs.free > 0 && html`<p>${t("freeOfSeveral", { count: costs.free })}</p>`}
        ${cost && html`<${Cost} cost=${cost} currency=${booking.payment.currency} />`}
        ${!cost && costs.late > 0 && html`<p class="warning">${t("lateOfSeveral", { count: costs.late, price })}</p>`}
        ${costs.notAllowed > 0 && html`<p>${t("staysOfSeveral", { count: costs.notAllowed })}</p><${CallThePractice} practice=${practice} />`}`;
}

/**
 * @param {object} given
 * @param {import("../changing.js").Change} given.change
 * @param {Booking} given.booking
 * @param {import("../costs.js").Occurrence[]} given.occurrences
 * @param {import("../practice.js").Practice | null} given.practice
 */
function Decided({ change, booking, occurrences, practice }) {
    const zone = useZone();
    const count = change.booking_ids.length;
    const [id] = change.booking_ids;
    const decided = useAsked(async (stopped) => (count === 1 ? read(`/v1/bookings/${id}`, stopped) : null), [id]);
    if (change.outcome === "refused") {
        return html`
            <${Notice} level=${1} kind="problem" title=${t("notCancelled")}>
                ${sentences(change.reasons, t).map((each) => html`<p>${each}</p>`)}
                <${CallThePractice} practice=${practice} />
                <p><a class="way-on" href="/bookings/${booking.booking_id}">${t("toTheSession")}</a></p>
            <//>`;
    }
    if (count === 1 && !decided.value && !decided.error) return html`<h1>${t("cancelled")}</h1><${Waiting} />`;
    const cancelled = decided.value ?? null;
    const cost = moneyOf(cancelled, booking);
    const isUnknown = !cost && booking.payment && booking.payment.rule !== "none";
    const left = change.sessions_left.filter(
        /** @param {any} each */ (each) =>
            each.reasons.some(/** @param {any} one */ (one) => one.code !== "booking_over"),
    );
    const when = /** @param {string} bookingId */ (bookingId) =>
        occurrences.find((each) => each.booking_id === bookingId)?.starts_at;
    return html`
        <${Notice} level=${1} kind="success" title=${count > 1 ? t("cancelledSeveral", { count }) : t("cancelled")}>
            ${count <= 1 && html`<p class="session"><${SessionCard} session=${cancelled ?? booking} /></p>`}
            ${cost && html`<${MoneyComes} cost=${cost} currency=${cancelled?.payment.currency} />`}
            ${!cost && change.outcome === "late_cancelled" && html`<p>${t("cancelledLate")}</p>`}
            ${!cost && !isUnknown && change.outcome === "cancelled" && count > 0 && html`<p>${t("cancelledFree")}</p>`}
            ${count === 0 && html`<p>${t("cancelledBefore")}</p>`}
            <p>${t("weWriteToYou")}</p>
        <//>
        ${
            left.length > 0 &&
            html`
            <h2>${t("theseStay")}</h2>
            <ul>
                ${left.map(
                    /** @param {any} each */ (each) => html`
                    <li>${when(each.booking_id) && `${momentOf(/** @type {string} */ (when(each.booking_id)), zone)}: `}${sentences(each.reasons, t).join(" ")}</li>`,
                )}
            </ul>
            <${CallThePractice} practice=${practice} />`
        }
        <div class="buttons">
            <a class="button" href="/sessions">${t("mySessions")}</a>
            <a class="button second" href="/">${t("bookAnother")}</a>
        </div>`;
}

/**
 * What comes of the money, as it was decided; what had gone back before is none of it. Null: it is not paid for here, or
 * nobody knows.
 *
 * @param {Booking | null} cancelled @param {Booking} before
 * @returns {{ fee: number, refund: number } | null}
 */
function moneyOf(cancelled, before) {
    const payment = cancelled?.payment;
    if (!payment || payment.rule === "none") return null;
    const given = before.booking_id === cancelled.booking_id ? (before.payment?.refunded ?? 0) : 0;
    return { fee: payment.fee, refund: Math.max(0, payment.paid - payment.fee - given) };
}

/** What comes of the money. @param {{ cost: { fee: number, refund: number }, currency: string }} given */
function MoneyComes({ cost: { fee, refund }, currency }) {
    const label = /** @param {number} amount */ (amount) => amountLabel(amount, currency, locale());
    return html`
        ${refund > 0 && html`<p>${t("backComes", { refund: label(refund) })}</p>`}
        ${fee > 0 && html`<p>${t("feeComes", { fee: label(fee) })}</p>`}
        ${refund === 0 && fee === 0 && html`<p>${t("cancelledFree")}</p>`}`;
}
