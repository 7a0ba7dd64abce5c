// Finding a time: the service, with whom, the day and the time. What leaves no choice is not asked.

import { offered, useCatalogue, whoGives } from "../catalogue.js";
import { choice, choose, pathOf } from "../choice.js";
import { keptKey } from "../kept-key.js";
import { Facts, inShort } from "../parts/facts.js";
import { Heading } from "../parts/heading.js";
import { useEffect, useRef } from "../parts/hooks.js";
import { Notice } from "../parts/notice.js";
import { Picker } from "../parts/picker.js";
import { ProblemNotice } from "../parts/problem.js";
import { Waiting } from "../parts/waiting.js";
import { go, useQuery } from "../router.js";
import { placeOf } from "../times.js";
import { html } from "../vendor/preact.js";
import { t } from "../words.js";
import { useZone } from "../zone.js";

/** @param {{ practice: import("../practice.js").Practice | null }} given */
export function Book({ practice }) {
    const asked = useCatalogue();
    return html`
        <h1>${t("bookASession")}</h1>
        <${UnderWay} />
        ${asked.error && html`<${ProblemNotice} error=${asked.error} onAgain=${asked.again} />`}
        ${!asked.value && !asked.error && html`<${Waiting} />`}
        ${asked.value && html`<${Steps} catalogue=${asked.value} practice=${practice} />`}`;
}

/** @param {{ catalogue: import("../catalogue.js").Catalogue, practice: import("../practice.js").Practice | null }} given */
function Steps({ catalogue, practice }) {
    const query = useQuery();
    const zone = useZone();
    const isMoved = useMoved(query.toString());
    const services = offered(catalogue);
    const service = only(services) ?? services.find((each) => each.id === query.get("service"));
    if (!services.length) return html`<${Notice} kind="info" title=${t("nothingOffered")}>${t("askThePractice")}<//>`;
    if (!service) {
        return html`
            <${Heading} key="service" level=${2} isGoal=${isMoved}>${t("whichService")}<//>
            <ul class="options">
                ${services.map(
                    (each) => html`
                    <li key=${each.id}><a class="option" href=${`/?service=${each.id}`}>
                        <strong class="service">${each.name}</strong><span>${inShort(each)}</span>
                    </a></li>`,
                )}
            </ul>`;
    }
    const therapists = whoGives(catalogue, service.id);
    const wish = query.get("with");
    const therapist = only(therapists) ?? therapists.find((each) => each.id === wish) ?? null;
    const isAnyone = !therapist && wish === "anyone";
    const chosenService = html`
        <${Chosen} kind="service" what=${service.name} more=${inShort(service)} change=${services.length > 1 && "/"} />`;
    if (!therapist && !isAnyone) {
        return html`
            ${chosenService}
            <${Heading} key="whom" level=${2} isGoal=${isMoved}>${t("withWhom")}<//>
            <ul class="options">
                <li><a class="option" href=${pathOf({ service: service.id, therapist: null })}>
                    <strong>${t("anyone")}</strong><span>${t("anyoneMore")}</span>
                </a></li>
                ${therapists.map(
                    (each) => html`
                    <li key=${each.id}><a class="option" href=${pathOf({ service: service.id, therapist: each.id })}>
                        <strong>${each.name}</strong>
                        ${each.time_zone !== practice?.time_zone && html`<span>${t("worksIn", { place: placeOf(each.time_zone) })}</span>`}
                    </a></li>`,
                )}
            </ul>`;
    }
    const kept = choice();
    const chosen = kept && kept.service === service.id && kept.therapist === (therapist?.id ?? null) ? kept : null;
    return html`
        ${chosenService}
        ${
            therapists.length > 1 &&
            html`
            <${Chosen} what=${therapist?.name ?? t("anyone")} change=${`/?service=${service.id}`} />`
        }
        <details class="more"><summary>${t("goodToKnow")}</summary>
            <${Facts} service=${service} possible=${therapist ? [therapist] : therapists} practice=${practice} />
        </details>
        <${Heading} key="when" level=${2} isGoal=${isMoved}>${t("when")}<//>
        <${Picker} key=${`${service.id} ${therapist?.id}`} service=${service.id} therapist=${therapist?.id ?? null}
            therapists=${therapists} practice=${practice} zone=${zone} chosen=${chosen?.starts_at ?? null}
            onChoose=${(/** @type {import("../slots.js").Slot} */ slot) => {
                choose({ service: service.id, therapist: therapist?.id ?? null, weeks: chosen?.weeks ?? 1, ...slot });
                go("/review");
            }}>
            ${
                service.approval !== "therapist" &&
                html`<p><a href=${`/wait?${new URLSearchParams({ service: service.id, ...(therapist && { with: therapist.id }) })}`}>
                    ${t("waitForATime")}
                </a></p>`
            }
        <//>`;
}

/** @template T @param {T[]} list @returns {T | undefined} the one that is no question */
const only = (list) => (list.length === 1 ? list[0] : undefined);

/** What is chosen, and the way back. @param {{ kind?: "service", what: string, more?: string, change: string | false }} given */
const Chosen = ({ kind, what, more, change }) => html`
    <p class="chosen">
        <span><strong class=${kind}>${what}</strong> ${more}</span>
        ${change && html`<a href=${change}>${t("changeChoice")}<span class="unseen"> (${what})</span></a>`}
    </p>`;

/** Something was asked for, and nobody has seen what became of it. */
function UnderWay() {
    const kept = keptKey("booking");
    if (!kept) return null;
    return html`<p class="nothing"><a href=${`/bookings/${kept.key}`}>${t("seeWhatBecame")}</a></p>`;
}

/** Whether the content has moved since the page was loaded. @param {string} where */
function useMoved(where) {
    const first = useRef(where);
    const isMoved = useRef(false);
    if (first.current !== where) isMoved.current = true;
    useEffect(() => {
        scrollTo(0, 0);
    }, [where]);
    return isMoved.current;
}
