// A message as its reader has it: an e-mail as HTML, as text, and its calendar file; a text with its segments.

import { Heading } from "../../web/parts/heading.js";
import { useAsked, useEffect, useRef } from "../../web/parts/hooks.js";
import { saveFile } from "../../web/parts/save-file.js";
import { Waiting } from "../../web/parts/waiting.js";
import { html } from "../../web/vendor/preact.js";
import { CopyCode } from "./copy-code.js";
import { placeOf, whenOf } from "./inbox.js";
import { parts } from "./links.js";
import { NotAnswering } from "./not-answering.js";
import { ask, NotDone } from "./state.js";
import { t } from "./words.js";

const BORDERS = 2;

/**
 * @typedef {import("./inbox.js").Line & {
 *     text: string, mail: string | null, segments: number | null, calendar: { method: string, content: string } | null
 * }} Whole
 */

/** @param {{ id: string, to: string, isText: boolean }} given */
export function Message({ id, to, isText }) {
    const asked = useAsked((stopped) => ask("GET", `/laptop/state/messages/${id}`, undefined, stopped), [id]);
    const whole = /** @type {Whole | undefined} */ (asked.value);
    return html`
        <article class="message" aria-label=${t("theMessage")}>
            <p><a class="way-on" href=${placeOf({ to })}>${t("allMessages")}</a></p>
            ${
                asked.error instanceof NotDone
                    ? html`<${Heading} level=${2} isGoal=${true}>${t("messageGone")}<//><p>${t("messageGoneMore")}</p>`
                    : asked.error && html`<${NotAnswering} error=${asked.error} />`
            }
            ${!whole && !asked.error && html`<${Waiting} />`}
            ${whole && html`<${Content} whole=${whole} to=${to} isText=${isText || !whole.mail} />`}
        </article>`;
}

/** @param {{ whole: Whole, to: string, isText: boolean }} given */
function Content({ whole, to, isText }) {
    const { id, mail, segments, calendar, code } = whole;
    return html`
        <${Heading} level=${2} isGoal=${true}>${whole.subject || t("aText")}<//>
        <dl class="facts">
            <dt>${t("sentTo")}</dt><dd>${whole.to}</dd>
            <dt>${t("sentAt")}</dt><dd>${whenOf(whole.at)}</dd>
            ${segments && html`<dt>${t("length")}</dt><dd>${t("segments", { count: segments, characters: [...whole.text].length })}</dd>`}
        </dl>
        ${code && html`<${CopyCode} code=${code} />`}
        ${
            mail &&
            html`
            <nav class="views" aria-label=${t("views")}>
                <a href=${placeOf({ to, message: id })} aria-current=${isText ? undefined : "page"}>${t("asHtml")}</a>
                <a href=${placeOf({ to, message: id, as: "text" })} aria-current=${isText ? "page" : undefined}>${t("asText")}</a>
            </nav>`
        }
        ${mail && !isText ? html`<${Mail} place=${mail} subject=${whole.subject} />` : html`<${Plain} text=${whole.text} />`}
        ${calendar && html`<${Calendar} ...${calendar} />`}`;
}

/** The e-mail's HTML in a frame where no script runs, as tall as it is. @param {{ place: string, subject: string }} given */
function Mail({ place, subject }) {
    const frame = useRef(/** @type {HTMLIFrameElement | null} */ (null));
    function fit() {
        const page = frame.current?.contentDocument?.documentElement;
        if (!frame.current || !page) return;
        frame.current.style.height = "0"; // a page is never less tall than its frame
        frame.current.style.height = `${page.scrollHeight + BORDERS}px`;
    }
    useEffect(() => {
        addEventListener("resize", fit);
        return () => removeEventListener("resize", fit);
    }, []);
    return html`
        <iframe ref=${frame} class="mail" src=${place} title=${t("mailTitled", { subject })} onLoad=${fit}
            sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"></iframe>`;
}

/** @param {{ text: string }} given */
const Plain = ({ text }) => html`
    <div class="plain">${parts(text).map((each) =>
        each.link ? html`<a href=${each.text} target="_blank" rel="noopener">${each.text}</a>` : each.text,
    )}</div>`;

/** @param {{ method: string, content: string }} given */
const Calendar = ({ method, content }) => html`
    <section class="calendar">
        <h3>${t("calendarFile")}</h3>
        <p>${t(method === "CANCEL" ? "calendarTakesOut" : "calendarPutsIn")}</p>
        <button class="button second" onClick=${() => saveFile("session.ics", "text/calendar", content)}>
            ${t("saveCalendar")}
        </button>
        <details>
            <summary>${t("showCalendar")}</summary>
            <pre tabindex="0" role="region" aria-label=${t("calendarFile")}>${content}</pre>
        </details>
    </section>`;
