// My sessions: those to come, those that were.

import { read } from "../api.js";
import { narrowedTo } from "../own.js";
import { useAsked, useFocus, useState } from "../parts/hooks.js";
import { More, usePages } from "../parts/paged.js";
import { ProblemNotice } from "../parts/problem.js";
import { SessionCard } from "../parts/session-card.js";
import { SignedInOnly } from "../parts/signed-in-only.js";
import { Waiting } from "../parts/waiting.js";
import { coming, past } from "../sessions.js";
import { html } from "../vendor/preact.js";
import { t } from "../words.js";

const UNDER_WAY_MS = 24 * 3600 * 1000; // no session is longer: what began before this is over

/** @typedef {import("../sessions.js").Session} Session */

/** @param {{ who: import("../session.js").Person | null }} given */
export const Sessions = ({ who }) => html`<${SignedInOnly} who=${who}><${MySessions} who=${who} /><//>`;

/** @param {{ who: import("../session.js").Person }} given */
function MySessions({ who }) {
    const place = useFocus();
    const asked = useAsked((stopped) => narrowedTo(who, stopped), [who.sub]);
    return html`
        <h1 ref=${place} tabindex="-1">${t("mySessions")}</h1>
        ${asked.error && html`<${ProblemNotice} error=${asked.error} onAgain=${asked.again} />`}
        ${!asked.error && asked.value === undefined && html`<${Waiting} />`}
        ${
            asked.value !== undefined &&
            html`
            <${Coming} clientId=${asked.value} />
            <${Past} clientId=${asked.value} />
            <p><a class="way-on" href="/waiting">${t("toTheWaitList")}</a></p>`
        }`;
}

/** @param {string | null} clientId @param {AbortSignal} [stopped] */
const reader = (clientId, stopped) => /** @param {Record<string, string>} query */ (query) =>
    read(`/v1/bookings?${new URLSearchParams({ ...query, ...(clientId ? { client_id: clientId } : {}) })}`, stopped);

/** @param {{ clientId: string | null }} given */
function Coming({ clientId }) {
    const [now] = useState(Date.now);
    const from = new Date(now - UNDER_WAY_MS).toISOString().replace(/\.\d+/, "");
    const pages = usePages((page, stopped) =>
        reader(
            clientId,
            stopped,
        )({ from, ...(page ? { cursor: page } : {}) }).then(({ bookings, next }) => ({ sessions: bookings, next })),
    );
    const { standing, off } = coming(pages.sessions, now);
    return html`
        <section aria-labelledby="coming">
            <h2 id="coming">${t("coming")}</h2>
            <${Sequence} sessions=${standing} from=${pages.newest} />
            ${
                pages.isEmpty &&
                !standing.length &&
                html`
                <p>${t("noneComing")}</p><p><a class="button" href="/">${t("bookASession")}</a></p>`
            }
            <${More} pages=${pages} label=${t("moreSessions")} />
            ${
                off.length > 0 &&
                html`
                <details>
                    <summary>${t("offSessions", { count: off.length })}</summary>
                    <${Sequence} sessions=${off} />
                </details>`
            }
        </section>`;
}

/** @param {{ clientId: string | null }} given */
function Past({ clientId }) {
    const [now] = useState(Date.now);
    const pages = usePages(async (page, stopped) => {
        const { before, months } = page ?? { before: now, months: undefined };
        const { sessions, earlier } = await past(reader(clientId, stopped), before, months);
        return { sessions: sessions.filter((each) => Date.parse(each.ends_at) <= now), next: earlier };
    });
    return html`
        <section aria-labelledby="past">
            <h2 id="past">${t("past")}</h2>
            <${Sequence} sessions=${pages.sessions} from=${pages.newest} />
            ${pages.isEmpty && !pages.sessions.length && html`<p>${t("nonePast")}</p>`}
            <${More} pages=${pages} label=${t("earlierSessions")} />
        </section>`;
}

/** @param {{ sessions: Session[], from?: number | null }} given `from`: the first of what was read last, which takes the focus */
function Sequence({ sessions, from = null }) {
    if (!sessions.length) return null;
    return html`
        <ul class="sessions">
            ${sessions.map((each, at) => html`<li key=${each.booking_id}><${Line} session=${each} isGoal=${at === from} /></li>`)}
        </ul>`;
}

/** @param {{ session: Session, isGoal: boolean }} given */
function Line({ session, isGoal }) {
    const path = session.status === "held" && !session.hold ? "offers" : "bookings";
    return html`<a class="session" href="/${path}/${session.booking_id}" ref=${(/** @type {HTMLElement | null} */ link) => isGoal && link?.focus()}>
        <${SessionCard} session=${session} />
    </a>`;
}
