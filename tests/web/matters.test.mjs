import assert from "node:assert/strict";
import { test } from "node:test";
import { ages, byError, deedFor, idOf, pathOf, tracePath } from "../../web/matters.js";

const execution = (more = {}) => ({
    machine: "booking",
    name: "b-1",
    status: "FAILED",
    redrives: 1,
    redrive: { possible: true, reason: null },
    ...more,
});
const failed = (more = {}) => ({
    kind: "failed",
    since: "2026-11-26T10:00:00Z",
    booking_id: "b-1",
    error: "ProviderUnavailable",
    execution: execution(),
    dead_letter: null,
    ...more,
});
const letter = { queue: "acts", message_id: "m-1", booking_id: null, reason: "x", received: 2, sent_at: "" };
const expired = { possible: false, reason: "Execution has expired" };

test("what failed is restarted where it stopped", () => {
    const deed = deedFor(failed());
    assert.deepEqual(deed, {
        id: "booking/b-1",
        act: "redrive",
        path: "/v1/executions/booking/b-1/redrive",
        bookingId: "b-1",
        execution: "booking/b-1",
        redrives: 1,
    });
});

test("a booking that can't be redriven is run again; a change that can't, is not", () => {
    assert.equal(deedFor(failed({ execution: execution({ redrive: expired }) })).path, "/v1/bookings/b-1/rerun");
    assert.equal(deedFor(failed({ execution: execution({ machine: "cancellation", redrive: expired }) })), null);
    assert.equal(deedFor(failed({ booking_id: null, execution: execution({ redrive: expired }) })), null);
});

test("a failure whose execution nobody can ask about is not taken for gone", () => {
    assert.equal(deedFor(failed({ execution: null })).act, "rerun");
    assert.equal(deedFor(failed({ execution: null }), ["executions"]), null);
});

test("people who were told on no channel are looked at, dead letters put back", () => {
    const unreached = failed({ kind: "unreached", execution: null });
    assert.equal(pathOf(failed({ kind: "payment", execution: null })), pathOf(unreached));
    assert.equal(deedFor(unreached), null);
    assert.equal(pathOf(unreached), "/operate/bookings/b-1?view=messages");
    const dead = failed({ kind: "dead_letter", execution: null, booking_id: null, dead_letter: letter });
    assert.equal(deedFor(dead).path, "/v1/dead-letters/acts/m-1/redrive");
    assert.equal(pathOf(dead), null);
});

test("an execution is looked at in its booking's trace, or by itself", () => {
    assert.equal(tracePath("b-1", execution()), "/operate/bookings/b-1?view=graph&execution=booking/b-1");
    assert.equal(tracePath(null, execution()), "/operate/executions/booking/b-1");
});

test("matters are told apart, and grouped by their error, the most frequent first", () => {
    const some = [failed(), failed({ error: "Bug", execution: null }), failed({ error: "Bug", booking_id: "b-3" })];
    assert.deepEqual(
        byError(some).map(({ error, matters }) => [error, matters.length]),
        [
            ["Bug", 2],
            ["ProviderUnavailable", 1],
        ],
    );
    assert.equal(new Set([...some, failed({ kind: "unreached", execution: null })].map(idOf)).size, 3);
    assert.equal(ages([]), null);
    const times = ["2026-11-26T10:00:00.5Z", "2026-11-26T10:00:00Z"].map((since) => failed({ since }));
    assert.deepEqual(ages(times), { oldest: times[1].since, newest: times[0].since });
});
