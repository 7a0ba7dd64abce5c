import assert from "node:assert/strict";
import { test } from "node:test";
import { calendarFile } from "../../web/calendar-file.js";

const NOW = new Date("2026-11-29T08:00:00.123Z");
const SESSION = {
    uid: "b1@adler.example.com",
    starts_at: "2026-12-03T09:00:00+01:00",
    ends_at: "2026-12-03T09:50:00+01:00",
    title: "individual session, Miriam Adler",
    where: "Lindenstraße 12\n10969 Berlin; Room 2",
    link: "https://video.example.com/adler",
};

test("a session becomes an event of instants, under the invitation's UID", () => {
    const lines = calendarFile([SESSION], NOW).split("\r\n");
    assert.ok(lines.includes("UID:b1@adler.example.com"));
    assert.ok(lines.includes("DTSTAMP:20261129T080000Z"));
    assert.ok(lines.includes("DTSTART:20261203T080000Z"));
    assert.ok(lines.includes("DTEND:20261203T085000Z"));
    assert.ok(lines.includes("SUMMARY:individual session\\, Miriam Adler"));
    assert.ok(lines.includes("LOCATION:Lindenstraße 12\\n10969 Berlin\\; Room 2"));
    assert.ok(lines.includes("URL:https://video.example.com/adler"));
    assert.equal(lines.at(-2), "END:VCALENDAR");
});

test("names are text: nothing in them begins a line of its own", () => {
    const file = calendarFile([{ ...SESSION, title: "x\r\nATTENDEE:mailto:eve@example.com" }], NOW);
    assert.ok(!file.split("\r\n").some((line) => line.startsWith("ATTENDEE")));
});

test("long lines go on in the next one, and never within a letter", () => {
    const title = "Sitzung für Körper und Geist – ".repeat(8);
    const file = calendarFile([{ ...SESSION, title }], NOW);
    for (const line of file.split("\r\n")) assert.ok(Buffer.byteLength(line) <= 75);
    assert.ok(file.replaceAll("\r\n ", "").includes(`SUMMARY:${title}`));
});

test("without a place or a link there are none", () => {
    const file = calendarFile([{ ...SESSION, where: "", link: undefined }], NOW);
    assert.ok(!/LOCATION|URL/.test(file));
});
