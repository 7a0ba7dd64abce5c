// A list that is read page by page, each below the one before.

import { html } from "../vendor/preact.js";
import { useAsked, useState } from "./hooks.js";
import { ProblemNotice } from "./problem.js";
import { Waiting } from "./waiting.js";

/** @typedef {import("../sessions.js").Session} Session */

/**
 * Pages one after the other, in one list.
 *
 * @param {(page: any, stopped: AbortSignal) => Promise<{ sessions: Session[], next: any }>} ask
 */
export function usePages(ask) {
    const [found, setFound] = useState(
        /** @type {{ sessions: Session[], newest: number | null }} */ ({ sessions: [], newest: null }),
    );
    const [page, setPage] = useState(/** @type {any} */ (null));
    const asked = useAsked(
        async (stopped) => {
            const answer = await ask(page, stopped);
            setFound((/** @type {{ sessions: Session[] }} */ { sessions }) => ({
                sessions: [...sessions, ...answer.sessions],
                newest: page ? sessions.length : null,
            }));
            return answer;
        },
        [JSON.stringify(page)],
    );
    return {
        ...found,
        next: asked.value?.next ?? null,
        isEmpty: Boolean(asked.value),
        error: asked.error,
        again: asked.again,
        go: setPage,
    };
}

/** @param {{ pages: any, label: string }} given */
export function More({ pages, label }) {
    if (pages.error) return html`<${ProblemNotice} error=${pages.error} onAgain=${pages.again} />`;
    if (!pages.isEmpty) return html`<${Waiting} />`;
    return pages.next
        ? html`<p><button class="button second" onClick=${() => pages.go(pages.next)}>${label}</button></p>`
        : null;
}
