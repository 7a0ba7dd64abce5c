// One session as a line of a list, or as what a page is about: when, what, with whom, and how it stands.

import { useNames } from "../names.js";
import { html } from "../vendor/preact.js";
import { t } from "../words.js";
import { When } from "./when.js";

/** @type {Record<string, import("../words.js").Word>} what is said of a status; of others nothing needs to be */
const STATUS = {
    pending: "statusPending",
    held: "statusHeld",
    cancelled: "statusCancelled",
    late_cancelled: "statusLateCancelled",
    rejected: "statusRejected",
    no_show: "statusNoShow",
};

/** @type {Record<string, import("../words.js").Word>} */
const HELD = { video: "byVideo", phone: "byPhone" };

/** What is said of how it stands. @param {Record<string, any>} session @returns {import("../words.js").Word} */
function statusOf({ status, hold, payment }) {
    if (status !== "held" || !hold) return STATUS[status];
    if (hold.awaits === "approval") return "statusAwaitsYes";
    return payment?.rule === "card_on_file" ? "statusAwaitsCard" : "statusAwaitsPayment";
}

/** @param {{ session: Record<string, any> }} given a booking, an offer or a session of a series */
export function SessionCard({ session }) {
    const names = useNames();
    const therapist = names.therapist(session.therapist_id);
    const service = names.service(session.service_id);
    const held = HELD[session.place?.held];
    return html`
        <${When} starts=${session.starts_at} ends=${session.ends_at} place=${session.local?.time_zone} />
        <span class="session-what service">
            ${therapist ? t("serviceWith", { service, therapist }) : service}${held && html`, ${t(held)}`}
        </span>
        ${statusOf(session) && html`<span class="session-status">${t(statusOf(session))}</span>`}`;
}
