// An offer of the wait list: the time that is held, until when, yes or no, and what became of it.

import { call } from "../api.js";
import { Problem } from "../errors.js";
import { follow } from "../following.js";
import { Countdown } from "../parts/countdown.js";
import { useAsked, useEffect, useFocus, useRef, useState } from "../parts/hooks.js";
import { Notice } from "../parts/notice.js";
import { ProblemNotice } from "../parts/problem.js";
import { SessionCard } from "../parts/session-card.js";
import { SignedInOnly } from "../parts/signed-in-only.js";
import { UnderWay } from "../parts/under-way.js";
import { Waiting } from "../parts/waiting.js";
import { momentOf } from "../parts/when.js";
import { replace } from "../router.js";
import { html } from "../vendor/preact.js";
import { t } from "../words.js";
import { useZone } from "../zone.js";

/**
 * @typedef {Record<string, any>} Details the answer of GET /v1/offers/{booking_id}
 * @typedef {"accept" | "decline"} Answer
 */

/** @param {{ who: import("../session.js").Person | null, booking_id: string }} given */
export const Offer = ({ who, booking_id: id }) => html`<${SignedInOnly} who=${who}><${AnOffer} id=${id} /><//>`;

/** @param {{ id: string }} given */
function AnOffer({ id }) {
    const path = `/v1/offers/${id}`;
    const asked = useAsked(
        async (stopped) => {
            const { body, at } = await call("GET", path, { stopped });
            return { offer: /** @type {Details} */ (body), ahead: at - Date.now() };
        },
        [id],
    );
    const [isAsking, setIsAsking] = useState(false);
    const [isAway, setIsAway] = useState(false);
    const [after, setAfter] = useState(/** @type {Details | null} */ (null));
    const [error, setError] = useState(/** @type {unknown} */ (null));
    const stop = useRef(new AbortController());
    const offer = after ?? asked.value?.offer;
    useEffect(() => {
        stop.current = new AbortController();
        return () => stop.current.abort();
    }, [id]);
    // Answered, here or elsewhere, and not settled yet: what becomes of it is followed.
    const isOpenAnswer = Boolean(offer?.answer && !offer.outcome);
    useEffect(() => {
        if (!isOpenAnswer) return;
        follow(
            async () => (await call("GET", path, { stopped: stop.current.signal })).body,
            (each) => each.outcome !== null,
            {
                stopped: stop.current.signal,
                onAway: setIsAway,
            },
        ).then((settled) => settled && setAfter(settled), setError);
    }, [isOpenAnswer]);

    /** @param {Answer} answer */
    const press = async (answer) => {
        setIsAsking(true);
        setError(null);
        try {
            setAfter((await call("POST", `${path}/answer`, { body: { answer } })).body);
        } catch (problem) {
            if (problem instanceof Problem && problem.status === 409)
                asked.again(); // it is over: what became of it?
            else setError(problem);
        }
        setIsAsking(false);
    };
    if (asked.error)
        return html`
            <${ProblemNotice} level=${1} error=${asked.error} missing="noSuchOffer" onAgain=${asked.again}>
                <p><a class="way-on" href="/waiting">${t("waitList")}</a></p>
            <//>`;
    if (!offer) return html`<h1>${t("offerTitle")}</h1><${Waiting} />`;
    if (isOpenAnswer && !error)
        return html`<${UnderWay} title=${t(offer.answer === "accept" ? "accepting" : "declining")} isAway=${isAway} />`;
    if (offer.outcome) return html`<${Settled} offer=${offer} />`;
    return html`
        <${OpenOffer} offer=${offer} ahead=${asked.value?.ahead ?? 0} isAsking=${isAsking} onAnswer=${press} onOver=${asked.again}
            error=${error} />`;
}

/**
 * @param {object} given
 * @param {Details} given.offer
 * @param {number} given.ahead
 * @param {boolean} given.isAsking
 * @param {(answer: Answer) => void} given.onAnswer
 * @param {() => void} given.onOver
 * @param {unknown} given.error
 */
function OpenOffer({ offer, ahead, isAsking, onAnswer, onOver, error }) {
    const zone = useZone();
    const place = useFocus();
    const until = Date.parse(offer.expires_at);
    const isOver = until <= Date.now() + ahead;
    if (isOver) return html`<${Settled} offer=${{ ...offer, outcome: "expired" }} />`;
    return html`
        <h1 ref=${place} tabindex="-1">${t("offerTitle")}</h1>
        <p>${t("heldForYou")}</p>
        <p class="session"><${SessionCard} session=${offer} /></p>
        <p>${t("answerBy", { when: momentOf(offer.expires_at, zone) })}</p>
        <${Countdown} until=${until} ahead=${ahead} onOver=${onOver} />
        ${error && html`<${ProblemNotice} error=${error} missing="noSuchOffer" isOnce />`}
        <div class="buttons">
            <button class="button" disabled=${isAsking} onClick=${() => onAnswer("accept")}>${t("accept")}</button>
            <button class="button second" disabled=${isAsking} onClick=${() => onAnswer("decline")}>${t("decline")}</button>
        </div>
        <p class="soft">${t("declineMore")}</p>`;
}

/** @param {{ offer: Details }} given */
function Settled({ offer }) {
    if (offer.outcome === "accepted") return html`<${Accepted} offer=${offer} />`;
    const isDeclined = offer.outcome === "declined";
    return html`
        <${Notice} level=${1} kind="info" title=${t(isDeclined ? "offerDeclined" : "offerExpired")}>
            <p class="session"><${SessionCard} session=${offer} /></p>
            <p>${t("offerOverMore")}</p>
            <div class="buttons">
                <a class="button" href="/waiting">${t("waitList")}</a>
                <a class="button second" href="/">${t("findATime")}</a>
            </div>
        <//>`;
}

/** It is booked, or held until it is paid for. @param {{ offer: Details }} given */
function Accepted({ offer }) {
    const asked = useAsked(
        async (stopped) => (await call("GET", `/v1/bookings/${offer.booking_id}`, { stopped })).body,
        [],
    );
    const stands = ["confirmed", "held"].includes(asked.value?.status);
    useEffect(() => {
        if (asked.value && !stands) replace(`/bookings/${offer.booking_id}`); // what became of it since
    }, [asked.value]);
    if (asked.error) return html`<${ProblemNotice} level=${1} error=${asked.error} onAgain=${asked.again} />`;
    if (!asked.value || !stands) return html`<h1>${t("offerTitle")}</h1><${Waiting} />`;
    const isHeld = Boolean(asked.value.hold);
    return html`
        <${Notice} level=${1} kind="success" title=${t(isHeld ? "offerAcceptedHeld" : "offerAccepted")}>
            <p class="session"><${SessionCard} session=${asked.value} /></p>
            <p>${t(isHeld ? "offerAcceptedHeldMore" : "weWriteToYou")}</p>
            <p><a class="button" href="/bookings/${offer.booking_id}">${t("toTheSession")}</a></p>
        <//>`;
}
