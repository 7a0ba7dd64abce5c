import assert from "node:assert/strict";
import { test } from "node:test";
import {
    awayLabel,
    clockLabel,
    durationLabel,
    exactClockLabel,
    instantLabel,
    instantOf,
    readingOf,
    spanLabels,
    utcBeside,
    utcLabel,
} from "../../web/instants.js";

const AT = "2026-11-26T09:00:03.120Z";

test("an instant is read by the reader's clock, and in UTC", () => {
    assert.equal(clockLabel(AT, "Europe/Berlin", "en-GB"), "10:00:03");
    assert.equal(exactClockLabel(AT, "Europe/Berlin", "de-DE"), "10:00:03,120");
    assert.match(instantLabel(AT, "Pacific/Auckland", "en-GB"), /^Thu,? 26 Nov 2026, 22:00:03$/);
    assert.equal(utcLabel(AT), "2026-11-26 09:00:03 UTC");
});

test("UTC stands beside another clock, and is not said twice", () => {
    assert.equal(utcBeside(AT, "Europe/Berlin"), utcLabel(AT));
    assert.equal(utcBeside(AT, "Europe/London"), "UTC", "in winter");
    assert.equal(utcBeside("2026-07-26T09:00:03Z", "Europe/London"), "2026-07-26 09:00:03 UTC");
    assert.equal(utcBeside(AT, "UTC", true), "2026-11-26 UTC");
});

test("a span says the day once where it is the same, and then the times", () => {
    const [from, soon, later] = [AT, "2026-11-26T09:02:10Z", "2026-12-03T09:00:00Z"].map((each) => Date.parse(each));
    const { from: first, to } = spanLabels(from, soon, "Europe/Berlin", "en-GB");
    assert.match(first, /26 Nov 2026, 10:00:03$/);
    assert.equal(to, "10:02:10");
    assert.match(spanLabels(from, later, "Europe/Berlin", "en-GB").from, /26 Nov 2026$/);
    assert.match(spanLabels(from, later, "Europe/Berlin", "en-GB").to, /3 Dec 2026$/);
});

test("a duration is told in its two largest units", () => {
    const said = [0, 120, 2340, 59_900, 200_000, 3_600_000, 2 * 86_400_000, 15 * 86_400_000];
    assert.deepEqual(
        said.map((each) => durationLabel(each, "en")),
        ["0 ms", "120 ms", "2.3 sec", "59 sec", "3 min 20 sec", "1 hr", "2 days", "2 weeks 1 day"],
    );
    assert.equal(durationLabel(2340, "de-DE"), "2,3 Sek.");
    assert.equal(durationLabel(15 * 86_400_000, "de-DE"), "2 Wochen 1 Tag");
    assert.equal(durationLabel(-5, "en-GB"), "0 ms", "two clocks may disagree");
});

test("how far an instant is from now is told in one unit, as the language has it", () => {
    const said = [-200_000, -2 * 86_400_000, 40_000, 300];
    assert.deepEqual(
        said.map((each) => awayLabel(each, "en")),
        ["3 minutes ago", "2 days ago", "in 40 seconds", "in 0 seconds"],
    );
    assert.equal(awayLabel(-2 * 86_400_000, "de-DE"), "vor 2 Tagen");
});

test("what a clock reads in a zone is an instant, on the days when clocks change too", () => {
    for (const zone of ["Europe/Berlin", "America/New_York", "Pacific/Auckland", "UTC"]) {
        for (const reading of ["2026-11-26T10:00", "2026-10-25T12:00", "2026-03-29T12:00", "2026-03-29T05:30"]) {
            assert.equal(readingOf(instantOf(reading, zone), zone), reading, zone);
        }
    }
    assert.equal(instantOf("2026-11-26T10:00", "Europe/Berlin"), "2026-11-26T09:00:00Z");
    assert.equal(instantOf("", "UTC"), null);
    assert.equal(readingOf("soon", "UTC"), "");
});
