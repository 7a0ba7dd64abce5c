import assert from "node:assert/strict";
import { test } from "node:test";
import { sessionIn, sessionOf, startOf } from "../../web/booked-sessions.js";
import { execution } from "./trace-fixtures.mjs";

const booked = {
    starts_at: "2026-12-01T09:00:00Z",
    ends_at: "2026-12-01T10:00:00Z",
    service_id: "s",
    therapist_id: "t",
};
const requested = { starts_at: "2026-12-03T09:00:00Z", service_id: "s", therapist_id: null };
const wish = { ...requested, ends_at: null, isWish: true };

test("a list says which session a booking is, or what was asked for, or nothing", () => {
    const sessions = [{ booking_id: "one", ...booked }];
    const asked = execution("one", 0, 10, { requested });
    assert.deepEqual(sessionIn(sessions, "one", asked), { booking_id: "one", ...booked, isWish: false });
    assert.deepEqual(sessionIn(sessions, "two", asked), wish, "it has no time (yet)");
    assert.equal(sessionIn(sessions, "two", execution("r", 0, 10, { machine: "reminder" })), null);
    assert.equal(sessionIn(sessions, null, null), null, "a dead letter may name no booking");
});

test("so does the head of a trace, though the database is away", () => {
    const trace = {
        booking_id: "one",
        missing: [],
        file: null,
        executions: [execution("one", 0, 10, { requested })],
        moments: [],
    };
    assert.deepEqual(sessionOf(trace), wish);
    const decision = { status: "confirmed", ...booked };
    assert.deepEqual(sessionOf({ ...trace, file: { decision } }), { ...decision, isWish: false }, "it was moved");
    const rejected = { ...decision, status: "rejected", ends_at: null };
    assert.equal(sessionOf({ ...trace, file: { decision: rejected } }).isWish, true);
    assert.deepEqual(sessionOf({ ...trace, file: { decision: null } }), wish);
    assert.equal(sessionOf({ ...trace, executions: [] }), null);
});

test("a session of a series is told by its time", () => {
    const file = {
        sessions: [
            { booking_id: "two", starts_at: booked.starts_at },
            { booking_id: "three", starts_at: null },
        ],
    };
    const trace = { booking_id: "one", missing: [], file, executions: [], moments: [] };
    assert.deepEqual(
        ["two", "three", "four"].map((each) => startOf(trace, each)),
        [booked.starts_at, null, null],
    );
    assert.equal(startOf({ ...trace, file: null }, "two"), null);
});
