// Paths: going to one, hearing of one, and links that need no new load.

import { useEffect, useState } from "./vendor/preact.js";

const CHANGED = "site:path";

/** Goes to a path of the site; the one before is what the browser's back button leads to. @param {string} path @param {boolean} stays where one has scrolled to */
export function go(path, stays = false) {
    history.pushState(null, "", path);
    dispatchEvent(new Event(CHANGED));
    if (!stays) scrollTo(0, 0);
}

/** Goes to a path instead of the one that is shown: the back button leads past it. @param {string} path */
export function replace(path) {
    history.replaceState(null, "", path);
    dispatchEvent(new Event(CHANGED));
}

/** The path that is shown, without its query. */
export const usePath = () => useAddress(() => location.pathname);

/** What the path's query says. */
export const useQuery = () => new URLSearchParams(useAddress(() => location.search));

/** @param {() => string} part of the address */
function useAddress(part) {
    const [seen, setSeen] = useState(part);
    useEffect(() => {
        const changed = () => setSeen(part);
        changed(); // it may have gone on before anybody listened
        addEventListener("popstate", changed);
        addEventListener(CHANGED, changed);
        return () => {
            removeEventListener("popstate", changed);
            removeEventListener(CHANGED, changed);
        };
    }, []);
    return seen;
}

// A plain click on a link to a page of the site loads nothing anew.
addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    const isPlain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
    if (!link || !isPlain || event.defaultPrevented || link.target || link.hasAttribute("download")) return;
    if (link.origin !== location.origin || link.pathname.startsWith("/v1/")) return;
    if (link.hash && link.pathname === location.pathname) return;
    event.preventDefault();
    go(link.pathname + link.search);
});
