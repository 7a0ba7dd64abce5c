// The laptop's own pages: the inbox, and the faults. What is around them, and which of them a path is.

import { useEffect } from "../../web/parts/hooks.js";
import { usePath } from "../../web/router.js";
import { html, render } from "../../web/vendor/preact.js";
import { language, speak, useLanguage } from "../../web/words.js";
import { Faults } from "./faults.js";
import { Inbox } from "./inbox.js";
import { t } from "./words.js";

/** @type {[string, import("./words.js").Word, () => any][]} */
const PAGES = [
    ["/laptop/inbox", "inbox", Inbox],
    ["/laptop/faults", "faults", Faults],
];
const NAMES = { en: "English", de: "Deutsch" };

function App() {
    const path = usePath();
    const shown = useLanguage();
    const [, name, Page] = PAGES.find(([each]) => each === path) ?? PAGES[0];
    useEffect(() => {
        document.documentElement.lang = shown;
        document.title = `${t(name)} – ${t("laptopCloud")}`;
    }, [shown, name]);
    return html`
        <a class="skip" href="#main">${t("skip")}</a>
        <header class="top">
            <a class="practice" href="/laptop/inbox">${t("laptopCloud")}</a>
            <nav aria-label=${t("pages")}>
                ${PAGES.map(
                    ([each, word]) =>
                        html`<a href=${each} aria-current=${each === path ? "page" : undefined}>${t(word)}</a>`,
                )}
                <a href="/" target="_self">${t("bookingSite")}</a>
            </nav>
        </header>
        <main id="main" class="laptop" tabindex="-1"><${Page} key=${name} /></main>
        <footer>
            <span class="only-here">${t("onlyHere")}</span>
            <span class="languages" role="group" aria-label=${t("language")}>
                ${Object.entries(NAMES).map(
                    ([code, each]) => html`
                    <button class="quiet" lang=${code} aria-pressed=${language() === code}
                        onClick=${() => speak(/** @type {"en" | "de"} */ (code))}>${each}</button>`,
                )}
            </span>
        </footer>`;
}

render(html`<${App} />`, /** @type {Element} */ (document.getElementById("app")));
