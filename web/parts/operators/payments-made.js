// What the ledger of payments has of a booking. No name, no card and no address is known here.

import { amountLabel } from "../../amounts.js";
import { locale } from "../../locale.js";
import { paymentsOf } from "../../trace-payments.js";
import { html } from "../../vendor/preact.js";
import { t } from "../../words.js";
import { Became } from "./became.js";
import { say } from "./codes.js";
import { Instant } from "./moment.js";

/** @param {Pick<import("../../traces.js").Seen, "trace" | "chosen" | "choose">} given */
export function PaymentsMade({ trace, chosen, choose }) {
    const payments = paymentsOf(trace);
    if (!payments.length) return null;
    return html`
        <section aria-labelledby="payments-made">
            <h2 id="payments-made">${t("payments")}</h2>
            <ol class="entries">
                ${payments.map(
                    (
                        { at, purpose, entry, amount, currency, code, actor, id, execution, session, became },
                        place,
                    ) => html`
                    <li key=${place} class="entry ${became === "failed" ? "entry-bad" : ""}">
                        <p><${Instant} at=${at} /></p>
                        <p>
                            <strong>${say("purpose", purpose)}: ${amountLabel(amount, currency, locale())}</strong>
                            ${" "}<${Became} became=${became}>${say("entry", entry)}<//> ${code && html`<code>${code}</code>`}
                        </p>
                        <p class="soft"><small>${t("byActor", { who: say("actor", actor), isOperator: false })} · ${id}${session && ` · ${t("ofSession", { session })}`}</small></p>
                        ${
                            execution &&
                            html`
                            <button class="quiet" aria-pressed=${chosen.execution === execution}
                                onClick=${() => choose({ execution, state: null, item: null })}>${t("inExecution", { execution })}</button>`
                        }
                    </li>`,
                )}
            </ol>
        </section>`;
}
