// Each message of a booking, on its way from the ledger to what the provider reports. No name and no address is known here.

import { isOfChosen, waysOf } from "../../trace-messages.js";
import { html } from "../../vendor/preact.js";
import { t } from "../../words.js";
import { useState } from "../hooks.js";
import { Became } from "./became.js";
import { SessionOf } from "./booked-session.js";
import { say, sayMessage } from "./codes.js";
import { Lazily } from "./lazily.js";
import { Instant } from "./moment.js";
import { PaymentsMade } from "./payments-made.js";

const MEND = async () => (await import("./how-to-mend.js")).HowToMend;
const RESEND = async () => (await import("./resend-act.js")).ResendAct;

/** @typedef {import("../../traces.js").Seen} Seen */
/** @typedef {import("../../trace-messages.js").Way} Way */
/** @typedef {(act: import("./act-followed.js").Acted) => void} OnActed */

/** @param {Seen & { onActed: OnActed, again: () => void }} given `again`: asks for the trace as it is now */
export function MessagesView({ trace, chosen, choose, onActed, again }) {
    const ways = waysOf(trace);
    const payments = html`<${PaymentsMade} trace=${trace} chosen=${chosen} choose=${choose} />`;
    if (!ways.length) return html`<p>${t("noMessages")}</p>${payments}`;
    return html`
        ${payments}
        ${!trace.file && html`<p>${t("messagesOfExecutions")}</p>`}
        <div class="ways">
            ${ways.map((way) => html`<${OneWay} key=${way.id} way=${way} trace=${trace} chosen=${chosen} choose=${choose} onActed=${onActed} again=${again} />`)}
        </div>`;
}

/** @param {Seen & { way: Way, onActed: OnActed, again: () => void }} given */
function OneWay({ way, trace, chosen, choose, onActed, again }) {
    const [isAsked, setIsAsked] = useState(false);
    const { id, about, message, session, became, resend, moments } = way;
    const what = sayMessage(about, id);
    const ask = () => {
        again(); // how they are reached may have been put right meanwhile
        setIsAsked(true);
    };
    return html`
        <section class=${moments.some((each) => isOfChosen(each, chosen)) ? "way is-chosen" : "way"}>
            <h2>${what}</h2>
            <p><${Became} became=${became}>${saidOf(message)}<//></p>
            <ol class="way-moments">
                ${message && html`<li>${t("inTheLedger")}</li>`}
                ${moments.map(
                    (moment) => html`
                    <${OneMoment} key=${`${moment.kind}:${moment.at}:${moment.number}`} moment=${moment} chosen=${chosen} choose=${choose} />`,
                )}
            </ol>
            ${message?.last_error && html`<p>${t("lastError")} <code>${message.last_error}</code></p>`}
            ${
                isAsked
                    ? html`<${Lazily} fetch=${RESEND} given=${{ message, what, onLeave: () => setIsAsked(false), onActed }} />`
                    : resend === "possible"
                      ? html`
                        ${message?.hindrance && html`<${Lazily} fetch=${MEND} given=${{ message }} />`}
                        <button class="button second" aria-label=${`${t("resendNow")}: ${what}`} onClick=${ask}>${t("resendNow")}</button>`
                      : html`<p>${say("resend", resend)}</p>`
            }
            <p class="soft"><small>${id}${session && html` · <${SessionOf} trace=${trace} id=${session} />`}</small></p>
        </section>`;
}

/** @param {import("../../trace-messages.js").Message | null} message */
function saidOf(message) {
    if (!message) return t("ledgerAway");
    const said = say("delivery", message.delivery ?? message.status);
    return [said, message.reason && say("undeliverable", message.reason), t("attemptsOf", { count: message.attempts })]
        .filter(Boolean)
        .join(" · ");
}

/** @type {[import("../../words.js").Word, import("../../words.js").Word][]} one, or many; then of those that sent nothing */
const ATTEMPTS = [
    ["attemptBecame", "attemptsBecame"],
    ["attemptIdle", "attemptsIdle"],
];

/** What an attempt came to: what became of the message, or of the attempt. @param {string} what */
const sayAttempt = (what) => say(["sent", "undeliverable"].includes(what) ? "delivery" : "outcome", what);

/** @param {{ moment: import("../../trace-messages.js").Moment, chosen: Seen["chosen"], choose: Seen["choose"] }} given */
function OneMoment({ moment, chosen, choose }) {
    const { kind, at, what = "", why, isIdle, number, last, until, where } = moment;
    const said = {
        attempt: () =>
            t(ATTEMPTS[Number(Boolean(isIdle))][Number(Boolean(last))], { number, last, outcome: sayAttempt(what) }),
        undeliverable: () => t("foundUndeliverable", { why: say("undeliverable", what) }),
        accepted: () => t("providerTook"),
        reported: () => t("providerReports", { report: say("delivery", what) }),
        put_back: () => t("putBack", { before: say("delivery", what) }),
    }[kind]();
    const isHere = isOfChosen(moment, chosen);
    return html`
        <li class=${isHere ? "is-chosen" : undefined}>
            <${Instant} at=${at} />${until && html` – <${Instant} at=${until} />`} ${said}${why && html` <code>${why}</code>`}
            ${
                where &&
                html`
                <button class="quiet" aria-pressed=${isHere} onClick=${() => choose(where)}
                    aria-label=${t("chooseIn", { state: where.state, execution: where.execution })}>${where.state}</button>`
            }
        </li>`;
}
