// The site's beginning: the language, the person who is signed in, and the page of the path.

import { Frame } from "./parts/frame.js";
import { useEffect, useState } from "./parts/hooks.js";
import { Page } from "./parts/page.js";
import { lastKnown, usePractice } from "./practice.js";
import { usePath } from "./router.js";
import { signIn } from "./session.js";
import { html, render } from "./vendor/preact.js";
import { useLanguage } from "./words.js";

function App() {
    const path = usePath();
    const language = useLanguage();
    const practice = usePractice();
    const [who, setWho] = useState(signIn.person);
    useEffect(() => signIn.onChange(setWho), []);
    useEffect(() => {
        document.documentElement.lang = language;
    }, [language]);
    return html`
        <${Frame} path=${path} practice=${practice ?? lastKnown} who=${who}>
            <${Page} path=${path} practice=${practice} who=${who} />
        <//>`;
}

if (!signIn.resume()) render(html`<${App} />`, /** @type {Element} */ (document.getElementById("app")));
