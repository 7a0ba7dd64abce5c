// Everything about a booking: its executions, its messages, its history, seen in five ways.

import { read } from "../../api.js";
import { Heading } from "../../parts/heading.js";
import { Copy } from "../../parts/operators/copy.js";
import { Desk } from "../../parts/operators/desk.js";
import { TraceHeader } from "../../parts/operators/trace-header.js";
import { TraceViews } from "../../parts/operators/trace-views.js";
import { html } from "../../vendor/preact.js";
import { t } from "../../words.js";

/** @param {{ who: import("../../session.js").Person | null, booking_id: string }} given */
export const Trace = ({ who, booking_id }) => html`<${Desk} who=${who}><${TraceOf} bookingId=${booking_id} /><//>`;

/** @param {{ bookingId: string }} given */
const TraceOf = ({ bookingId }) => html`
    <div class="trace-title">
        <${Heading} level=${1} isGoal=${true}>${t("traceOf")} ${bookingId}<//>
        <${Copy} text=${bookingId} what=${bookingId} />
    </div>
    <${TraceViews} ask=${(/** @type {AbortSignal} */ stopped) => read(`/v1/bookings/${bookingId}/trace`, stopped)}
        missing="noSuchTrace" Header=${TraceHeader} />`;
