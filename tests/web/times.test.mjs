import assert from "node:assert/strict";
import { test } from "node:test";
import * as times from "../../web/times.js";

test("one instant is of two days, in Auckland and in New York", () => {
    const instant = "2026-11-26T14:00:00Z";
    assert.equal(times.dayIn(instant, "Pacific/Auckland"), "2026-11-27");
    assert.equal(times.dayIn(instant, "America/New_York"), "2026-11-26");
    assert.equal(times.hourIn(instant, "Pacific/Auckland"), 3);
});

test("a day begins at midnight of its zone, also when its clocks change that day", () => {
    assert.equal(times.beginningOf("2026-11-26", "Europe/Berlin").toISOString(), "2026-11-25T23:00:00.000Z");
    assert.equal(times.beginningOf("2027-03-28", "Europe/Berlin").toISOString(), "2027-03-27T23:00:00.000Z");
    assert.equal(times.beginningOf("2027-03-29", "Europe/Berlin").toISOString(), "2027-03-28T22:00:00.000Z");
    assert.equal(times.beginningOf("2026-11-26", "Asia/Kathmandu").toISOString(), "2026-11-25T18:15:00.000Z");
});

test("where clocks are put forward at midnight, the day begins at one", () => {
    const begins = times.beginningOf("2026-04-24", "Africa/Cairo"); // the last Friday of April
    assert.equal(times.timeLabel(begins, "Africa/Cairo", "en-GB"), "01:00");
    assert.equal(times.dayIn(begins, "Africa/Cairo"), "2026-04-24");
    assert.equal(times.dayIn(new Date(begins.getTime() - 60_000), "Africa/Cairo"), "2026-04-23");
});

test("where midnight comes twice, the day begins with the first", () => {
    const begins = times.beginningOf("2026-11-01", "America/Havana"); // at one the clocks go back to midnight
    assert.equal(times.dayIn(new Date(begins.getTime() - 60_000), "America/Havana"), "2026-10-31");
    assert.equal(times.timeLabel(begins, "America/Havana", "en-GB"), "00:00");
    assert.equal(times.beginningOf("2026-11-02", "America/Havana").getTime() - begins.getTime(), 25 * 3_600_000);
});

test("a calendar goes on by days, over months and changes of the clocks", () => {
    assert.equal(times.addDays("2026-12-28", 7), "2027-01-04");
    assert.equal(times.addDays("2027-03-27", 2), "2027-03-29");
    assert.equal(times.daysFrom("2026-11-26", "2027-03-29"), 123);
});

test("two clocks say the same, though their zones have other names", () => {
    assert.ok(times.saysTheSame("2026-11-26T10:00:00Z", "Europe/Berlin", "Europe/Paris"));
    assert.ok(!times.saysTheSame("2026-11-26T10:00:00Z", "Europe/Berlin", "Europe/London"));
});

test("days, times and zones are written as the language has them", () => {
    assert.equal(times.dayLabel("2026-11-26", "en-GB"), "Thursday 26 November");
    assert.equal(times.dayLabel("2026-11-26", "de-DE"), "Donnerstag, 26. November");
    assert.equal(
        times.timeLabel("2026-11-26T14:00:00Z", "America/New_York", "en-US").replace("\u202f", " "),
        "9:00 AM",
    );
    assert.equal(times.zoneLabel("America/New_York", "en-GB"), "New York (Eastern Time)");
    assert.equal(times.zoneLabel("Europe/London", "de-DE"), "London, Vereinigtes Königreich (Ortszeit)");
    assert.match(times.spanLabel("2026-11-26", "2026-12-02", "en-GB"), /^26 November\s–\s2 December$/);
});

test("an hour that comes twice is told apart by its zone's short name", () => {
    const [first, second] = ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"];
    const label = (instant) => times.timeLabel(instant, "Europe/Berlin", "en-GB");
    assert.equal(label(first), label(second));
    assert.notEqual(
        times.exactTimeLabel(first, "Europe/Berlin", "en-GB"),
        times.exactTimeLabel(second, "Europe/Berlin", "en-GB"),
    );
});

test("a zone that this browser does not know is none", () => {
    assert.ok(times.isZone("Pacific/Auckland"));
    assert.ok(!times.isZone("Moon/Tycho"));
    assert.ok(!times.isZone(""));
});

test("a zone that is an offset is called by it, the way people count", () => {
    assert.equal(times.zoneLabel("Etc/GMT-11", "en-GB"), "UTC+11");
    assert.equal(times.listedZone("Etc/GMT+3"), "UTC−3");
    assert.equal(times.listedZone("America/New_York"), "America – New York");
});
