import assert from "node:assert/strict";
import { test } from "node:test";
import { edgesTaken, marksOf } from "../../web/state-marks.js";
import { BOOKING, PARALLEL } from "./machine.mjs";
import { attempt, execution, step } from "./trace-fixtures.mjs";

const PROVIDER = { error: "ProviderUnavailable", cause: "SES: 503" };
const item = (number, to, ...attempts) =>
    step("DeliverNotification", 300, to, { within: "NotifyParties", item: number, attempts });
const done = (number) => item(number, 500, attempt(300, 500));
const failed = (number) =>
    item(number, null, attempt(300, 400, { ...PROVIDER, waited: 1 }), attempt(1400, 1500, PROVIDER));
const booked = [
    step("ValidateRequest", 0, 50, { attempts: [attempt(0, 50)] }),
    step("RequestIsValid?", 50, 51, { kind: "Choice" }),
    step("ReserveSlot", 51, 250, { attempts: [attempt(51, 90, { error: "DatabaseUnavailable" }), attempt(190, 250)] }),
    step("SlotIsReserved?", 250, 251, { kind: "Choice" }),
];
const notifying = (to, ...items) => [...booked, step("NotifyParties", 251, to, { kind: "Map" }), ...items];
const said = (execution, of) =>
    Object.fromEntries([...marksOf(execution, of)].map(([name, each]) => [name, each.became]));

test("what became of each state is told, and nothing of what was not entered", () => {
    const marks = marksOf(execution("one", 0, 600, { steps: notifying(510, done(0)) }));
    assert.equal(marks.has("RejectBooking"), false);
    assert.deepEqual([...new Set([...marks.values()].map((each) => each.became))], ["done"]);
    assert.equal(marks.get("ReserveSlot").attempts, 2);
    assert.equal(marks.get("ReserveSlot").ms, 199);
});

test("of 52 sessions 50 are done and 2 failed, and those that were stopped with them are no failures", () => {
    const items = [...Array(50).keys()].map(done);
    const steps = notifying(null, ...items, failed(50), failed(51), item(52, null, attempt(1400, null)));
    const broken = execution("series", 0, 1600, { status: "FAILED", state: "DeliverNotification", steps });
    const mark = marksOf(broken).get("DeliverNotification");
    assert.equal(mark.became, "failed");
    assert.deepEqual(
        [...mark.counts],
        [
            ["failed", 2],
            ["stopped", 1],
            ["done", 50],
        ],
    );
    assert.equal(mark.attempts, 55);
    assert.equal(mark.ms, null);
    assert.equal(said(broken).NotifyParties, "failed", "what it is in failed with it");
    assert.equal(said(broken, 3).DeliverNotification, "done", "one item by itself");
    assert.equal(said(broken, 51).DeliverNotification, "failed");
});

test("what runs is told from what waits for a retry", () => {
    const waits = item(0, null, attempt(300, 400, PROVIDER));
    const runs = item(1, null, attempt(300, null));
    const going = execution("two", 0, null, { steps: notifying(null, waits, runs) });
    assert.deepEqual([...marksOf(going).get("DeliverNotification").counts.keys()], ["waiting", "underWay"]);
    assert.equal(said(going).NotifyParties, "underWay");
});

test("a state that fails without an attempt has failed, and one that somebody stopped was stopped", () => {
    const choice = [...booked.slice(0, 1), step("RequestIsValid?", 50, null, { kind: "Choice" })];
    const failing = execution("three", 0, 60, { status: "FAILED", state: "RequestIsValid?", steps: choice });
    assert.equal(said(failing)["RequestIsValid?"], "failed");
    const steps = [step("ValidateRequest", 0, null, { attempts: [attempt(0, null)] })];
    const aborted = execution("four", 0, 60, { status: "ABORTED", state: null, steps });
    assert.equal(said(aborted).ValidateRequest, "stopped");
});

test("the ways that were gone are those from one state to the next, in each line of its own", () => {
    const taken = edgesTaken(BOOKING, notifying(510, done(0), done(1)));
    assert.deepEqual(
        [...taken],
        [
            "ValidateRequest RequestIsValid?",
            "RequestIsValid? ReserveSlot",
            "ReserveSlot SlotIsReserved?",
            "SlotIsReserved? NotifyParties",
        ],
    );
    const within = { within: "Both" };
    const both = [
        step("Both", 0, 50, { kind: "Parallel" }),
        step("Left", 1, 10, within),
        step("Right", 1, 30, within),
        step("LeftAgain", 10, 40, within),
        step("Look", 50, 51, { kind: "Choice" }),
    ];
    assert.deepEqual([...edgesTaken(PARALLEL, both)], ["Left LeftAgain", "Both Look"]);
});
