// Waiting for a time, where none suits: for what, how long, one button. Signed out, one comes back to it.

import { call } from "../api.js";
import { offered, useCatalogue, whoGives } from "../catalogue.js";
import { forgetKey, keyFor } from "../kept-key.js";
import { locale } from "../locale.js";
import { Heading } from "../parts/heading.js";
import { useAsked, useId, useState } from "../parts/hooks.js";
import { Notice } from "../parts/notice.js";
import { ProblemNotice } from "../parts/problem.js";
import { makeRecord, RecordForm } from "../parts/record-form.js";
import { SignedInOnly } from "../parts/signed-in-only.js";
import { isStaff, StaffNotice } from "../parts/staff-notice.js";
import { Waiting } from "../parts/waiting.js";
import { useQuery } from "../router.js";
import { addDays, beginningOf, dayIn, dayLabel } from "../times.js";
import { html } from "../vendor/preact.js";
import { t } from "../words.js";
import { useZone } from "../zone.js";

const WEEKS = [1, 2, 4, 8, 12];
const USUAL_WEEKS = 4;

/** @typedef {{ practice: import("../practice.js").Practice | null, who: import("../session.js").Person | null }} Given */

/** @param {Given} given */
export const Wait = (given) => html`<${SignedInOnly} who=${given.who}><${Joining} ...${given} /><//>`;

/** @param {Given} given */
function Joining({ practice, who }) {
    const id = useId();
    const zone = useZone();
    const query = useQuery();
    const catalogue = useCatalogue();
    const me = useAsked(async () => (await call("GET", "/v1/me")).body, []);
    const [weeks, setWeeks] = useState(USUAL_WEEKS);
    const [isAsking, setIsAsking] = useState(false);
    const [isWaiting, setIsWaiting] = useState(false);
    const [error, setError] = useState(/** @type {unknown} */ (null));
    const failed = catalogue.error ?? me.error;
    if (failed)
        return html`<${ProblemNotice} level=${1} error=${failed} onAgain=${catalogue.error ? catalogue.again : me.again} />`;
    if (!catalogue.value || !me.value) return html`<${Waiting} />`;
    const services = offered(catalogue.value);
    const service =
        services.find((each) => each.id === query.get("service")) ?? (services.length === 1 ? services[0] : null);
    if (who && !me.value.record && isStaff(who)) return html`<h1>${t("waitTitle")}</h1><${StaffNotice} who=${who} />`;
    if (!service)
        return html`<${Notice} level=${1} kind="info" title=${t("whichService")}><a href="/">${t("toTheBeginning")}</a><//>`;
    const therapist = whoGives(catalogue.value, service.id).find((each) => each.id === query.get("with")) ?? null;
    const last = addDays(dayIn(new Date(), zone), weeks * 7);

    /** @param {Event} event */
    const join = async (event) => {
        event.preventDefault();
        if (isAsking) return;
        setIsAsking(true);
        setError(null);
        try {
            if (!me.value.record) await makeRecord(me.value.address);
            const begins = new Date(Math.ceil(Date.now() / 3_600_000) * 3_600_000); // the same for a second press
            const window = {
                starts_at: begins.toISOString(),
                ends_at: beginningOf(addDays(last, 1), zone).toISOString(),
            };
            const body = {
                service_id: service.id,
                ...(therapist && { therapist_id: therapist.id }),
                windows: [window],
            };
            const key = keyFor("wait", { service: service.id, therapist: therapist?.id ?? null, ...window });
            await call("POST", "/v1/waitlist", { body, key });
            forgetKey("wait");
            setIsWaiting(true);
        } catch (problem) {
            setError(problem);
        }
        setIsAsking(false);
    };
    if (isWaiting) {
        return html`
            <${Heading} level=${1} isGoal=${true}>${t("youWait")}<//>
            <p>${t("youWaitMore")}</p>
            <a class="button" href="/waiting">${t("toMyWaiting")}</a>`;
    }
    return html`
        <${Heading} level=${1} isGoal=${true}>${t("waitTitle")}<//>
        <p>${t("waitMore")}</p>
        <form onSubmit=${join}>
            <p class="chosen"><span><strong class="service">${service.name}</strong> ${therapist ? t("withName", { name: therapist.name }) : t("withAnyone")}</span></p>
            ${!me.value.record && html`<${RecordForm} address=${me.value.address} practice=${practice} />`}
            <div class="fields">
                <label for=${id}>${t("waitUntil")}</label>
                <select id=${id} value=${weeks} onChange=${(/** @type {any} */ event) => setWeeks(Number(event.currentTarget.value))}>
                    ${WEEKS.map(
                        (count) => html`
                        <option value=${count} selected=${count === weeks}>
                            ${t("weeksUntil", { count, day: dayLabel(addDays(dayIn(new Date(), zone), count * 7), locale()) })}
                        </option>`,
                    )}
                </select>
            </div>
            ${error && html`<${ProblemNotice} error=${error} />`}
            <p class="actions">
                <button class="button" type="submit" disabled=${isAsking}>${t("wait")}</button>
                ${isAsking && html`<${Waiting} />`}
            </p>
        </form>`;
}
