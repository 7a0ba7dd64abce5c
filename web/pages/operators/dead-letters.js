// Messages that their consumers could not handle: why, of which booking, and putting them back on their queues.

import { call } from "../../api.js";
import { deedFor, pauseFor } from "../../matters.js";
import { Heading } from "../../parts/heading.js";
import { useState } from "../../parts/hooks.js";
import { AsOf } from "../../parts/operators/as-of.js";
import { useChoice } from "../../parts/operators/choosing.js";
import { ChosenActs } from "../../parts/operators/chosen-acts.js";
import { Desk } from "../../parts/operators/desk.js";
import { MatterList } from "../../parts/operators/matters.js";
import { useCalmly } from "../../parts/operators/use-calmly.js";
import { html } from "../../vendor/preact.js";
import { t } from "../../words.js";

const PATH = "/operate/dead-letters";

/** @param {{ who: import("../../session.js").Person | null }} given */
export const DeadLetters = ({ who }) => html`<${Desk} who=${who} path=${PATH}><${Listed} /><//>`;

function Listed() {
    const [turns, setTurns] = useState(0); // a batch was closed, and the focus goes back to the heading
    const asked = useCalmly(
        (stopped) => call("GET", "/v1/dead-letters", { stopped }),
        [],
        (value) => pauseFor(value?.dead_letters.length ?? 0),
    );
    const matters = (asked.value?.dead_letters ?? []).map(asMatter);
    const choice = useChoice(matters.flatMap((/** @type {any} */ each) => deedFor(each) ?? []));
    return html`
        <${Heading} key=${turns} level=${1} isGoal=${true}>${t("deadLetters")}<//>
        <p>${t("deadLettersMore")}</p>
        <${AsOf} asked=${asked} away="awayDeadLetters" />
        ${
            asked.value &&
            html`
            <${ChosenActs} choice=${choice} onEnd=${asked.again} onClosed=${() => setTurns(turns + 1)} />
            ${matters.length === 0 && html`<p class="nothing">${t("noDeadLetters")}</p>`}
            ${matters.length > 0 && html`<${MatterList} matters=${matters} around=${{ missing: [], sessions: [], choice, now: asked.at }} />`}
            ${asked.value.more && html`<p class="soft">${t("moreDeadLetters")}</p>`}`
        }`;
}

/** @param {import("../../matters.js").DeadLetter} letter @returns {import("../../matters.js").Matter} */
const asMatter = (letter) => ({
    kind: "dead_letter",
    since: letter.sent_at,
    booking_id: letter.booking_id,
    execution: null,
    error: null,
    dead_letter: letter,
});
