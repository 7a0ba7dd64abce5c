import assert from "node:assert/strict";
import { test } from "node:test";
import { runsAgain, runsAnew } from "../../web/what-runs.js";
import { BOOKING, PARALLEL } from "./machine.mjs";
import { attempt, execution, step } from "./trace-fixtures.mjs";

const FAILS = { error: "ProviderUnavailable", cause: "SES: 503" };
const item = (number, to, ...attempts) =>
    step("DeliverNotification", 300, to, { within: "NotifyParties", item: number, attempts });
const booked = [
    step("ValidateRequest", 0, 50, { attempts: [attempt(0, 50)] }),
    step("RequestIsValid?", 50, 51, { kind: "Choice" }),
];
const surely = (runs) => [...runs].filter(([, run]) => run.isSure).map(([name]) => name);

test("a redrive runs what failed and what may follow it; items that are done stay done", () => {
    const failed = (number) => item(number, null, attempt(300, 400, FAILS));
    const map = step("NotifyParties", 251, null, { kind: "Map" });
    const steps = [...booked, map, item(0, 500, attempt(300, 500)), failed(1), failed(2)];
    const broken = execution("five", 0, 1600, { status: "FAILED", state: "DeliverNotification", steps });
    assert.deepEqual(
        [...runsAgain(BOOKING, broken)],
        [
            ["NotifyParties", { isSure: true, items: null }],
            ["DeliverNotification", { isSure: true, items: 2 }],
        ],
    );

    const early = [...booked, step("ReserveSlot", 51, null, { attempts: [attempt(51, 90, FAILS)] })];
    const lost = execution("six", 0, 100, { status: "FAILED", state: "ReserveSlot", steps: early });
    const runs = runsAgain(BOOKING, lost);
    assert.deepEqual(
        [...runs.keys()],
        ["ReserveSlot", "SlotIsReserved?", "RejectBooking", "NotifyParties", "DeliverNotification"],
        "what a Map has within, when it is entered later",
    );
    assert.deepEqual(surely(runs), ["ReserveSlot", "SlotIsReserved?", "NotifyParties"], "a Map may have no items");
});

test("a redrive of a Parallel leaves the branch that is done, unless a way leads back to it", () => {
    const steps = [
        step("Both", 0, null, { kind: "Parallel" }),
        step("Left", 1, 10, { within: "Both" }),
        step("LeftAgain", 10, 20, { within: "Both" }),
        step("Right", 1, null, { within: "Both", attempts: [attempt(1, 5, FAILS)] }),
    ];
    const broken = execution("seven", 0, 30, { status: "FAILED", state: "Right", steps });
    const straight = { ...PARALLEL, edges: PARALLEL.edges.filter((each) => each.to !== "Both") };
    assert.deepEqual([...runsAgain(straight, broken).keys()], ["Both", "Right", "Look", "Mend"]);
    const runs = runsAgain(PARALLEL, broken);
    assert.equal(runs.size, PARALLEL.states.length, "it may be entered anew");
    assert.ok(!surely(runs).includes("Left"), "and may be left as it is");
});

test("a rerun runs all that may follow the beginning, and surely what every way leads through", () => {
    const runs = runsAnew(BOOKING);
    assert.equal(runs.size, BOOKING.states.length);
    assert.deepEqual(surely(runs), ["ValidateRequest", "RequestIsValid?", "NotifyParties"]);
    const both = surely(runsAnew({ ...PARALLEL, edges: PARALLEL.edges.filter((each) => each.to !== "Both") }));
    assert.deepEqual(both, ["Both", "Left", "LeftAgain", "Right", "Look", "Mend"], "all branches are run");
});
