// The page of a path, once its file is there.

import { Unreachable } from "../errors.js";
import { pageOf } from "../pages.js";
import { html } from "../vendor/preact.js";
import { useEffect, useState } from "./hooks.js";
import { ProblemNotice } from "./problem.js";
import { Waiting } from "./waiting.js";

/** @type {Map<import("../pages.js").Fetch, import("../pages.js").Page>} what is there already is shown at once */
const fetched = new Map();

/** @param {{ path: string } & Record<string, unknown>} given what is not the path's, every page is given */
export function Page({ path, ...given }) {
    const { fetchPage, given: ofPath } = pageOf(path);
    const [hasFailed, setHasFailed] = useState(false);
    const [times, setTimes] = useState(0); // it came, or was asked for again
    const Shown = fetched.get(fetchPage);
    useEffect(() => {
        if (Shown) return;
        setHasFailed(false);
        fetchPage().then(
            (page) => {
                fetched.set(fetchPage, page);
                setTimes(times + 1);
            },
            () => setHasFailed(true),
        );
    }, [fetchPage, times]);
    if (Shown) return html`<${Shown} key=${path} ...${given} ...${ofPath} />`;
    if (!hasFailed) return html`<${Waiting} />`;
    return html`<${ProblemNotice} level=${1} error=${new Unreachable()} onAgain=${() => setTimes(times + 1)} />`;
}
