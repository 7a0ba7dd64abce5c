// The views of a trace, with what is chosen in all of them: an execution, a state of it, an item. The address says both.

import { go, usePath, useQuery } from "../../router.js";
import { fetchStyles } from "../../styles.js";
import {
    choosing,
    chosenBy,
    chosenIn,
    firstToSee,
    isSeen,
    keyOf,
    partsOf,
    queryOf,
    VIEWS,
    viewIn,
} from "../../traces.js";
import { html } from "../../vendor/preact.js";
import { t } from "../../words.js";
import { useEffect, useState } from "../hooks.js";
import { ProblemNotice } from "../problem.js";
import { Waiting } from "../waiting.js";
import { AsOf } from "./as-of.js";
import { ExecutionActs } from "./execution-acts.js";
import { ExecutionChoice } from "./execution-choice.js";
import { Lazily, withWords } from "./lazily.js";
import { Link } from "./link.js";
import { useTrace } from "./use-trace.js";

/** @typedef {import("../../traces.js").Chosen} Chosen */
/** @typedef {import("../../traces.js").Trace} Trace */
/** @typedef {import("../../traces.js").View} View */

/** Each view's part, fetched with the first look at it. @type {Record<View, () => Promise<any>>} */
const PARTS = {
    graph: async () => (await Promise.all([import("./graph-view.js"), fetchStyles("graph.css")]))[0].GraphView,
    timeline: withWords(async () => (await import("./timeline-view.js")).TimelineView, "views"),
    events: withWords(async () => (await import("./events-view.js")).EventsView, "views"),
    messages: withWords(async () => (await import("./messages-view.js")).MessagesView, "acts", "views"),
    history: withWords(async () => (await import("./history-view.js")).HistoryView, "acts", "views"),
};

const FOLLOWED = withWords(async () => (await import("./act-followed.js")).ActFollowed, "acts", "views");

/** @type {Record<View, import("../../words.js").Word>} */
const NAMES = {
    graph: "viewGraph",
    timeline: "viewTimeline",
    events: "viewEvents",
    messages: "viewMessages",
    history: "viewHistory",
};

/** Views that have no state of their own to show as chosen: it is said, and what is of it is marked. @type {View[]} */
const IN_WORDS = ["messages", "history"];

/**
 * @param {object} given
 * @param {(stopped: AbortSignal) => Promise<Trace>} given.ask for the trace
 * @param {import("../../words.js").Word} given.missing what is said when there is none
 * @param {View[]} [given.views] those that show something of it
 * @param {any} given.Header what is above the views; it is given the trace
 */
export function TraceViews({ ask, missing, views = VIEWS, Header }) {
    const path = usePath();
    const query = useQuery();
    const [first, setFirst] = useState(/** @type {string | null} */ (null));
    const [intent, setIntent] = useState(/** @type {"redrive" | "rerun" | null} */ (null));
    const [acted, setActed] = useState(/** @type {import("./act-followed.js").Acted | null} */ (null));
    const offered = VIEWS.filter((each) => views.includes(each));
    const view = offered.find((each) => each === viewIn(query)) ?? offered[0];
    const asked = chosenBy(query);
    const chosen = asked.execution ? asked : { ...asked, execution: first };
    const { trace, at, error, lost, isAway, isAsking, again } = useTrace(ask, chosen.execution);
    useEffect(() => {
        if (trace && !first) setFirst(firstToSee(trace.executions)); // and stays, whatever becomes of the others
    }, [trace, first]);
    useEffect(() => {
        if (intent === "redrive") setIntent(null); // of the execution that was looked at
    }, [chosen.execution]);
    if (error && !trace) return html`<${ProblemNotice} error=${error} missing=${missing} onAgain=${() => again()} />`;
    if (!trace) return html`<${Waiting} what=${isAway ? t("awayStillTrying") : undefined} />`;

    const choose = /** @param {Partial<Chosen> & { view?: View }} part */ ({ view: wanted = view, ...part }) =>
        go(`${path}${queryOf(wanted, choosing(chosen, part))}`, true);
    const onIntent = /** @param {typeof intent} wanted */ (wanted) => {
        const anew = trace.executions.findLast((each) => each.machine === "booking");
        if (wanted) choose({ view: "graph", ...(wanted === "rerun" && anew ? { execution: keyOf(anew) } : {}) });
        setIntent(wanted);
    };
    const onActed = /** @param {import("./act-followed.js").Acted} done */ (done) => {
        setIntent(null);
        setActed(done);
        choose({ execution: keyOf(done) });
        again((seen) => isSeen(seen, done));
    };
    const isAwaited = acted !== null && keyOf(acted) === chosen.execution && !chosenIn(trace, chosen); // it has just begun
    const given = { trace, chosen, choose, intent, onActed, again };
    const nameOf = /** @param {View} each */ (each) =>
        t(
            each === "messages" && partsOf(trace).some((part) => part.payments?.length)
                ? "viewMessagesAndPayments"
                : NAMES[each],
        );
    return html`
        <${Header} trace=${trace} />
        <${AsOf} asked=${{ value: trace, at, error: error || isAway, isAsking, again: () => again() }} />
        <${ExecutionChoice} trace=${trace} chosen=${chosen} view=${view} />
        ${Boolean(lost) && !isAwaited && html`<${ProblemNotice} error=${lost} missing="noSuchExecution" />`}
        ${acted && html`<${Lazily} key=${acted.act_id} fetch=${FOLLOWED} given=${{ trace, acted }} />`}
        <${ExecutionActs} ...${given} onIntent=${onIntent} />
        <nav class="views" aria-label=${t("views")}>
            ${offered.map(
                (each) => html`
                <${Link} key=${each} href=${`${path}${queryOf(each, chosen)}`} current=${each === view ? "page" : undefined}>
                    ${nameOf(each)}
                <//>`,
            )}
        </nav>
        ${
            chosen.state &&
            IN_WORDS.includes(view) &&
            html`
            <p class="chosen-here">
                ${t("chosenState", { state: chosen.state })}
                <button class="quiet" onClick=${() => choose({ state: null })}>${t("chooseNoState")}</button>
            </p>`
        }
        ${isAwaited ? html`<${Waiting} />` : html`<section class="view" aria-label=${nameOf(view)}><${Lazily} key=${view} fetch=${PARTS[view]} given=${given} /></section>`}`;
}
