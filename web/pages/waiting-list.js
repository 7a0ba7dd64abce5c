// The wait list: what I wait for, offers that are open, going on after a pause, and leaving.

import { call, read } from "../api.js";
import { useNames } from "../names.js";
import { narrowedTo } from "../own.js";
import { useAsked, useEffect, useFocus, useId, useRef, useState } from "../parts/hooks.js";
import { Notice } from "../parts/notice.js";
import { ProblemNotice } from "../parts/problem.js";
import { SignedInOnly } from "../parts/signed-in-only.js";
import { Waiting } from "../parts/waiting.js";
import { dayOf, momentOf, spanOf } from "../parts/when.js";
import { usePress } from "../pressing.js";
import { html } from "../vendor/preact.js";
import { t } from "../words.js";
import { useZone } from "../zone.js";

/** @typedef {Record<string, any>} Entry of the wait list */

/** @param {{ who: import("../session.js").Person | null }} given */
export const WaitList = ({ who }) => html`<${SignedInOnly} who=${who}><${MyWaitList} who=${who} /><//>`;

/** @param {{ who: import("../session.js").Person }} given */
function MyWaitList({ who }) {
    const place = useFocus();
    const asked = useAsked((stopped) => entries(who, stopped), [who.sub]);
    const [done, setDone] = useState(/** @type {import("../words.js").Word | null} */ (null));
    const after = /** @param {import("../words.js").Word} word */ (word) => () => {
        setDone(word);
        asked.again();
    };
    const waiting = asked.value?.filter((each) => each.status === "waiting") ?? [];
    const over = asked.value?.filter((each) => each.status !== "waiting") ?? [];
    return html`
        <h1 ref=${place} tabindex="-1">${t("waitList")}</h1>
        ${done && html`<${Notice} key=${done} kind="success" title=${t(done)} />`}
        ${asked.error && html`<${ProblemNotice} error=${asked.error} onAgain=${asked.again} />`}
        ${!asked.error && !asked.value && html`<${Waiting} />`}
        ${
            asked.value &&
            html`
            <p>${t("waitListMore")}</p>
            ${waiting.some((each) => each.paused_at) && html`<${Paused} entry=${waiting.find((each) => each.paused_at)} onDone=${after("goingOn")} />`}
            ${!waiting.length && html`<p>${t("waitingForNothing")}</p><p><a class="button" href="/">${t("findATime")}</a></p>`}
            <ul class="sessions">
                ${waiting.map((each) => html`<li key=${each.entry_id}><${WaitingFor} entry=${each} onDone=${after("hasLeft")} /></li>`)}
            </ul>
            ${
                over.length > 0 &&
                html`
                <details>
                    <summary>${t("waitedFor", { count: over.length })}</summary>
                    <ul class="sessions">${over.map((each) => html`<li key=${each.entry_id}><${WhatFor} entry=${each} /></li>`)}</ul>
                </details>`
            }`
        }`;
}

/** All pages: there are at most twenty that wait. @param {import("../session.js").Person} who @param {AbortSignal} stopped @returns {Promise<Entry[]>} */
async function entries(who, stopped) {
    const clientId = await narrowedTo(who, stopped);
    /** @type {Entry[]} */
    const found = [];
    for (let cursor = ""; ; ) {
        const page = await read(`/v1/waitlist${cursor && `?cursor=${encodeURIComponent(cursor)}`}`, stopped);
        found.push(
            ...page.entries.filter(/** @param {Entry} each */ (each) => !clientId || each.client_id === clientId),
        );
        if (!page.next) return found;
        cursor = page.next;
    }
}

/** @param {{ entry: Entry, id?: string }} given */
function WhatFor({ entry, id }) {
    const names = useNames();
    const zone = useZone();
    const service = names.service(entry.service_id);
    const therapist = names.therapist(entry.therapist_id);
    return html`
        <strong class="service" id=${id}>${therapist ? t("serviceWith", { service, therapist }) : t("serviceWithAnyone", { service })}</strong>
        <ul class="windows">
            ${entry.windows.map(/** @param {any} each */ (each) => html`<li>${spanOf(each.starts_at, each.ends_at, zone)}</li>`)}
        </ul>
        <span class="soft">${STATUS[entry.status] ? t(STATUS[entry.status]) : t("waitingSince", { day: dayOf(entry.created_at, zone) })}</span>`;
}

/** @type {Record<string, import("../words.js").Word>} */
const STATUS = { booked: "entryBooked", left: "entryLeft", over: "entryOver" };

/** @param {{ entry: Entry, onDone: () => void }} given */
function WaitingFor({ entry, onDone }) {
    const zone = useZone();
    const id = useId();
    const [isSure, setIsSure] = useState(false);
    const leaving = usePress(() => call("DELETE", `/v1/waitlist/${entry.entry_id}`), onDone);
    const open = entry.offers.find(
        /** @param {any} each */ (each) => !each.outcome && !each.answer && Date.parse(each.expires_at) > Date.now(),
    );
    const yes = useRef(/** @type {HTMLElement | null} */ (null));
    useEffect(() => {
        if (isSure) yes.current?.focus();
    }, [isSure]);
    return html`
        <div class="session">
            <${WhatFor} entry=${entry} id=${id} />
            ${
                open &&
                html`
                <p>${t("offerOpen", { when: momentOf(open.starts_at, zone) })}</p>
                <p><a class="button" href="/offers/${open.booking_id}">${t("toTheOffer")}</a></p>`
            }
            ${leaving.error && html`<${ProblemNotice} error=${leaving.error} missing="noSuchEntry" isOnce />`}
            ${
                isSure
                    ? html`
                    <div role="group" aria-label=${t("leave")}>
                        <p ref=${yes} tabindex="-1">${open ? t("leaveSureOffer") : t("leaveSure")}</p>
                        <div class="buttons">
                            <button class="button danger" disabled=${leaving.isAsking} onClick=${leaving.press}>${t("leaveNow")}</button>
                            <button class="button second" disabled=${leaving.isAsking} onClick=${() => setIsSure(false)}>${t("goOnWaiting")}</button>
                        </div>
                    </div>`
                    : html`<p><button class="quiet" aria-describedby=${id} onClick=${() => setIsSure(true)}>${t("leave")}</button></p>`
            }
        </div>`;
}

/** One press goes on with all that somebody waits for. @param {{ entry: Entry | undefined, onDone: () => void }} given */
function Paused({ entry, onDone }) {
    const going = usePress(() => call("POST", `/v1/waitlist/${entry?.entry_id}/resumption`), onDone);
    return html`
        <section class="notice">
            <h2>${t("paused")}</h2>
            <p>${t("pausedMore")}</p>
            ${going.error && html`<${ProblemNotice} error=${going.error} missing="noSuchEntry" />`}
            <button class="button" disabled=${going.isAsking} onClick=${going.press}>${t("goOn")}</button>
        </section>`;
}
