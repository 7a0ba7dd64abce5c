import assert from "node:assert/strict";
import { test } from "node:test";
import { left, markOf } from "../../web/clock.js";
import { costsOf, meant, scopes } from "../../web/costs.js";
import { coming, past } from "../../web/sessions.js";

const NOW = Date.parse("2027-01-12T12:00:00Z");
const DAY_MS = 24 * 3600 * 1000;
const session = (days, status = "confirmed") => ({
    booking_id: `b${days}`,
    status,
    starts_at: new Date(NOW + days * DAY_MS).toISOString(),
    ends_at: new Date(NOW + days * DAY_MS + 50 * 60_000).toISOString(),
});

/** The API's list: forwards, in pages. */
const listing =
    (sessions) =>
    async ({ from, to, limit, cursor }) => {
        const found = sessions
            .filter((each) => (!from || each.starts_at >= from) && (!to || each.starts_at < to))
            .sort((one, other) => one.starts_at.localeCompare(other.starts_at));
        const at = Number(cursor ?? 0);
        const size = Math.min(Number(limit), 2);
        return { bookings: found.slice(at, at + size), next: at + size < found.length ? String(at + size) : null };
    };

test("what is under way is still to come; what is cancelled is told apart", () => {
    const { standing, off } = coming(
        [session(-0.01), session(-1), session(3, "late_cancelled"), session(5, "held")],
        NOW,
    );
    assert.deepEqual(
        standing.map((each) => each.booking_id),
        ["b-0.01", "b5"],
    );
    assert.deepEqual(
        off.map((each) => each.booking_id),
        ["b3"],
    );
});

test("what has been is read the latest first, months at a time, to its beginning", async () => {
    const read = listing([-1, -20, -70, -400, -2000].map((days) => session(days)));
    const recent = await past(read, NOW);
    assert.deepEqual(
        recent.sessions.map((each) => each.booking_id),
        ["b-1", "b-20", "b-70"],
    );
    const before = await past(read, recent.earlier.before, recent.earlier.months);
    assert.deepEqual(
        before.sessions.map((each) => each.booking_id),
        ["b-400"],
    );
    const first = await past(read, before.earlier.before, before.earlier.months);
    assert.deepEqual(
        first.sessions.map((each) => each.booking_id),
        ["b-2000"],
    );
    assert.equal(first.earlier, null);
});

test("who has no session yet is asked for nothing more", async () => {
    assert.deepEqual(await past(listing([session(2)]), NOW), { sessions: [], earlier: null });
});

test("of a series, only choices that differ are given", () => {
    const series = [session(-7), session(0.5), session(7, "cancelled"), session(14)];
    assert.deepEqual(scopes(series, "b0.5", NOW), [
        { scope: "one", count: 1 },
        { scope: "following", count: 2 },
    ]);
    assert.deepEqual(scopes(series, "b14", NOW), [
        { scope: "one", count: 1 },
        { scope: "all", count: 2 },
    ]);
    assert.deepEqual(scopes([session(1)], "b1", NOW), [{ scope: "one", count: 1 }]);
    assert.deepEqual(
        meant(series, "b14", "all", NOW).map((each) => each.booking_id),
        ["b0.5", "b14"],
    );
});

test("what a series costs is asked for until a session is free", async () => {
    const asked = [];
    const costs = {
        "b0.1": { cost: "not_allowed" },
        "b0.5": { cost: "late", fee: 4500, refund: 4500 },
        b7: { cost: "free", fee: 0, refund: 9000 },
    };
    const ask = async (id) => {
        asked.push(id);
        return costs[id];
    };
    const said = await costsOf([session(14), session(7), session(0.5), session(0.1)], ask);
    assert.deepEqual(said, { free: 2, late: 1, notAllowed: 1, fee: 4500, refund: 22_500 });
    assert.deepEqual(asked, ["b0.1", "b0.5", "b7"]);
});

test("the clock never says less than nothing, and speaks five times", () => {
    assert.deepEqual(left(-5), { days: 0, hours: 0, minutes: 0, seconds: 0 });
    assert.deepEqual(left(90_061_000), { days: 1, hours: 1, minutes: 1, seconds: 1 });
    const minutes = Array.from({ length: 7200 }, (_, seconds) => markOf((7200 - seconds) * 1000));
    const said = minutes.filter((mark, at) => mark !== null && mark !== minutes[at - 1]);
    assert.deepEqual(said, [60, 30, 10, 5, 1]);
});
