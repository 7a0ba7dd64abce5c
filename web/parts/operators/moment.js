// An instant as operators read it: by their clock, how far it is from now beside it, and in UTC for who points at it.

import { awayLabel, instantLabel, utcBeside, utcLabel } from "../../instants.js";
import { locale } from "../../locale.js";
import { html } from "../../vendor/preact.js";
import { useZone } from "../../zone.js";

/** @param {{ at: string, now?: number }} given `now`: of when what is shown is; without it, how far is not said */
export function Moment({ at, now }) {
    const away = now !== undefined && awayLabel(Date.parse(at) - now, locale());
    return html`
        <time datetime=${at} title=${utcLabel(at)}>${instantLabel(at, useZone(), locale())}</time>
        ${away && html` <span class="soft">(${away})</span>`}`;
}

/** The same with UTC beside it, as logs have it. @param {{ at: string }} given RFC 3339 */
export function Instant({ at }) {
    const zone = useZone();
    return html`
        <time class="instant" datetime=${at}>
            ${instantLabel(at, zone, locale())} <small>${utcBeside(at, zone)}</small>
        </time>`;
}
