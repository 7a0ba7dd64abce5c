// The way back from the login: the code in the address becomes tokens, once, and only where it was asked for here.

import { fetchTokens, RETURN_URL } from "./session.js";

/**
 * Back from the login: takes the code out of the URL at once, and fetches the tokens of it.
 *
 * @returns {Promise<string>} the path where one was, signed in unless that would have needed a question. Rejects
 *     when the way back is not one that was begun here.
 */
export async function finish() {
    const given = new URLSearchParams(location.search);
    history.replaceState(null, "", "/signed-in");
    const key = `sign-in:${given.get("state") ?? ""}`;
    const begun = JSON.parse(sessionStorage.getItem(key) ?? "null");
    sessionStorage.removeItem(key);
    const code = given.get("code");
    if (begun && given.get("error") === "login_required") return ownPath(begun.path);
    if (!begun || !code) throw new Error(given.get("error") ?? "not begun here");
    await fetchTokens(
        { grant_type: "authorization_code", code, redirect_uri: RETURN_URL, code_verifier: begun.verifier },
        begun.nonce,
    );
    return ownPath(begun.path);
}

/** A path of this site, whatever was asked for: the login leads nowhere else. @param {string} path */
export function ownPath(path) {
    try {
        const url = new URL(path, location.origin);
        const isOwn = url.origin === location.origin && path.startsWith("/") && !url.pathname.startsWith("//");
        return isOwn ? url.pathname + url.search : "/";
    } catch {
        return "/";
    }
}
