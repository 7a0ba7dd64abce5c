// Calendar files (RFC 5545): a session as an event of the reader's calendar. The UID is that of the invitation which
// comes by e-mail, so that a calendar that takes both has one event.

/**
 * @typedef {object} Entry
 * @property {string} uid
 * @property {string} starts_at RFC 3339
 * @property {string} ends_at RFC 3339
 * @property {string} title
 * @property {string} [where]
 * @property {string} [link] of a video session
 */

const LINE_BYTES = 75;

/** @param {Entry[]} entries @param {Date} now @returns {string} */
export function calendarFile(entries, now) {
    const lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Therapist Booking//Site//EN"];
    for (const { uid, starts_at, ends_at, title, where, link } of entries) {
        lines.push(
            "BEGIN:VEVENT",
            `UID:${text(uid)}`,
            `DTSTAMP:${instant(now)}`,
            `DTSTART:${instant(new Date(starts_at))}`,
            `DTEND:${instant(new Date(ends_at))}`,
            `SUMMARY:${text(title)}`,
            ...(where ? [`LOCATION:${text(where)}`] : []),
            ...(link ? [`URL:${link.replaceAll(/[\r\n]/g, "")}`] : []),
            "STATUS:CONFIRMED",
            "END:VEVENT",
        );
    }
    return `${[...lines, "END:VCALENDAR"].map(folded).join("\r\n")}\r\n`;
}

/** @param {Date} at */
const instant = (at) => at.toISOString().replaceAll(/[-:]|\.\d+/g, "");

/** RFC 5545, 3.3.11. @param {string} value */
const text = (value) => value.replaceAll(/[\\;,]/g, "\\$&").replaceAll(/\r?\n|\r/g, "\\n");

/** A line of more than 75 bytes goes on in the next one (3.1), and never within a letter. @param {string} line */
function folded(line) {
    const encoder = new TextEncoder();
    const lines = [""];
    let bytes = 0;
    for (const letter of line) {
        const size = encoder.encode(letter).length;
        if (bytes + size > LINE_BYTES) {
            lines.push("");
            bytes = 1; // the blank before it
        }
        lines[lines.length - 1] += letter;
        bytes += size;
    }
    return lines.join("\r\n ");
}
