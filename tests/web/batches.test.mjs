import assert from "node:assert/strict";
import { test } from "node:test";
import {
    carryOut,
    endsOf,
    followAll,
    isFinished,
    isOver,
    keyOf,
    leftOf,
    newBatch,
    outcomeOf,
    overOf,
    told,
} from "../../web/batches.js";
import { Problem, SignedOut, Unreachable } from "../../web/errors.js";

const WHY = { reason: "The mail goes out again", code: "provider_is_back" };
const deed = (name, more = {}) => ({
    id: `booking/${name}`,
    act: "redrive",
    path: `/v1/executions/booking/${name}/redrive`,
    bookingId: name,
    execution: `booking/${name}`,
    redrives: 0,
    ...more,
});
const problem = (status, kind) => new Problem(status, { type: `urn:therapist-booking:problem:${kind}`, title: kind });

/** A batch under way, and who answers its calls. */
class Desk {
    calls = [];
    stop = new AbortController();
    constructor(batch, answers = {}) {
        this.batch = batch;
        this.answers = answers;
        this.how = {
            stopped: this.stop.signal,
            tell: (id, outcome) => {
                this.batch = told(this.batch, id, outcome);
            },
            ask: async (_method, path, { key }) => {
                this.calls.push([path, key]);
                const answer = this.answers[path.split("/")[4]]?.();
                if (answer instanceof Error) throw answer;
                return { body: answer ?? { machine: "booking", name: path.split("/")[4] } };
            },
        };
    }
    states = () => this.batch.deeds.map((each) => outcomeOf(this.batch, each).state);
}

const three = () =>
    newBatch(
        ["a", "b", "c"].map((name) => deed(name)),
        "batch-1",
    );

test("each is asked for once, in order, and a refused one stops nothing", async () => {
    const desk = new Desk(three(), { b: () => problem(409, "not-redrivable") });
    await carryOut(desk.batch, WHY, desk.how);
    assert.deepEqual(desk.states(), ["done", "refused", "done"]);
    assert.equal(outcomeOf(desk.batch, deed("b")).problem.status, 409);
    assert.equal(new Set(desk.calls.map(([, key]) => key)).size, 3);
    assert.ok(desk.calls.every(([, key]) => /^[A-Za-z0-9_-]{1,80}$/.test(key)));
});

test("who stops loses nothing: what was done is not done again, the rest is", async () => {
    const desk = new Desk(three());
    desk.answers.a = () => desk.stop.abort();
    await carryOut(desk.batch, WHY, desk.how);
    assert.deepEqual(desk.states(), ["done", "left", "left"]);
    await carryOut(desk.batch, WHY, { ...desk.how, stopped: new AbortController().signal });
    assert.deepEqual(
        desk.calls.map(([path]) => path.split("/")[4]),
        ["a", "b", "c"],
    );
});

test("when nobody answers it stops, and goes on with the same key", async () => {
    let isAway = true;
    const desk = new Desk(three(), { b: () => (isAway ? new Unreachable() : undefined) });
    await assert.rejects(carryOut(desk.batch, WHY, desk.how), Unreachable);
    assert.deepEqual(desk.states(), ["done", "unanswered", "left"]);
    assert.equal(leftOf(desk.batch).length, 2);
    isAway = false;
    await carryOut(desk.batch, WHY, desk.how);
    assert.deepEqual(desk.states(), ["done", "done", "done"]);
    assert.equal(desk.calls[1][1], desk.calls[2][1]);
    assert.notEqual(await keyOf("batch-2", deed("b").id), desk.calls[1][1]);
});

for (const [what, error] of [
    ["a reason that is not taken", problem(400, "invalid-body")],
    ["who may not", problem(403, "forbidden")],
    ["who is signed out", new SignedOut()],
]) {
    test(`${what} is refused once, not for each`, async () => {
        const desk = new Desk(three(), { a: () => error });
        await assert.rejects(carryOut(desk.batch, WHY, desk.how), error);
        assert.deepEqual(desk.states(), ["left", "left", "left"]);
    });
}

test("what was restarted is followed to its end, though it is seen failed at first", async () => {
    const desk = new Desk(newBatch([deed("a"), deed("m", { act: "put_back", execution: null })], "batch-1"), {
        m: () => ({ act_id: "x" }),
    });
    await carryOut(desk.batch, WHY, desk.how);
    const seen = [
        { status: "FAILED", redrives: 0 },
        { status: "RUNNING", redrives: 1 },
        new Unreachable(),
        { status: "SUCCEEDED", redrives: 1 },
    ];
    const pauses = [];
    const read = async (path) => {
        assert.equal(path, "/v1/executions/booking/a");
        const next = seen.shift();
        if (next instanceof Error) throw next;
        return next;
    };
    await followAll(() => desk.batch, { ...desk.how, read, pause: async (ms) => pauses.push(ms) });
    assert.deepEqual([seen.length, pauses.length], [0, 4]);
    assert.ok(desk.batch.deeds.every((each) => isOver(each, outcomeOf(desk.batch, each))));
    assert.equal(outcomeOf(desk.batch, deed("a")).seen.status, "SUCCEEDED");
});

test("a batch says how much of it has ended, and how", () => {
    const put = deed("m", { act: "put_back", execution: null });
    const all = [deed("a"), deed("b"), deed("c"), put];
    const done = (status) => ({ state: "done", execution: "booking/x", seen: { status, redrives: 1 } });
    const outcomes = { [all[0].id]: done("SUCCEEDED"), [all[1].id]: done("FAILED"), [all[2].id]: { state: "refused" } };
    const batch = { ...newBatch(all, "batch-1"), outcomes };
    assert.equal(overOf(batch).length, 3);
    assert.ok(!isFinished(batch));
    const finished = told(batch, put.id, { state: "done", execution: null });
    assert.ok(isFinished(finished));
    assert.deepEqual(
        [...endsOf(finished)],
        [
            ["succeeded", 1],
            ["putBack", 1],
            ["failedAgain", 1],
            ["refused", 1],
        ],
    );
});
