// Who is signed in: Cognito's managed login, by an authorization code with PKCE (RFC 7636), state and nonce.
//
// Tokens are in memory only: another page can't read them, and a reload signs in anew, without a word as long as the
// browser's session at Cognito lasts. What must outlive that (that somebody was signed in, the verifier, where one was)
// is in sessionStorage; it is of no use to whoever finds it, for a verifier can be used once, with its state.

const settings = /** @param {string} name */ (name) =>
    document.querySelector(`meta[name="${name}"]`)?.getAttribute("content") ?? "";

const LOGIN_URL = settings("login-url");
const CLIENT_ID = settings("client-id");
const RETURN_URL = `${location.origin}/signed-in`;
const EARLY_SECONDS = 60;
const WAS_HERE = "signed-in";

/** @typedef {{ sub: string, email: string, groups: string[] }} Person */

/** @type {{ id: string, refresh: string, until: number } | null} */
let tokens = null;
/** @type {Set<(person: Person | null) => void>} */
const listeners = new Set();

export const signIn = {
    /** Who is signed in, as their ID token says. @returns {Person | null} */
    person() {
        if (!tokens) return null;
        const claims = claimsOf(tokens.id);
        return { sub: claims.sub, email: claims.email ?? "", groups: claims["cognito:groups"] ?? [] };
    },

    /** @param {(person: Person | null) => void} listener @returns {() => void} ends listening */
    onChange(listener) {
        listeners.add(listener);
        return () => {
            listeners.delete(listener);
        };
    },

    /** The ID token for a call, or null when nobody is signed in. @returns {Promise<string | null>} */
    async token() {
        if (tokens && tokens.until < Date.now() + EARLY_SECONDS * 1000) await refresh();
        return tokens?.id ?? null;
    },

    /**
     * Signs in again who was signed in when this tab was loaded anew, if the login still knows them.
     *
     * @returns {boolean} whether the page goes there and comes back
     */
    resume() {
        if (tokens || !sessionStorage.getItem(WAS_HERE) || location.pathname === "/signed-in") return false;
        sessionStorage.removeItem(WAS_HERE); // tried once
        this.begin(undefined, { isSilent: true });
        return true;
    },

    /**
     * Goes to the login, and comes back to this path.
     *
     * @param {string} path of the site
     * @param {{ isNew?: boolean, isSilent?: boolean }} [how] `isSilent`: the login asks nothing (OpenID Connect's `prompt=none`)
     */
    async begin(path = location.pathname + location.search, { isNew = false, isSilent = false } = {}) {
        const [state, nonce, verifier] = [random(), random(), random(48)];
        sessionStorage.setItem(`sign-in:${state}`, JSON.stringify({ nonce, verifier, path: ownPath(path) }));
        const asked = new URLSearchParams({
            response_type: "code",
            client_id: CLIENT_ID,
            redirect_uri: RETURN_URL,
            scope: "openid email",
            state,
            nonce,
            code_challenge: base64(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier))),
            code_challenge_method: "S256",
            lang: document.documentElement.lang,
        });
        if (isSilent)
            location.replace(`${LOGIN_URL}/oauth2/authorize?${asked}&prompt=none`); // Back leads past it
        else location.assign(`${LOGIN_URL}/${isNew ? "signup" : "oauth2/authorize"}?${asked}`);
    },

    /**
     * Back from the login: takes the code out of the URL at once, and fetches the tokens of it.
     *
     * @returns {Promise<string>} the path where one was, signed in unless that would have needed a question. Rejects
     *     when the way back is not one that was begun here.
     */
    async finish() {
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
    },

    /** Signs out, here and at Cognito. */
    end() {
        const asked = new URLSearchParams({ client_id: CLIENT_ID, logout_uri: `${location.origin}/` });
        this.forget();
        sessionStorage.clear();
        location.assign(`${LOGIN_URL}/logout?${asked}`);
    },

    /** Forgets the tokens: they have expired, or were refused. */
    forget() {
        tokens = null;
        sessionStorage.removeItem(WAS_HERE);
        tell();
    },
};

async function refresh() {
    try {
        await fetchTokens({ grant_type: "refresh_token", refresh_token: tokens?.refresh ?? "" });
    } catch {
        signIn.forget();
    }
}

/** @param {Record<string, string>} form @param {string} [nonce] */
async function fetchTokens(form, nonce) {
    const answer = await fetch(`${LOGIN_URL}/oauth2/token`, {
        method: "POST",
        body: new URLSearchParams({ client_id: CLIENT_ID, ...form }),
        credentials: "omit",
    });
    if (!answer.ok) throw new Error("the login gave no token");
    const given = await answer.json();
    const claims = claimsOf(given.id_token);
    if (claims.aud !== CLIENT_ID || (nonce !== undefined && claims.nonce !== nonce)) throw new Error("a foreign token");
    tokens = {
        id: given.id_token,
        refresh: given.refresh_token ?? tokens?.refresh ?? "",
        until: Date.now() + given.expires_in * 1000,
    };
    sessionStorage.setItem(WAS_HERE, "yes");
    tell();
}

function tell() {
    for (const listener of listeners) listener(signIn.person());
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

/** @param {string} token @returns {Record<string, any>} */
function claimsOf(token) {
    const bytes = Uint8Array.from(atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")), (letter) =>
        letter.charCodeAt(0),
    );
    return JSON.parse(new TextDecoder().decode(bytes));
}

/** @param {number} [bytes] */
const random = (bytes = 24) => base64(crypto.getRandomValues(new Uint8Array(bytes)).buffer);

/** @param {ArrayBuffer} bytes */
const base64 = (bytes) =>
    btoa(String.fromCharCode(...new Uint8Array(bytes)))
        .replaceAll("+", "-")
        .replaceAll("/", "_")
        .replaceAll("=", "");
