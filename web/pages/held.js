// For staff: the bookings that wait for a yes or for their payment, until when, and what can be said to them.

import { read } from "../api.js";
import { HeldBooking } from "../parts/held-booking.js";
import { ApprovalForms, WaiverForm } from "../parts/hold-forms.js";
import { useFocus, useState } from "../parts/hooks.js";
import { More, usePages } from "../parts/paged.js";
import { SignedInOnly } from "../parts/signed-in-only.js";
import { headsOf } from "../payments.js";
import { html } from "../vendor/preact.js";
import { t } from "../words.js";

/** @param {{ who: import("../session.js").Person | null }} given */
export const Held = ({ who }) => html`<${SignedInOnly} who=${who}><${HeldBookings} who=${who} /><//>`;

/** @param {{ who: import("../session.js").Person }} given */
function HeldBookings({ who }) {
    const place = useFocus();
    const [times, setTimes] = useState(0);
    const isStaff = who.groups.some((group) => group !== "client");
    if (!isStaff)
        return html`<h1 ref=${place} tabindex="-1">${t("staffOnly")}</h1><p><a class="way-on" href="/sessions">${t("mySessions")}</a></p>`;
    return html`
        <h1 ref=${place} tabindex="-1">${t("heldTitle")}</h1>
        <p>${t("heldMore")}</p>
        <p class="buttons"><button class="button second" onClick=${() => setTimes(times + 1)}>${t("lookForHolds")}</button></p>
        <${Those} key=${`approval ${times}`} awaits="approval" title=${t("forAYes")} none=${t("noneForAYes")} Forms=${ApprovalForms} />
        <${Those} key=${`payment ${times}`} awaits="payment" title=${t("forAPayment")} none=${t("noneForAPayment")} Forms=${WaiverForm} />`;
}

/** @param {{ awaits: "approval" | "payment", title: string, none: string, Forms: any }} given */
function Those({ awaits, title, none, Forms }) {
    const pages = usePages(async (cursor, stopped) => {
        const query = new URLSearchParams({ awaits, ...(cursor ? { cursor } : {}) });
        const { bookings, next } = await read(`/v1/bookings?${query}`, stopped);
        return { sessions: bookings, next };
    });
    const heads = headsOf(pages.sessions);
    return html`
        <section aria-labelledby=${`for-${awaits}`}>
            <h2 id=${`for-${awaits}`}>${title}</h2>
            ${pages.isEmpty && !heads.length && html`<p>${none}</p>`}
            ${
                heads.length > 0 &&
                html`
                <ul class="sessions">
                    ${heads.map(
                        ({ session, count }) => html`
                        <li key=${session.booking_id}><${HeldBooking} session=${session} count=${count} Forms=${Forms} /></li>`,
                    )}
                </ul>`
            }
            <${More} pages=${pages} label=${t("moreHeld")} />
        </section>`;
}
