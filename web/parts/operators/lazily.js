// A part of a page that is fetched with the first look at it.

import { Unreachable } from "../../errors.js";
import { html } from "../../vendor/preact.js";
import { fetchWords } from "../../words.js";
import { useEffect, useState } from "../hooks.js";
import { ProblemNotice } from "../problem.js";
import { Waiting } from "../waiting.js";

/** @typedef {() => Promise<(given: any) => any>} Fetch the same function each time */

/** @type {Map<Fetch, any>} what was fetched before is shown at once */
const fetched = new Map();

/** A part with sets of words that only it needs. @param {Fetch} fetch @param {import("../../words.js").WordSet[]} sets @returns {Fetch} */
export const withWords =
    (fetch, ...sets) =>
    async () =>
        (await Promise.all([fetch(), fetchWords(...sets)]))[0];

/** @param {{ fetch: Fetch, given: Record<string, unknown> }} given `given`: to the part */
export function Lazily({ fetch, given }) {
    const [hasFailed, setHasFailed] = useState(false);
    const [times, setTimes] = useState(0);
    const Part = fetched.get(fetch);
    useEffect(() => {
        if (Part) return;
        setHasFailed(false);
        fetch().then(
            (part) => {
                fetched.set(fetch, part);
                setTimes(times + 1);
            },
            () => setHasFailed(true),
        );
    }, [fetch, times]);
    if (Part) return html`<${Part} ...${given} />`;
    if (!hasFailed) return html`<${Waiting} />`;
    return html`<${ProblemNotice} error=${new Unreachable()} onAgain=${() => setTimes(times + 1)} />`;
}
