// Who is signed in: Cognito's managed login, by an authorization code with PKCE (RFC 7636), state and nonce.
//
// Tokens are in memory only: another page can't read them, and a reload signs in anew, without a word as long as the
// browser's session at Cognito lasts. What must outlive that (that somebody was signed in, the verifier, where one was)
// is in sessionStorage; it is of no use to whoever finds it, for a verifier can be used once, with its state.

import { Unreachable, whole } from "./errors.js";

const settings = /** @param {string} name */ (name) =>
    document.querySelector(`meta[name="${name}"]`)?.getAttribute("content") ?? "";

const LOGIN_URL = settings("login-url");
const CLIENT_ID = settings("client-id");
export const RETURN_URL = `${location.origin}/signed-in`;
const EARLY_SECONDS = 60;
const SECONDS = 20;
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

    /** The ID token for a call, or null when nobody is signed in. Rejects with Unreachable while the login is away. @returns {Promise<string | null>} */
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
        sessionStorage.setItem(`sign-in:${state}`, JSON.stringify({ nonce, verifier, path }));
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

/** Who is refused is signed out; while the login is away, nobody is. */
async function refresh() {
    try {
        await fetchTokens({ grant_type: "refresh_token", refresh_token: tokens?.refresh ?? "" });
    } catch (error) {
        if (error instanceof Unreachable) throw error;
        signIn.forget();
    }
}

/** Fetches what a call is made with. @param {Record<string, string>} form @param {string} [nonce] */
export async function fetchTokens(form, nonce) {
    const asked = fetch(`${LOGIN_URL}/oauth2/token`, {
        method: "POST",
        body: new URLSearchParams({ client_id: CLIENT_ID, ...form }),
        signal: AbortSignal.timeout(SECONDS * 1000),
        credentials: "omit",
    });
    const { answer, content: given } = await whole(asked);
    if (answer.status === 429 || answer.status >= 500) throw new Unreachable();
    if (!answer.ok) throw new Error("the login gave no token");
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
