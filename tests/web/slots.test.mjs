import assert from "node:assert/strict";
import { test } from "node:test";
import { firstFree, isAt, nearest, partOfDay, slotsOf, slotsPath, Weeks, whyNone, windowOf } from "../../web/slots.js";

const ADLER = "11111111-1111-4111-8111-111111111111";
const RIVERA = "77777777-7777-4777-8777-777777777777";
const QUESTION = { service: "s1", therapist: null, zone: "Europe/Berlin" };
const none = (day, reason) => ({ day, free: 0, reason, times: [] });
const free = (day, ...starts) => ({ day, free: starts.length, reason: null, times: [{ therapist_id: ADLER, starts }] });
const settled = () => new Promise((done) => setImmediate(done));

test("a week is asked for from midnight to midnight of the reader's zone", () => {
    assert.equal(
        slotsPath(QUESTION, "2027-03-25"),
        "/services/s1/slots?from=2027-03-24T23%3A00%3A00Z&to=2027-03-31T22%3A00%3A00Z&time_zone=Europe%2FBerlin",
    );
    assert.match(
        slotsPath({ ...QUESTION, therapist: ADLER }, "2027-03-25"),
        new RegExp(`^/therapists/${ADLER}/slots.*service_id=s1$`),
    );
});

test("windows are counted from today, so that the first is never half over", () => {
    assert.equal(windowOf("2026-11-29", "2026-11-29"), "2026-11-29");
    assert.equal(windowOf("2026-11-29", "2026-12-05"), "2026-11-29");
    assert.equal(windowOf("2026-11-29", "2026-12-06"), "2026-12-06");
    assert.equal(windowOf("2026-11-29", "2026-11-01"), "2026-11-29");
});

test("who is free at the same time is one slot, in order, whatever their answers' order", () => {
    const day = {
        day: "2026-11-30",
        free: 2,
        reason: null,
        times: [
            { therapist_id: RIVERA, starts: ["2026-11-30T15:00:00+01:00"] },
            { therapist_id: ADLER, starts: ["2026-11-30T09:00:00+01:00", "2026-11-30T15:00:00+01:00"] },
        ],
    };
    assert.deepEqual(slotsOf(day), [
        { starts_at: "2026-11-30T09:00:00+01:00", therapists: [ADLER] },
        { starts_at: "2026-11-30T15:00:00+01:00", therapists: [RIVERA, ADLER] },
    ]);
});

test("a week without a free time says the reason that is nearest to one", () => {
    const week = {
        days: [none("2026-11-29", "no_hours"), none("2026-11-30", "away"), none("2026-12-01", "closed")],
        next_free: null,
    };
    assert.equal(firstFree(week), null);
    assert.equal(whyNone(week), "closed");
});

test("the nearest times to a lost one are in order of time, without the lost one", () => {
    const slots = ["08:00", "09:00", "10:00", "11:00", "15:00"].map((at) => ({
        starts_at: `2026-11-30T${at}:00Z`,
        therapists: [ADLER],
    }));
    const found = nearest(slots, "2026-11-30T11:00:00+01:00", 3).map((slot) => slot.starts_at.slice(11, 16));
    assert.deepEqual(found, ["08:00", "09:00", "11:00"]);
    assert.ok(isAt(slots[2], "2026-11-30T11:00:00+01:00"));
});

test("the parts of the day", () => {
    assert.equal(
        [0, 4, 5, 11, 12, 16, 17, 23].map(partOfDay).join(" "),
        "night night morning morning afternoon afternoon evening evening",
    );
});

test("the two weeks ahead are there before anybody moves on to them", async () => {
    const asked = [];
    const weeks = new Weeks(async (path) => {
        asked.push(/from=(\d{4}-\d\d-\d\d)/.exec(path)[1]);
        return { days: [], next_free: null };
    });
    await weeks.of(QUESTION, "2026-11-30");
    await settled();
    assert.deepEqual(asked, ["2026-11-29", "2026-12-06", "2026-12-13"]);
    assert.ok(weeks.peek(QUESTION, "2026-12-07"));
    await weeks.of(QUESTION, "2026-12-07");
    assert.equal(asked.length, 4);
});

test("what was free a minute ago, or before a time was lost, is asked for again; so is what failed", async () => {
    let [now, asked, isAway] = [0, 0, false];
    const weeks = new Weeks(
        async () => {
            asked += 1;
            if (isAway) throw new Error("away");
            return { days: [], next_free: null };
        },
        () => now,
    );
    await weeks.ask("/x");
    await weeks.ask("/x");
    assert.equal(asked, 1);
    now = 61_000;
    await weeks.ask("/x");
    weeks.forget();
    await weeks.ask("/x");
    assert.equal(asked, 3);
    isAway = true;
    await assert.rejects(weeks.ask("/y"));
    isAway = false;
    await weeks.ask("/y");
    assert.equal(asked, 5);
});

test("the first free day is found, however far", async () => {
    const weeks = new Weeks(async (path) =>
        path.includes("from=2027-02-0")
            ? { days: [free("2027-02-10", "2027-02-10T09:00:00+01:00")], next_free: "2027-02-10T09:00:00+01:00" }
            : { days: [none("2026-11-30", "full")], next_free: "2027-02-10T09:00:00+01:00" },
    );
    const { from, week } = await weeks.first(QUESTION, "2026-11-30");
    assert.equal(from, "2027-02-08");
    assert.equal(firstFree(week), "2027-02-10");
});

test("around a lost time are the days next to it, and the next free ones where those are full", async () => {
    const far = "2027-01-04T09:00:00+01:00";
    const weeks = new Weeks(async (path) =>
        path.includes("from=2027-01-03")
            ? { days: [free("2027-01-04", far)], next_free: far }
            : { days: [none("2026-12-10", "full")], next_free: far },
    );
    const found = await weeks.around(QUESTION, "2026-12-10T08:00:00Z", "2026-11-30");
    assert.deepEqual(
        found.map((slot) => slot.starts_at),
        [far],
    );
});
