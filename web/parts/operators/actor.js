// Who did something, in words: for who reads it. A login's id is short, and can be had whole.

import { signIn } from "../../session.js";
import { whoOf } from "../../trace-history.js";
import { html } from "../../vendor/preact.js";
import { t } from "../../words.js";
import { say } from "./codes.js";
import { Copy } from "./copy.js";

/** @typedef {import("../../trace-history.js").Entry} Entry */

/** Of these the history has who asked; the system decided. */
const DECIDED = ["rejected", "key_conflict"];

/** `by you`, `by operator 2e665481…`, `(asked for by the client)`, or nothing. @param {Entry} entry */
export function sayActor(entry) {
    const by = byWhom(entry);
    return by && DECIDED.includes(entry.event) ? t("askedForBy", { by }) : by;
}

/** @param {Entry} entry */
function byWhom(entry) {
    const who = whoOf(entry, signIn.person()?.sub);
    if (!who) return "";
    if (who.kind === "you") return t("byYou");
    if (who.kind === "client" || who.kind === "therapist") return t(who.kind === "client" ? "byClient" : "byTherapist");
    const said = who.kind === "code" ? say("actor", who.said) : who.said;
    return t("byActor", { who: said, isOperator: entry.isAct && said === who.said });
}

/** The same, with the id whole to be copied. @param {{ entry: Entry }} given */
export function Actor({ entry }) {
    const who = whoOf(entry, signIn.person()?.sub);
    return html`
        <span class="actor" title=${entry.actor}>${sayActor(entry)}</span>
        ${who?.kind === "id" && html` <${Copy} text=${entry.actor ?? ""} what=${entry.actor ?? ""} />`}`;
}
