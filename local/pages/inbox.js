// The inbox: everything that was sent, newest first, to everybody or to one; and the message that is chosen.

import { locale } from "../../web/locale.js";
import { Heading } from "../../web/parts/heading.js";
import { useEffect, useRef, useState } from "../../web/parts/hooks.js";
import { Waiting } from "../../web/parts/waiting.js";
import { go, useQuery } from "../../web/router.js";
import { html } from "../../web/vendor/preact.js";
import { CopyCode } from "./copy-code.js";
import { Message } from "./message.js";
import { NotAnswering } from "./not-answering.js";
import { useWatched } from "./state.js";
import { t } from "./words.js";

/** @typedef {{ id: string, channel: "email" | "sms", to: string, at: number, subject: string, preview: string, code: string | null }} Line */
/** @typedef {{ id: string, to: string, count: number }} Recipient */
/** @typedef {{ messages: Line[], more: number, recipients: Recipient[] }} Listed */

/** Where a view of the inbox is: ids only. @param {Record<string, string>} view */
export const placeOf = (view) => {
    const query = new URLSearchParams(Object.entries(view).filter(([, value]) => value));
    return `/laptop/inbox${query.size ? `?${query}` : ""}`;
};

export function Inbox() {
    const query = useQuery();
    const [to, chosen] = [query.get("to") ?? "", query.get("message") ?? ""];
    const path = `/laptop/state/messages${to ? `?to=${encodeURIComponent(to)}` : ""}`;
    const { value, error } = useWatched(/** @type {string} */ (path));
    const listed = /** @type {Listed | undefined} */ (value);
    return html`
        <${Heading} level=${1}>${t("inbox")}<//>
        <p class="soft">${t("inboxMore")}</p>
        ${error && html`<${NotAnswering} error=${error} />`}
        ${!listed && !error && html`<${Waiting} />`}
        ${listed && html`<${NewOnes} key=${to} messages=${listed.messages} />`}
        ${listed && listed.recipients.length > 0 && html`<${Filter} recipients=${listed.recipients} to=${to} />`}
        ${
            listed &&
            html`
            <div class=${chosen ? "inbox with-message" : "inbox"}>
                <${List} listed=${listed} to=${to} chosen=${chosen} />
                ${chosen && html`<${Message} key=${chosen} id=${chosen} to=${to} isText=${query.get("as") === "text"} />`}
            </div>`
        }`;
}

/** Says aloud what has come since. @param {{ messages: Line[] }} given */
function NewOnes({ messages }) {
    const known = useRef(messages[0]?.id);
    const [said, setSaid] = useState("");
    const newest = messages[0];
    useEffect(() => {
        if (!newest || newest.id === known.current) return;
        known.current = newest.id;
        setSaid(t("hasCome", { what: newest.subject || t("aText"), to: newest.to }));
    }, [newest?.id]);
    return html`<p class="said" role="status">${said}</p>`;
}

/** @param {{ recipients: Recipient[], to: string }} given */
function Filter({ recipients, to }) {
    const all = recipients.reduce((sum, each) => sum + each.count, 0);
    return html`
        <div class="field">
            <label for="to">${t("sentTo")}</label>
            <select id="to" value=${to} onChange=${(/** @type {any} */ event) => go(placeOf({ to: event.target.value }))}>
                <option value="">${t("everybody", { count: all })}</option>
                ${recipients.map((each) => html`<option value=${each.id}>${each.to} (${each.count})</option>`)}
            </select>
        </div>`;
}

/** @param {{ listed: Listed, to: string, chosen: string }} given */
function List({ listed, to, chosen }) {
    const before = useRef("");
    useEffect(() => {
        if (before.current && !chosen) document.getElementById(`letter-${before.current}`)?.focus(); // back from it
        before.current = chosen;
    }, [chosen]);
    if (listed.messages.length === 0)
        return html`<section class="notice"><h2>${t("nothingSent")}</h2><p>${t("nothingSentMore")}</p></section>`;
    return html`
        <div class="letters">
            <ul aria-label=${t("messages")}>
                ${listed.messages.map(
                    (each) => html`
                    <li key=${each.id} class="letter">
                        <a id="letter-${each.id}" href=${placeOf({ to, message: each.id })} aria-current=${each.id === chosen ? "true" : undefined}>
                            <span class="letter-what">${each.subject || each.preview}</span>
                            <span class="letter-to">${t(each.channel)} · ${each.to}</span>
                            <time datetime=${new Date(each.at * 1000).toISOString()}>${whenOf(each.at)}</time>
                        </a>
                        ${each.code && html`<${CopyCode} code=${each.code} />`}
                    </li>`,
                )}
            </ul>
            ${listed.more > 0 && html`<p class="soft">${t("olderOnes", { count: listed.more })}</p>`}
        </div>`;
}

/** @param {number} at seconds since 1970 */
export function whenOf(at) {
    const when = new Date(at * 1000);
    const isToday = when.toDateString() === new Date().toDateString();
    /** @type {Intl.DateTimeFormatOptions} */
    const day = isToday ? {} : { weekday: "short", day: "numeric", month: "short" };
    return new Intl.DateTimeFormat(locale(), { ...day, hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(
        when,
    );
}
