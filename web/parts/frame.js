// What is around every page: the practice's name, where one can go, who is signed in, the language.

import { signIn } from "../session.js";
import { html } from "../vendor/preact.js";
import { language, speak, t } from "../words.js";
import { useEffect } from "./hooks.js";

const NAMES = { en: "English", de: "Deutsch" };

/**
 * @param {object} given
 * @param {string} given.path which page it is around
 * @param {import("../practice.js").Practice | null} given.practice
 * @param {import("../session.js").Person | null} given.who
 * @param {any} [given.children]
 */
export function Frame({ path, practice, who, children }) {
    /** @param {string} to @param {string} name */
    const link = (to, name) =>
        html`<a href=${to} aria-current=${to === path ? "page" : path.startsWith(`${to}/`) ? "true" : undefined}>${name}</a>`;
    const groups = who?.groups ?? [];
    const isStaff = groups.length > 0 && !groups.includes("client"); // the practice's name leads them to booking
    useEffect(() => followHeading(practice?.name), [practice]);
    useEffect(() => {
        const colour = practice?.accent_colour;
        if (colour) document.documentElement.style.setProperty("--practice", colour);
    }, [practice]);
    return html`
        <a class="skip" href="#main">${t("skipToContent")}</a>
        <header class="top">
            <a class="practice" href="/" aria-label=${practice ? undefined : t("toTheBeginning")}>${practice?.name ?? "\u00a0"}</a>
            <nav aria-label=${t("site")}>
                ${!isStaff && link("/", t("navBook"))}
                ${who && [link("/sessions", t("navSessions")), link("/me", t("navData"))]}
                ${groups.some((group) => group !== "client") && link("/held", t("navHeld"))}
                ${groups.includes("operator") && link("/operate", t("operations"))}
            </nav>
            ${
                who
                    ? html`<button class="quiet" onClick=${() => signIn.end()}>${t("signOut")}</button>`
                    : html`<button class="quiet" onClick=${() => signIn.begin()}>${t("signIn")}</button>`
            }
        </header>
        <main id="main" tabindex="-1">${children}</main>
        <footer>
            ${practice?.address && html`<address>${practice.name}, ${practice.address}</address>`}
            ${practice?.phone && html`<a href="tel:${practice.phone.replaceAll(" ", "")}">${practice.phone}</a>`}
            ${practice?.privacy_page && html`<a href=${practice.privacy_page}>${t("privacy")}</a>`}
            <span class="languages" role="group" aria-label=${t("language")}>
                ${Object.entries(NAMES).map(
                    ([code, name]) => html`
                    <button class="quiet" lang=${code} aria-pressed=${language() === code}
                        onClick=${() => speak(/** @type {"en" | "de"} */ (code))}>${name}</button>`,
                )}
            </span>
        </footer>`;
}

/**
 * The document is called what its page's heading says; headings name nobody.
 *
 * @param {string | undefined} name of the practice
 * @returns {() => void} ends it
 */
function followHeading(name) {
    const main = /** @type {HTMLElement} */ (document.getElementById("main"));
    const follow = () => {
        const heading = main.querySelector("h1")?.textContent;
        document.title = [heading, name].filter(Boolean).join(" – ") || t("bookASession");
    };
    const changes = new MutationObserver(follow);
    changes.observe(main, { childList: true, characterData: true, subtree: true });
    follow();
    return () => changes.disconnect();
}
