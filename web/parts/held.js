// A booking that is held: what it waits for and until when, the way to the payment, and back from there.

import { locale } from "../locale.js";
import { stateOf } from "../payments.js";
import { priceLabel } from "../prices.js";
import { placeOf } from "../times.js";
import { html } from "../vendor/preact.js";
import { t } from "../words.js";
import { AgreedFees } from "./agreed-fees.js";
import { Countdown } from "./countdown.js";
import { Heading } from "./heading.js";
import { useEffect, useState } from "./hooks.js";
import { namesOf, SessionSummary } from "./session-summary.js";
import { Waiting } from "./waiting.js";
import { momentOf } from "./when.js";

/** @typedef {import("../payments.js").HeldState} HeldState */

const LONG_MS = 20_000;
const MAY_GIVE_BACK = ["approval", "opening", "open", "left"];

/**
 * @param {object} given
 * @param {Record<string, any>} given.booking
 * @param {number} given.count how many sessions it is for
 * @param {number} given.ahead how far the practice's clock is ahead of this device's, in milliseconds
 * @param {import("../payments.js").Back} given.back
 * @param {import("../catalogue.js").Catalogue} given.catalogue
 * @param {import("../practice.js").Practice | null} given.practice
 * @param {string} given.zone
 * @param {any} [given.children] what else belongs to it
 */
export function Held({ booking, count, ahead, back, catalogue, practice, zone, children }) {
    const [, setOver] = useState(false); // the clock has run out meanwhile
    const { hold, payment } = booking;
    const state = stateOf(hold, back, Date.now() + ahead);
    const { therapist, service } = namesOf(booking, catalogue);
    const rule = payment?.rule ?? service?.payment; // a first session that is not booked itself has no terms
    const isCard = rule === "card_on_file";
    const price = booking.price_cents ?? service?.price_cents ?? 0;
    const currency = booking.currency ?? service?.currency ?? "EUR";
    const name = therapist?.name ?? "";
    const until = { when: momentOf(hold.until, zone), place: placeOf(zone) };
    const sum = priceLabel(price * count, currency, locale());
    const countdown = html`
        <${Countdown} until=${Date.parse(hold.until)} ahead=${ahead} said="minutesLeftToPay" onOver=${() => setOver(true)} />`;
    const title = {
        approval: t("heldForYes", { name }),
        opening: t(isCard ? "cardToBook" : "payToBook"),
        open: t(isCard ? "cardToBook" : "payToBook"),
        left: t(isCard ? "cardToBook" : "payToBook"),
        paid: t("providersWord"),
        settling: t("isBeingSettled"),
        cancelling: t("givingBack"),
        over: t("holdIsOver"),
    }[state];
    return html`
        <${Heading} level=${1} isGoal=${true}>${title}<//>
        ${
            state === "approval" &&
            html`
            <p role="status">${t("heldForYesMore", { name })}</p>
            <p>${t("answerIsDue", until)} ${rule === "prepay" && price > 0 && t("thenYouPay", { sum })}${isCard && t("thenYourCard")}</p>`
        }
        ${
            ["opening", "open", "left"].includes(state) &&
            html`
            ${state === "left" && html`<p class="warning" role="status">${t(isCard ? "noCardYet" : "notPaidYet")}</p>`}
            ${isCard ? payment && html`<${AgreedFees} late=${payment.late_cancellation_fee} missed=${payment.no_show_fee} currency=${currency} />` : html`<p>${t("toPay", { sum })}${count > 1 && ` ${t("seriesHeld", { count })}`}</p>`}
            <p>${t("heldUntil", until)}</p>
            ${countdown}
            ${state === "opening" ? html`<${Waiting} what=${t("openingCheckout")} />` : hold.checkout_url && html`<${ToThePayment} url=${hold.checkout_url} isCard=${isCard} isAgain=${state === "left"} />`}`
        }
        ${state === "paid" && html`<${ProvidersWord} url=${hold.checkout_url} label=${t(isCard ? "leaveCardAgain" : "payAgain")} />`}
        ${state === "settling" && html`<${Waiting} what=${t("underWay")} />`}
        ${state === "cancelling" && html`<${Waiting} what=${t("underWay")} />`}
        ${state === "over" && html`<${Waiting} what=${t("lookingOnceMore")} />`}
        ${
            MAY_GIVE_BACK.includes(state) &&
            html`
            <p class="buttons"><a class="button second" href="/bookings/${booking.booking_id}/cancel">
                ${t(state === "approval" ? "takeBack" : "giveTimeBack")}
            </a></p>`
        }
        <${SessionSummary} booking=${booking} catalogue=${catalogue} practice=${practice} zone=${zone} />
        ${children}`;
}

/** A link, so that it leads there by a press only, and in this tab. @param {{ url: string, isCard: boolean, isAgain: boolean }} given */
const ToThePayment = ({ url, isCard, isAgain }) => html`
    <p class="buttons"><a class="button" href=${url} rel="noreferrer">
        ${t(isCard ? (isAgain ? "leaveCardAgain" : "leaveCardNow") : isAgain ? "payAgain" : "payNow")}
    </a></p>
    <p class="soft">${t("youLeaveThisSite")}</p>`;

/** They say they have paid; the provider has not said so yet. @param {{ url: string | null, label: string }} given */
function ProvidersWord({ url, label }) {
    const [isLong, setIsLong] = useState(false);
    useEffect(() => {
        const timer = setTimeout(() => setIsLong(true), LONG_MS);
        return () => clearTimeout(timer);
    }, []);
    return html`
        <${Waiting} what=${t("providersWordMore")} />
        <div role="status">${isLong && html`<p>${t("providersWordLong")}</p>`}</div>
        ${isLong && url && html`<p>${t("didNotPay")} <a href=${url} rel="noreferrer">${label}</a></p>`}`;
}
