// What a calendar built on ical.js (Thunderbird's is) shows after these files, in their order.
// Reads {"files": [text, …]} from standard input; writes the starts of the sessions that stand, in UTC, in order.
// Which message is newer is RFC 5546's rule (2.1.4); parsing, time zones, rules and exceptions are the library's.
import ICAL from "ical.js";

let master = null;
const changed = new Map(); // by RECURRENCE-ID, the newest of each
let endedAt = -1; // the SEQUENCE that cancelled everything

const sequence = (component) => component.getFirstPropertyValue("sequence") ?? 0;
const known = (id) => (changed.has(id) ? sequence(changed.get(id)) : master ? sequence(master) : -1);

function take(text) {
    const calendar = new ICAL.Component(ICAL.parse(text));
    for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
    const cancels = calendar.getFirstPropertyValue("method") === "CANCEL";
    for (const event of calendar.getAllSubcomponents("vevent")) {
        const id = event.getFirstPropertyValue("recurrence-id")?.toString();
        if (id !== undefined) {
            if (sequence(event) >= known(id)) changed.set(id, event);
        } else if (cancels) {
            endedAt = Math.max(endedAt, sequence(event));
        } else if (master === null || sequence(event) >= sequence(master)) {
            for (const [each, old] of changed) if (sequence(old) < sequence(event)) changed.delete(each);
            master = event;
        }
    }
}

function stands(event) {
    return event.getFirstPropertyValue("status") !== "CANCELLED" && sequence(event) > endedAt;
}

const starts = [];
const utc = (time) => time.convertToZone(ICAL.Timezone.utcTimezone).toString();
for (const text of JSON.parse(await new Response(process.stdin).text()).files) take(text);
if (master !== null && stands(master)) {
    const event = new ICAL.Event(master, { exceptions: [...changed.values()] });
    const occurrences = event.iterator();
    for (let next = occurrences.next(); next; next = occurrences.next()) {
        const details = event.getOccurrenceDetails(next);
        if (stands(details.item.component)) starts.push(utc(details.startDate));
    }
} else if (master === null) {
    for (const event of changed.values()) if (stands(event)) starts.push(utc(event.getFirstPropertyValue("dtstart")));
}
console.log(JSON.stringify(starts.sort()));
