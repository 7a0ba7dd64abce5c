// What needs a person: how much of what, since when, and acts on many of it together; what runs and waits beside it.

import { call } from "../../api.js";
import { deedFor, KINDS, pauseFor } from "../../matters.js";
import { Heading } from "../../parts/heading.js";
import { useState } from "../../parts/hooks.js";
import { AsOf } from "../../parts/operators/as-of.js";
import { useChoice } from "../../parts/operators/choosing.js";
import { ChosenActs } from "../../parts/operators/chosen-acts.js";
import { Desk } from "../../parts/operators/desk.js";
import { MatterCounts } from "../../parts/operators/matter-counts.js";
import { Matters } from "../../parts/operators/matters.js";
import { Missing } from "../../parts/operators/missing.js";
import { UnderWay } from "../../parts/operators/under-way.js";
import { useCalmly } from "../../parts/operators/use-calmly.js";
import { useQuery } from "../../router.js";
import { html } from "../../vendor/preact.js";
import { t } from "../../words.js";

/** @typedef {import("../../matters.js").Matter} Matter */

const MOST = 100;

/** @param {{ who: import("../../session.js").Person | null }} given */
export const Attention = ({ who }) => html`<${Desk} who=${who} path="/operate"><${Seen} /><//>`;

function Seen() {
    const wanted = useQuery().get("kind");
    const kind = KINDS.find((each) => each === wanted) ?? null;
    const [turns, setTurns] = useState(0); // a batch was closed, and the focus goes back to the heading
    const asked = useCalmly(
        (stopped) => call("GET", `/v1/attention?limit=${MOST}${kind ? `&kind=${kind}` : ""}`, { stopped }),
        [kind],
        (value) => pauseFor((value?.matters.length ?? 0) + (value?.running ?? 0)),
    );
    const seen = asked.value;
    /** @type {Matter[]} */
    const matters = seen?.matters ?? [];
    const choice = useChoice(matters.flatMap((each) => deedFor(each, seen?.missing) ?? []));
    return html`
        <${Heading} key=${`${kind} ${turns}`} level=${1} isGoal=${true}>${t("attention")}<//>
        <${AsOf} asked=${asked} />
        ${
            seen &&
            html`
            <${Missing} missing=${seen.missing} />
            <${MatterCounts} seen=${seen} kind=${kind} />
            <${ChosenActs} choice=${choice} onEnd=${asked.again} onClosed=${() => setTurns(turns + 1)} />
            <${Matters} seen=${seen} kind=${kind} choice=${choice} now=${asked.at} />
            <${UnderWay} seen=${seen} now=${asked.at} />`
        }`;
}
