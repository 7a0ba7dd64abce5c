// Styles that only some pages need are fetched with the first of them, before it is shown.

/** @type {Map<string, Promise<void>>} */
const fetched = new Map();

/** @param {string} name of a file in styles/ @returns {Promise<void>} */
export function fetchStyles(name) {
    const known = fetched.get(name);
    if (known) return known;
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = new URL(`styles/${name}`, import.meta.url).pathname;
    const there = new Promise((done, failed) => {
        link.onload = () => done(undefined);
        link.onerror = () => {
            fetched.delete(name);
            link.remove();
            failed(new Error(`no ${name}`));
        };
    });
    document.head.append(link);
    fetched.set(name, there);
    return there;
}
