// Where somebody on call begins who has an id, or a client's name and a day. Nothing personal gets into the address.

import { call } from "../../api.js";
import { search, wantedBy } from "../../finding.js";
import { Heading } from "../../parts/heading.js";
import { useState } from "../../parts/hooks.js";
import { Desk } from "../../parts/operators/desk.js";
import { FindById } from "../../parts/operators/find-by-id.js";
import { Found } from "../../parts/operators/found.js";
import { ProblemNotice } from "../../parts/problem.js";
import { Waiting } from "../../parts/waiting.js";
import { usePress } from "../../pressing.js";
import { html } from "../../vendor/preact.js";
import { t } from "../../words.js";

/** @typedef {import("../../finding.js").Wanted} Wanted */

const PATH = "/operate/find";
const LONGEST_NAME = 200;

/** @param {{ who: import("../../session.js").Person | null }} given */
export const Find = ({ who }) => html`<${Desk} who=${who} path=${PATH}><${Looking} /><//>`;

function Looking() {
    const [name, setName] = useState(search.name);
    const [day, setDay] = useState(search.day);
    const [isNameMissed, setIsNameMissed] = useState(false);
    const [times, setTimes] = useState(0); // found anew, and the focus goes there
    const asking = usePress(
        async () => (await call("POST", "/v1/booking-search", { body: search.wanted })).body,
        (found) => {
            search.found = found;
            setTimes(times + 1);
        },
    );
    const look = /** @param {Wanted | null} wanted @param {string} on */ (wanted, on = day) => {
        Object.assign(search, { name, day: on, wanted, found: null });
        setDay(on);
        if (wanted) asking.press();
    };
    const submit = /** @param {Event} event */ (event) => {
        event.preventDefault();
        const wanted = wantedBy(name, day);
        setIsNameMissed(!wanted);
        if (!wanted) document.getElementById("client-name")?.focus();
        else if (!asking.isAsking) look(wanted);
    };
    return html`
        <${Heading} level=${1} isGoal=${true}>${t("findBookings")}<//>
        <div class="ways-to-find">
            <${FindById} />
            <form class="card" onSubmit=${submit} novalidate aria-labelledby="by-client">
                <h2 id="by-client">${t("findByClient")}</h2>
                <div class="field">
                    <label for="client-name">${t("clientName")}</label>
                    <input id="client-name" autocomplete="off" maxlength=${LONGEST_NAME} value=${name} aria-invalid=${isNameMissed}
                        aria-describedby="client-name-more" onInput=${(/** @type {any} */ event) => setName(event.currentTarget.value)} />
                    <p id="client-name-more" class=${isNameMissed ? "field-problem" : "soft"}>${t(isNameMissed ? "clientNameMissing" : "clientNameMore")}</p>
                </div>
                <div class="field">
                    <label for="on-day">${t("onDay")}</label>
                    <input id="on-day" type="date" value=${day} aria-describedby="on-day-more"
                        onInput=${(/** @type {any} */ event) => setDay(event.currentTarget.value)} />
                    <p id="on-day-more" class="soft">${t("onDayMore")}</p>
                </div>
                <button class="button" type="submit" aria-disabled=${asking.isAsking}>${t("find")}</button>
            </form>
            <section class="card" aria-labelledby="by-need">
                <h2 id="by-need">${t("findNeeding")}</h2>
                <p>${t("findNeedingMore")}</p>
                <button class="button second" aria-disabled=${asking.isAsking} onClick=${() => asking.isAsking || look({ needing_attention: true })}>
                    ${t("findNeedingNow")}
                </button>
            </section>
        </div>
        ${asking.isAsking && html`<${Waiting} what=${t("finding")} />`}
        ${
            asking.error &&
            !asking.isAsking &&
            html`
            <${ProblemNotice} error=${asking.error} away="awayDatabase" onAgain=${asking.press}>
                ${/** @type {any} */ (asking.error).kind === "unavailable" && html`<p>${t("findMeanwhile")}</p>`}
            <//>`
        }
        ${
            search.found &&
            !asking.isAsking &&
            html`<${Found} key=${times} found=${search.found} isNew=${times > 0} onDay=${(/** @type {string} */ on) => look(wantedBy(search.name, on), on)} />`
        }`;
}
