// The links in a text, as mail programs and phones find them.

const LINK = /https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]]/g;

/** @typedef {{ text: string, link: boolean }} Part */

/** A text in its order: what is plain, and what is a link. @param {string} text @returns {Part[]} */
export function parts(text) {
    const found = [];
    let end = 0;
    for (const match of text.matchAll(LINK)) {
        if (match.index > end) found.push({ text: text.slice(end, match.index), link: false });
        found.push({ text: match[0], link: true });
        end = match.index + match[0].length;
    }
    if (end < text.length) found.push({ text: text.slice(end), link: false });
    return found;
}
