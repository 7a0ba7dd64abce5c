// Looking at the choice once more, and booking it: signing in, who one is, a note, week by week, one button.

import { feeOf } from "../amounts.js";
import { call, read } from "../api.js";
import { useCatalogue, whoGives, zoneOfPlace } from "../catalogue.js";
import { choice, choose, pathOf, requestOf } from "../choice.js";
import { draft } from "../draft.js";
import { Problem } from "../errors.js";
import { forgetKey, keptKey, keyFor } from "../kept-key.js";
import { locale } from "../locale.js";
import { sendNote } from "../note.js";
import { BeforeBooked } from "../parts/before-booked.js";
import { Facts } from "../parts/facts.js";
import { Heading } from "../parts/heading.js";
import { useAsked, useEffect, useId, useRef, useState } from "../parts/hooks.js";
import { ProblemNotice } from "../parts/problem.js";
import { makeRecord, RecordForm } from "../parts/record-form.js";
import { SessionTime } from "../parts/session-time.js";
import { isStaff, StaffNotice } from "../parts/staff-notice.js";
import { Waiting } from "../parts/waiting.js";
import { Zone } from "../parts/zone.js";
import { isPaidHere } from "../prices.js";
import { mayPass } from "../problems.js";
import { go, replace } from "../router.js";
import { signIn } from "../session.js";
import { dayIn, dayLabel, placeOf, timeLabel } from "../times.js";
import { html } from "../vendor/preact.js";
import { t } from "../words.js";
import { useZone } from "../zone.js";

const WEEKS = [2, 3, 4, 5, 6, 8, 10, 12];

/** @param {{ practice: import("../practice.js").Practice | null, who: import("../session.js").Person | null }} given */
export function Review({ practice, who }) {
    const catalogue = useCatalogue();
    const [chosen, setChosen] = useState(choice);
    useEffect(() => {
        if (!chosen) replace("/");
    }, []);
    if (!chosen) return null;
    if (catalogue.error)
        return html`<${ProblemNotice} level=${1} error=${catalogue.error} onAgain=${catalogue.again} />`;
    if (!catalogue.value) return html`<${Waiting} />`;
    const service = catalogue.value.services.find((each) => each.id === chosen.service);
    if (!service)
        return html`<${ProblemNotice} level=${1} error=${new Problem(404, {})} missing="serviceGone"><a href="/">${t("toTheBeginning")}</a><//>`;
    const possible = whoGives(catalogue.value, service.id).filter((each) =>
        chosen.therapist ? each.id === chosen.therapist : chosen.therapists.includes(each.id),
    );
    const change = /** @param {Partial<import("../choice.js").Choice>} changed */ (changed) => {
        choose({ ...chosen, ...changed });
        setChosen({ ...chosen, ...changed });
    };
    const named = chosen.therapist || chosen.weeks > 1 || possible.length === 1 ? possible[0] : null;
    return html`
        <${Heading} level=${1} isGoal=${true}>${t("checkAndBook")}<//>
        <${Choice} chosen=${chosen} service=${service} therapist=${named} possible=${possible} practice=${practice} />
        <${BeforeBooked} service=${service} therapist=${named} count=${chosen.weeks} />
        ${
            who
                ? html`<${Asking} chosen=${chosen} who=${who} possible=${possible} practice=${practice} onChange=${change} />`
                : html`
                <section>
                    <h2>${t("whoAreYou")}</h2>
                    <p>${t("whoAreYouMore")}</p>
                    <p class="actions">
                        <button class="button" onClick=${() => signIn.begin("/review")}>${t("signInWithCode")}</button>
                        <button class="button second" onClick=${() => signIn.begin("/review", { isNew: true })}>${t("signUp")}</button>
                    </p>
                </section>`
        }`;
}

/**
 * @param {object} given
 * @param {import("../choice.js").Choice} given.chosen
 * @param {import("../catalogue.js").Service} given.service
 * @param {import("../catalogue.js").Therapist | null} given.therapist null: whoever is free
 * @param {import("../catalogue.js").Therapist[]} given.possible
 * @param {import("../practice.js").Practice | null} given.practice
 */
function Choice({ chosen, service, therapist, possible, practice }) {
    const zone = useZone();
    const before = useRef(zone);
    const [said, setSaid] = useState("");
    useEffect(() => {
        if (before.current === zone) return;
        const day = dayLabel(dayIn(chosen.starts_at, zone), locale());
        const isSame = dayIn(chosen.starts_at, zone) === dayIn(chosen.starts_at, before.current);
        const values = { day, time: timeLabel(chosen.starts_at, zone, locale()), place: placeOf(zone) };
        setSaid(t(isSame ? "sameDayAt" : "otherDayAt", values));
        before.current = zone;
    }, [zone]);
    const isFree = isPaidHere(service) && !feeOf(service.late_cancellation_fee, service.price_cents, service.currency);
    const isFinal = service.late_cancellation === "staff_only";
    const isNear = Date.parse(chosen.starts_at) - Date.now() < service.free_cancellation_minutes * 60_000;
    const isSoon = isNear && (isFinal || !isFree);
    const ends = new Date(Date.parse(chosen.starts_at) + service.duration_minutes * 60_000).toISOString();
    return html`
        <section class="card">
            <h2 class="service">${service.name}</h2>
            <${SessionTime} starts_at=${chosen.starts_at} ends_at=${ends} zone=${zone} place=${zoneOfPlace(possible, practice)} />
            <p>${therapist ? t("withName", { name: therapist.name }) : t("withAnyone")}</p>
            <${Facts} service=${service} possible=${therapist ? [therapist] : possible} practice=${practice} />
            ${isSoon && html`<p class="warning">${t(isFinal ? "soonIsFinal" : "soonCosts")}</p>`}
            <${Zone} zone=${zone} practice=${practice} />
            <p role="status" class="said">${said}</p>
            <a class="button second" href=${pathOf(chosen)}>${t("chooseAnotherTime")}</a>
        </section>`;
}

/**
 * @param {object} given
 * @param {import("../choice.js").Choice} given.chosen
 * @param {import("../catalogue.js").Therapist[]} given.possible
 * @param {import("../practice.js").Practice | null} given.practice
 * @param {import("../session.js").Person} given.who
 * @param {(changed: Partial<import("../choice.js").Choice>) => void} given.onChange
 */
function Asking({ chosen, who, possible, practice, onChange }) {
    const id = useId();
    const me = useAsked(async () => (await call("GET", "/v1/me")).body, []);
    const [isAsking, setIsAsking] = useState(false);
    const [error, setError] = useState(/** @type {unknown} */ (null));
    const [note, setNote] = useState(draft.note);
    if (me.error) return html`<${ProblemNotice} error=${me.error} onAgain=${me.again} />`;
    if (!me.value) return html`<${Waiting} />`;
    const isNew = !me.value.record;
    if (isNew && isStaff(who)) return html`<${StaffNotice} who=${who} />`;

    /** @param {Event} event */
    const book = async (event) => {
        event.preventDefault();
        if (isAsking) return;
        setIsAsking(true);
        setError(null);
        try {
            if (isNew) await makeRecord(me.value.address);
            go(`/bookings/${await ask(chosen, note.trim())}`); // and back to here, not to the login before it
        } catch (problem) {
            setError(problem);
            setIsAsking(false);
        }
    };
    const kept = keptKey("booking");
    return html`
        <form onSubmit=${book}>
            ${kept && !isAsking && html`<p class="nothing"><a href=${`/bookings/${kept.key}`}>${t("seeWhatBecame")}</a></p>`}
            ${isNew && html`<${RecordForm} address=${me.value.address} practice=${practice} />`}
            <div class="fields">
                <label for=${`${id}-note`}>${t("note")}</label>
                <textarea id=${`${id}-note`} rows="3" maxlength="500" aria-describedby=${`${id}-who`} value=${note}
                    onInput=${(/** @type {any} */ event) => {
                        Object.assign(draft, { note: event.currentTarget.value, noteOf: "" });
                        setNote(draft.note);
                    }}></textarea>
                <small id=${`${id}-who`}>${t("noteReaders")}</small>
            </div>
            <div class="fields">
                <label class="tick">
                    <input type="checkbox" checked=${chosen.weeks > 1}
                        onChange=${(/** @type {any} */ event) => onChange({ weeks: event.currentTarget.checked ? 4 : 1 })} />
                    <span>${t("everyWeek")}</span>
                </label>
                ${
                    chosen.weeks > 1 &&
                    html`
                    <label for=${`${id}-weeks`}>${t("howManySessions")}</label>
                    <select id=${`${id}-weeks`} value=${chosen.weeks}
                        onChange=${(/** @type {any} */ event) => onChange({ weeks: Number(event.currentTarget.value) })}>
                        ${WEEKS.map(
                            (count) => html`
                            <option value=${count} selected=${count === chosen.weeks}>${t("sessions", { count })}</option>`,
                        )}
                    </select>
                    ${
                        !chosen.therapist &&
                        possible.length > 1 &&
                        html`
                        <label for=${`${id}-whom`}>${t("withWhom")}</label>
                        <select id=${`${id}-whom`} value=${chosen.therapists[0]}
                            onChange=${(/** @type {any} */ event) => {
                                const first = event.currentTarget.value;
                                onChange({
                                    therapists: [first, ...chosen.therapists.filter((each) => each !== first)],
                                });
                            }}>
                            ${possible.map(
                                (each) => html`
                                <option value=${each.id} selected=${each.id === chosen.therapists[0]}>${each.name}</option>`,
                            )}
                        </select>`
                    }
                    <small>${t("seriesMore")} ${!me.value.confirmed && t("seriesOfNew")}</small>`
                }
            </div>
            ${
                error &&
                html`
                <${ProblemNotice} error=${error}>
                    <p>${t("pressAgain")}</p>
                <//>`
            }
            <p class="actions">
                <button class="button" type="submit" disabled=${isAsking}>
                    ${chosen.weeks > 1 ? t("bookSessions", { count: chosen.weeks }) : t("bookThis")}
                </button>
                ${isAsking && html`<${Waiting} what=${t("asking")} />`}
            </p>
        </form>`;
}

/**
 * Asks the practice for it, under a key that is kept until it is decided: however often it is pressed, it is one booking.
 *
 * @param {import("../choice.js").Choice} chosen @param {string} note
 * @returns {Promise<string>} the booking's id
 */
async function ask(chosen, note) {
    const body = requestOf(chosen);
    await forgetWhatIsOver();
    const key = keyFor("booking", body);
    draft.noteOf = key;
    if (note) {
        try {
            await sendNote(key, note);
        } catch (error) {
            // Bookings are taken while the database is away, notes are not: it follows when the booking is decided.
            const isDecided = error instanceof Problem && error.status === 409;
            if (!isDecided && !mayPass(error)) {
                forgetKey("booking"); // nothing was asked for
                throw error;
            }
        }
    }
    try {
        await call("POST", "/v1/bookings", { body, key });
    } catch (error) {
        if (!(error instanceof Problem && error.kind === "idempotency-key-used")) throw error;
    }
    draft.accepted = key;
    return key;
}

const OVER = ["cancelled", "late_cancelled", "rejected"];

/** What was asked for under the kept key may have ended where nobody looked: then the same again is another booking. */
async function forgetWhatIsOver() {
    const kept = keptKey("booking");
    const known = kept && (await read(`/v1/bookings/${kept.key}`).catch(() => null)); // not there, or nobody answers
    if (!known || !OVER.includes(known.status)) return;
    const series = known.series_id && (await read(`/v1/series/${known.series_id}`).catch(() => null));
    const sessions = known.series_id ? (series?.occurrences ?? [{ status: "unknown" }]) : [known];
    if (sessions.every((/** @type {any} */ each) => OVER.includes(each.status))) forgetKey("booking");
}
