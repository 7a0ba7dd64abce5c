// Moving a session: another time by the same picker, one press, and what became of it.

import { read } from "../api.js";
import { catalogue, whoGives } from "../catalogue.js";
import { useChange } from "../changing.js";
import { useNames } from "../names.js";
import { CostNow } from "../parts/cost-now.js";
import { useAsked, useFocus, useState } from "../parts/hooks.js";
import { Notice } from "../parts/notice.js";
import { Picker, weeks } from "../parts/picker.js";
import { ProblemNotice } from "../parts/problem.js";
import { ReasonField } from "../parts/reason-field.js";
import { SessionCard } from "../parts/session-card.js";
import { SignedInOnly } from "../parts/signed-in-only.js";
import { UnderWay } from "../parts/under-way.js";
import { Waiting } from "../parts/waiting.js";
import { sentences } from "../reasons.js";
import { html } from "../vendor/preact.js";
import { t } from "../words.js";
import { useZone } from "../zone.js";

/**
 * @typedef {Record<string, any>} Booking
 * @typedef {{ starts_at: string, therapist_id: string }} Choice
 */

/** @param {{ who: import("../session.js").Person | null, practice: import("../practice.js").Practice | null, booking_id: string }} given */
export const Move = ({ who, practice, booking_id: id }) =>
    html`<${SignedInOnly} who=${who}><${MoveBooking} id=${id} practice=${practice} /><//>`;

/** @param {{ id: string, practice: import("../practice.js").Practice | null }} given */
function MoveBooking({ id, practice }) {
    const asked = useAsked(
        async (stopped) => {
            const [booking, offered] = await Promise.all([read(`/v1/bookings/${id}`, stopped), catalogue()]);
            return { booking, therapists: whoGives(offered, booking.service_id) };
        },
        [id],
    );
    const change = useChange("rescheduling", id);
    const [choice, setChoice] = useState(/** @type {Choice | null} */ (null));
    if (change.phase === "following") return html`<${UnderWay} title=${t("moving")} isAway=${change.isAway} />`;
    if (change.phase === "decided" && change.change?.outcome === "moved") return html`<${Moved} id=${id} />`;
    if (asked.error)
        return html`
            <${ProblemNotice} level=${1} error=${asked.error} missing="noSuchSession" onAgain=${asked.again}>
                <p><a class="way-on" href="/sessions">${t("mySessions")}</a></p>
            <//>`;
    if (!asked.value) return html`<h1>${t("moveTitle")}</h1><${Waiting} />`;
    const { booking, therapists } = asked.value;
    const now = booking.changes?.rescheduling;
    if (!now || now.cost === "not_allowed") {
        return html`
            <${Notice} level=${1} kind="info" title=${t("canNotBeMoved")}>
                ${now ? html`<${CostNow} change=${now} booking=${booking} practice=${practice} />` : html`<p>${t("reasonNotStanding")}</p>`}
                <p><a class="way-on" href="/bookings/${id}">${t("toTheSession")}</a></p>
            <//>`;
    }
    const kept = change.kept();
    const chosen =
        choice ??
        ((change.error || change.isLost) && kept
            ? { starts_at: kept.starts_at, therapist_id: kept.therapist_id ?? booking.therapist_id }
            : null);
    if (change.phase !== "decided" && chosen) {
        return html`<${Review} booking=${booking} choice=${chosen} change=${change}
            onBack=${() => {
                change.reopen();
                setChoice(null);
            }} />`;
    }
    const choose = /** @param {Choice} next */ (next) => {
        change.reopen();
        setChoice(next);
    };
    return html`<${Choose} booking=${booking} therapists=${therapists} practice=${practice} refused=${change.change} onChoose=${choose} />`;
}

/**
 * @param {object} given
 * @param {Booking} given.booking
 * @param {import("../catalogue.js").Therapist[]} given.therapists
 * @param {import("../practice.js").Practice | null} given.practice
 * @param {import("../changing.js").Change} [given.refused] what became of the move before
 * @param {(choice: Choice) => void} given.onChoose
 */
function Choose({ booking, therapists, practice, refused, onChoose }) {
    const zone = useZone();
    const place = useFocus();
    const [isAnyone, setIsAnyone] = useState(false);
    const same = booking.therapist_id;
    const choose = /** @param {import("../slots.js").Slot} slot */ (slot) =>
        onChoose({
            starts_at: slot.starts_at,
            therapist_id: slot.therapists.includes(same) ? same : slot.therapists[0],
        });
    return html`
        <h1 ref=${place} tabindex="-1">${t("moveTitle")}</h1>
        ${
            refused &&
            html`
            <${Notice} kind="problem" title=${t("notMoved")}>
                ${sentences(refused.reasons, t).map((each) => html`<p>${each}</p>`)}
                <p>${t("staysAsItIs")}</p>
            <//>`
        }
        <p class="session"><${SessionCard} session=${booking} /></p>
        <${CostNow} change=${booking.changes.rescheduling} booking=${booking} practice=${practice} />
        <h2>${t("newTime")}</h2>
        ${
            therapists.length > 1 &&
            html`
            <label class="choice">
                <input type="checkbox" checked=${isAnyone} onChange=${() => setIsAnyone(!isAnyone)} />
                <span>${t("withOthersToo")}</span>
            </label>`
        }
        <${Picker} service=${booking.service_id} therapist=${isAnyone ? null : same} therapists=${therapists}
            practice=${practice} zone=${zone} chosen=${booking.starts_at} onChoose=${choose} />
        <p><a class="way-on" href="/bookings/${booking.booking_id}">${t("leaveItAsItIs")}</a></p>`;
}

/**
 * @param {object} given
 * @param {Booking} given.booking
 * @param {Choice} given.choice
 * @param {ReturnType<typeof useChange>} given.change
 * @param {() => void} given.onBack
 */
function Review({ booking, choice, change, onBack }) {
    const names = useNames();
    const place = useFocus();
    const [reason, setReason] = useState("");
    const isAnother = choice.therapist_id !== booking.therapist_id;
    const duration = Date.parse(booking.ends_at) - Date.parse(booking.starts_at);
    const then = {
        service_id: booking.service_id,
        therapist_id: choice.therapist_id,
        place: booking.place,
        starts_at: choice.starts_at,
        ends_at: new Date(Date.parse(choice.starts_at) + duration).toISOString(),
        local: {
            time_zone:
                names.catalogue?.therapists.find((each) => each.id === choice.therapist_id)?.time_zone ??
                booking.local.time_zone,
        },
    };
    const press = () => {
        weeks.forget(); // what is free will be something else
        change.ask(
            { starts_at: choice.starts_at, ...(isAnother ? { therapist_id: choice.therapist_id } : {}) },
            reason.trim(),
        );
    };
    return html`
        <h1 ref=${place} tabindex="-1">${t("moveReview")}</h1>
        ${change.error && html`<${ProblemNotice} error=${change.error} missing="noSuchSession" isOnce />`}
        <dl class="from-to">
            <dt>${t("movedFrom")}</dt><dd><${SessionCard} session=${booking} /></dd>
            <dt>${t("movedTo")}</dt><dd><${SessionCard} session=${then} /></dd>
        </dl>
        ${isAnother && html`<p class="warning">${t("anotherTherapist", { therapist: names.therapist(choice.therapist_id) })}</p>`}
        ${isThenLate(booking, choice.starts_at) && html`<p class="warning">${t("thenLate")}</p>`}
        <${ReasonField} value=${reason} error=${change.error} onInput=${setReason} />
        <div class="buttons">
            <button class="button" disabled=${change.phase === "asking"} onClick=${press}>${t("moveNow")}</button>
            <button class="button second" disabled=${change.phase === "asking"} onClick=${onBack}>${t("anotherTime")}</button>
        </div>`;
}

/** Whether the new time is so near that it can't be cancelled free of charge. @param {Booking} booking @param {string} startsAt */
function isThenLate(booking, startsAt) {
    const until = booking.changes.rescheduling.free_until;
    if (!until) return false;
    return Date.parse(startsAt) - (Date.parse(booking.starts_at) - Date.parse(until)) < Date.now();
}

/** @param {{ id: string }} given */
function Moved({ id }) {
    const asked = useAsked((stopped) => read(`/v1/bookings/${id}`, stopped), [id]);
    return html`
        <${Notice} level=${1} kind="success" title=${t("moved")}>
            ${asked.value && html`<p class="session"><${SessionCard} session=${asked.value} /></p>`}
            <p>${t("weWriteToYou")}</p>
        <//>
        <div class="buttons">
            <a class="button" href="/bookings/${id}">${t("toTheSession")}</a>
            <a class="button second" href="/sessions">${t("mySessions")}</a>
        </div>`;
}
