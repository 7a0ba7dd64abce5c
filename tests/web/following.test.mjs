import assert from "node:assert/strict";
import { test } from "node:test";
import { Problem, Unreachable } from "../../web/errors.js";
import { follow } from "../../web/following.js";

const going = () => new AbortController().signal;
const at = (pauses) => async (ms) => {
    pauses.push(Math.round(ms));
};

test("a change is asked about until it is decided, less and less often", async () => {
    const answers = [...Array(8).fill({ outcome: null }), { outcome: "moved" }];
    const pauses = [];
    const last = await follow(
        async () => answers.shift(),
        (each) => each.outcome,
        { stopped: going(), pause: at(pauses) },
    );
    assert.equal(last.outcome, "moved");
    assert.equal(pauses[0], 700);
    assert.ok(pauses.every((each) => each <= 5000));
    assert.equal(pauses.length, 8);
});

test("a train tunnel, or a database that is away, is said, and is no end", async () => {
    const said = [];
    let times = 0;
    const ask = async () => {
        times += 1;
        if (times === 1) throw new Unreachable();
        if (times === 2) throw new Problem(503, { type: "urn:therapist-booking:problem:unavailable" });
        return { outcome: "cancelled" };
    };
    await follow(ask, (each) => each.outcome, {
        stopped: going(),
        onAway: (isAway) => said.push(isAway),
        pause: at([]),
    });
    assert.deepEqual(said, [true, true, false]);
});

test("what the practice refuses ends it", async () => {
    const ask = async () => {
        throw new Problem(404, { type: "urn:therapist-booking:problem:change-not-found" });
    };
    await assert.rejects(
        follow(ask, () => true, { stopped: going(), pause: at([]) }),
        { kind: "change-not-found" },
    );
});

test("who has left the page is told nothing", async () => {
    const stop = new AbortController();
    const ask = async () => {
        stop.abort();
        return { outcome: "moved" };
    };
    assert.equal(await follow(ask, () => true, { stopped: stop.signal, pause: at([]) }), null);
});
