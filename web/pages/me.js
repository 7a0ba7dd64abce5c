// My data: who I am to the practice, how I am reached, what I agreed to, and what I may ask for.

import { call } from "../api.js";
import { Problem } from "../errors.js";
import { ContactFields } from "../parts/contact-fields.js";
import { DataRequests } from "../parts/data-requests.js";
import { useAsked, useEffect, useFocus, useId, useState } from "../parts/hooks.js";
import { Notice } from "../parts/notice.js";
import { NumberCode } from "../parts/number-code.js";
import { ProblemNotice } from "../parts/problem.js";
import { SignedInOnly } from "../parts/signed-in-only.js";
import { isStaff, StaffNotice } from "../parts/staff-notice.js";
import { Waiting } from "../parts/waiting.js";
import { practice as thePractice } from "../practice.js";
import { bodyOf, formOf, merged, wrongField, wrongNumber } from "../record.js";
import { listedZone } from "../times.js";
import { html } from "../vendor/preact.js";
import { language, t } from "../words.js";
import { ownZone, zones } from "../zone.js";

/**
 * @typedef {import("../api.js").Answer} Answer
 * @typedef {import("../practice.js").Practice} Practice
 * @typedef {import("../record.js").Form} Form
 */

/** @param {{ who: import("../session.js").Person | null, practice: Practice | null }} given */
export const Me = ({ who, practice }) =>
    html`<${SignedInOnly} who=${who}><${MyData} who=${who} practice=${practice} /><//>`;

/** @param {{ who: import("../session.js").Person, practice: Practice | null }} given */
function MyData({ who, practice }) {
    const place = useFocus();
    const asked = useAsked((stopped) => call("GET", "/v1/me", { stopped }), []);
    const [after, setAfter] = useState(/** @type {Answer | null} */ (null));
    const answer = after ?? asked.value;
    /** What was asked of the practice makes a new version of the answer, and does not name it. @param {Answer} next */
    const takeRequests = (next) => {
        setAfter({ ...next, etag: null });
        call("GET", "/v1/me").then(setAfter, () => undefined); // else it is read when something is saved
    };
    return html`
        <h1 ref=${place} tabindex="-1">${t("myData")}</h1>
        ${asked.error && html`<${ProblemNotice} error=${asked.error} onAgain=${asked.again} />`}
        ${!asked.error && !answer && html`<${Waiting} />`}
        ${answer && !answer.body.record && isStaff(who) && html`<${StaffNotice} who=${who} />`}
        ${answer && (answer.body.record || !isStaff(who)) && html`<${RecordForm} answer=${answer} practice=${practice} onAnswer=${setAfter} />`}
        ${answer?.body.record && html`<${DataRequests} requests=${answer.body.requests} onAnswer=${takeRequests} />`}`;
}

/** @param {Answer} answer @returns {Form} */
const formOfAnswer = ({ body }) =>
    formOf(body.record, { address: body.address, zone: ownZone(), language: language() });

const CHANGED = 412;

/**
 * Puts the record, unless it has been changed since it was read. What else is in the answer (requests to the practice)
 * makes a new version of it, too, and is in nobody's way.
 *
 * @param {ReturnType<typeof bodyOf>} body
 * @param {Answer} known as it was read
 * @returns {Promise<Answer>} as it is now; its status is 412 where nothing was put
 */
async function put(body, known) {
    let version = known.etag;
    for (let isFirst = true; ; isFirst = false) {
        try {
            if (version) return await call("PUT", "/v1/me", { body, ifMatch: version });
        } catch (error) {
            if (!(error instanceof Problem && error.kind === "changed-meanwhile")) throw error;
        }
        const now = await call("GET", "/v1/me");
        const isSame = JSON.stringify(now.body.record) === JSON.stringify(known.body.record);
        if (!isSame || !isFirst) return { ...now, status: CHANGED };
        version = now.etag;
    }
}

/** @param {{ answer: Answer, practice: Practice | null, onAnswer: (answer: Answer) => void }} given */
function RecordForm({ answer, practice, onAnswer }) {
    const id = useId();
    const record = answer.body.record;
    const [before, setBefore] = useState(() => formOfAnswer(answer));
    const [form, setForm] = useState(before);
    const [isAsking, setIsAsking] = useState(false);
    const [said, setSaid] = useState(/** @type {"saved" | "changedMeanwhile" | "numberIsYours" | null} */ (null));
    const [error, setError] = useState(/** @type {unknown} */ (null));
    const [hasTried, setHasTried] = useState(false); // nobody is corrected while they type for the first time
    const isNameless = !form.name.trim();
    const isWrongNumber = wrongNumber(form.sms.address);
    const change = /** @param {Partial<Form>} some */ (some) => {
        setForm({ ...form, ...some });
        setSaid(null);
    };
    useEffect(() => {
        // what the practice has now is what the form is compared with; what was typed stays
        const now = formOfAnswer(answer);
        setForm((/** @type {Form} */ typed) => merged(before, typed, now));
        setBefore(now);
    }, [answer]);
    const proven = /** @param {Answer} next */ (next) => {
        onAnswer(next);
        setSaid("numberIsYours");
    };
    /** @param {Event} event */
    const save = async (event) => {
        event.preventDefault();
        setSaid(null);
        setError(null);
        setHasTried(true);
        const first = isNameless ? `${id}-name` : isWrongNumber ? `${id}-sms` : null;
        if (first) {
            document.getElementById(first)?.focus();
            return;
        }
        setIsAsking(true);
        try {
            const next = await put(bodyOf(form, record, (await thePractice()).consent_version), answer);
            if (next.status === CHANGED) {
                onAnswer(next);
                setSaid("changedMeanwhile");
            } else {
                const now = formOfAnswer(next);
                setBefore(now);
                setForm((/** @type {Form} */ typed) => merged(form, typed, now)); // what was typed meanwhile stays
                onAnswer(next);
                setSaid("saved");
            }
        } catch (problem) {
            setError(problem);
        }
        setIsAsking(false);
    };
    const wrong = error instanceof Problem ? wrongField(error) : null;
    const kept = /** @param {string} channel */ (channel) =>
        record?.contacts.find(/** @param {any} each */ (each) => each.channel === channel);
    const version = /** @param {string} kind */ (kind) =>
        record?.consents.find(/** @param {any} each */ (each) => each.kind === kind)?.version ?? null;
    const sms = kept("sms");
    const agreed = /** @type {const} */ (["privacy", "terms"]).filter((kind) => before[kind]);
    return html`
        <form onSubmit=${save} novalidate>
            ${!record && html`<p>${t("noRecordYet")}</p>`}
            ${(said === "saved" || said === "numberIsYours") && html`<${Notice} kind="success" title=${t(said)} />`}
            ${said === "changedMeanwhile" && html`<${Notice} kind="problem" title=${t("problemChangedMeanwhile")}><p>${t("changedMeanwhileMore")}</p><//>`}
            ${error && html`<${ProblemNotice} error=${error}>${wrong && html`<p>${t(wrong)}</p>`}<//>`}
            <div class="field">
                <label for=${`${id}-name`}>${t("nameLabel")}</label>
                <input id=${`${id}-name`} autocomplete="name" required maxlength="200" value=${form.name} readonly=${answer.body.confirmed === true}
                    aria-invalid=${hasTried && isNameless} aria-describedby=${`${id}-name-more`} onInput=${(/** @type {any} */ event) => change({ name: event.currentTarget.value })} />
                <p class=${hasTried && isNameless ? "field-problem" : "soft"} id=${`${id}-name-more`}>
                    ${answer.body.confirmed ? t("nameByPractice") : hasTried && isNameless ? t("nameMissing") : ""}
                </p>
            </div>
            <div class="field">
                <label for=${`${id}-language`}>${t("messagesIn")}</label>
                <select id=${`${id}-language`} value=${form.language} onChange=${(/** @type {any} */ event) => change({ language: event.currentTarget.value })}>
                    <option value="en" lang="en">English</option>
                    <option value="de" lang="de">Deutsch</option>
                </select>
            </div>
            <div class="field">
                <label for=${`${id}-zone`}>${t("messagesZone")}</label>
                <select id=${`${id}-zone`} value=${form.time_zone} onChange=${(/** @type {any} */ event) => change({ time_zone: event.currentTarget.value })}>
                    ${zones([form.time_zone, practice?.time_zone ?? ""]).map(
                        (each) => html`
                        <option value=${each} selected=${each === form.time_zone}>${listedZone(each)}</option>`,
                    )}
                </select>
            </div>
            <${ContactFields} channel="email" id=${`${id}-email`} form=${form.email} kept=${kept("email")} version=${version("contact_email")}
                onChange=${(/** @type {any} */ email) => change({ email })} />
            <${ContactFields} channel="sms" id=${`${id}-sms`} form=${form.sms} kept=${sms} version=${version("contact_sms")}
                error=${hasTried && isWrongNumber ? t("numberWrong") : undefined} onChange=${(/** @type {any} */ next) => change({ sms: next })}>
                ${sms?.unproven && sms.address === form.sms.address && html`<${NumberCode} onProven=${proven} />`}
            <//>
            <label class="choice">
                <input type="checkbox" checked=${form.discreet} onChange=${() => change({ discreet: !form.discreet })} />
                <span>${t("discreetWords")} <span class="soft">${t("discreetMore")}</span></span>
            </label>
            ${
                agreed.length > 0 &&
                html`
                <fieldset>
                    <legend>${t("agreements")}</legend>
                    ${agreed.map(
                        (kind) => html`
                        <label class="choice" key=${kind}>
                            <input type="checkbox" checked=${form[kind]} onChange=${() => change({ [kind]: !form[kind] })} />
                            <span>${t(kind === "privacy" ? "privacyAgreed" : "termsAgreed")} <span class="soft">${version(kind) && t("agreedTo", { version: version(kind) })}</span></span>
                        </label>`,
                    )}
                </fieldset>`
            }
            <p><button class="button" disabled=${isAsking}>${t("save")}</button></p>
        </form>`;
}
