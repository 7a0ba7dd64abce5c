// What runs, and what of it waits for its next retry.

import { sessionIn } from "../../booked-sessions.js";
import { tracePath } from "../../matters.js";
import { html } from "../../vendor/preact.js";
import { t } from "../../words.js";
import { BookedSession } from "./booked-session.js";
import { ExecutionFacts } from "./execution-facts.js";

/** @param {{ seen: { running: number | null, waiting: any[], unseen: number, sessions: any[] }, now: number }} given */
export function UnderWay({ seen: { running, waiting, unseen, sessions }, now }) {
    if (running === null) return null; // it is said that Step Functions can't be asked
    return html`
        <section aria-labelledby="under-way">
            <h2 id="under-way">${t("nowUnderWay")}</h2>
            <p>
                ${t("runningCount", { count: running })} ${running > 0 && t("waitingCount", { count: waiting.length })}
                ${unseen > 0 && ` ${t("unseenCount", { count: unseen })}`}
            </p>
            <${ExecutionLines} executions=${waiting} sessions=${sessions} now=${now} />
            ${running > 0 && html`<p><a class="way-on" href="/operate/executions?status=RUNNING">${t("showRunning")}</a></p>`}
        </section>`;
}

/** @param {{ executions: any[], sessions: any[], now: number }} given `sessions`: when their bookings are */
export const ExecutionLines = ({ executions, sessions, now }) =>
    executions.length > 0 &&
    html`
    <ul class="matters">
        ${executions.map(
            (each) => html`
            <li class="matter" key=${`${each.machine}/${each.name}`}>
                <div>
                    <div>
                        <a class="matter-name" href=${tracePath(each.booking_id, each)}>${each.booking_id ?? each.name}</a>
                        <${BookedSession} session=${sessionIn(sessions, each.booking_id, each)} />
                    </div>
                    <${ExecutionFacts} execution=${each} now=${now} />
                </div>
            </li>`,
        )}
    </ul>`;
