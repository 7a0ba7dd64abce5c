// What somebody may ask the practice to do with their data: give it out, delete it. A person decides.

import { call } from "../api.js";
import { usePress } from "../pressing.js";
import { html } from "../vendor/preact.js";
import { t } from "../words.js";
import { useZone } from "../zone.js";
import { useEffect, useRef, useState } from "./hooks.js";
import { ProblemNotice } from "./problem.js";
import { saveFile } from "./save-file.js";
import { dayOf } from "./when.js";

/** @typedef {{ request_id: string, kind: "export" | "deletion", asked_at: string, decision: "granted" | "refused" | null, decided_at: string | null, reason: string | null }} Asked */

const GRANTED_MS = 30 * 24 * 3600 * 1000;

/** @param {{ requests: Asked[], onAnswer: (answer: import("../api.js").Answer) => void }} given */
export function DataRequests({ requests, onAnswer }) {
    const newest = /** @param {string} kind */ (kind) =>
        requests
            .filter((each) => each.kind === kind)
            .toSorted((one, other) => other.asked_at.localeCompare(one.asked_at))[0];
    const [known] = useState(() => requests.map((each) => each.request_id)); // what is new was asked for by a press
    const state = /** @param {Asked | undefined} asked */ (asked) =>
        asked && html`<${State} key=${asked.request_id} asked=${asked} isGoal=${!known.includes(asked.request_id)} />`;
    const [exported, deletion] = [newest("export"), newest("deletion")];
    const isGranted = Boolean(
        exported?.decision === "granted" && Date.parse(exported.decided_at ?? "") > Date.now() - GRANTED_MS,
    );
    return html`
        <section aria-labelledby="what-is-kept">
            <h2 id="what-is-kept">${t("whatIsKept")}</h2>
            <h3>${t("aCopy")}</h3>
            <p>${t("aCopyMore")}</p>
            ${state(exported)}
            ${isGranted ? html`<${Download} />` : exported && !exported.decision ? null : html`<${AskFor} kind="export" label=${t("askForCopy")} onAnswer=${onAnswer} />`}
            <h3>${t("deletion")}</h3>
            <p>${t("deletionMore")}</p>
            ${state(deletion)}
            ${(!deletion || deletion.decision === "refused") && html`<${AskFor} kind="deletion" label=${t("askForDeletion")} sure=${t("deletionSure")} onAnswer=${onAnswer} />`}
        </section>`;
}

/** @param {{ asked: Asked, isGoal: boolean }} given `isGoal`: the button that was pressed has become this */
function State({ asked, isGoal }) {
    const zone = useZone();
    const place = useRef(/** @type {HTMLElement | null} */ (null));
    useEffect(() => {
        if (isGoal) place.current?.focus();
    }, []);
    const decided = asked.decided_at ? dayOf(asked.decided_at, zone) : "";
    return html`
        <p role="status" ref=${place} tabindex="-1">
            ${!asked.decision && t("askedOn", { day: dayOf(asked.asked_at, zone) })}
            ${asked.decision === "granted" && t("grantedOn", { day: decided })}
            ${asked.decision === "refused" && t("refusedOn", { day: decided })}
            ${asked.decision === "refused" && asked.reason && html` <q>${asked.reason}</q>`}
        </p>`;
}

/** @param {{ kind: Asked["kind"], label: string, sure?: string, onAnswer: (answer: import("../api.js").Answer) => void }} given `sure`: asked once more before */
function AskFor({ kind, label, sure, onAnswer }) {
    const [isSure, setIsSure] = useState(!sure);
    const asking = usePress(() => call("POST", "/v1/me/requests", { body: { kind } }), onAnswer);
    const question = useRef(/** @type {HTMLElement | null} */ (null));
    useEffect(() => {
        if (sure && isSure) question.current?.focus();
    }, [isSure]);
    return html`
        ${asking.error && html`<${ProblemNotice} error=${asking.error} />`}
        ${!isSure && html`<button class="button second" onClick=${() => setIsSure(true)}>${label}</button>`}
        ${sure && isSure && html`<p ref=${question} tabindex="-1">${sure}</p>`}
        ${
            isSure &&
            html`
            <div class="buttons">
                <button class=${sure ? "button danger" : "button second"} disabled=${asking.isAsking} onClick=${asking.press}>${sure ? t("askForDeletionNow") : label}</button>
                ${sure && html`<button class="button second" onClick=${() => setIsSure(false)}>${t("keepMyData")}</button>`}
            </div>`
        }`;
}

/** The file is made here, of the answer: it is in no cache and under no URL. */
function Download() {
    const fetching = usePress(
        async () => (await call("GET", "/v1/me/export")).body.file,
        (file) => saveFile("my-data.json", "application/json", JSON.stringify(file, null, 2)),
    );
    return html`
        ${fetching.error && html`<${ProblemNotice} error=${fetching.error} />`}
        <button class="button" disabled=${fetching.isAsking} onClick=${fetching.press}>${t("downloadCopy")}</button>`;
}
