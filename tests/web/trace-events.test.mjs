import assert from "node:assert/strict";
import { test } from "node:test";
import { aboutOf, chosenOf, each, eventPath, eventsPath, isError, pretty, saidIn } from "../../web/trace-events.js";

const event = (id, type, more = {}) => ({ id, type, state: null, item: null, error: null, ...more });
const EVENTS = [
    event(1, "ExecutionStarted"),
    event(2, "TaskStateEntered", { state: "ReserveSlot" }),
    event(3, "LambdaFunctionFailed", { state: "ReserveSlot", error: "DatabaseUnavailable" }),
    event(4, "TaskStateEntered", { state: "DeliverNotification", item: 0 }),
    event(5, "TaskStateEntered", { state: "DeliverNotification", item: 1 }),
    event(6, "TaskTimedOut", { state: "DeliverNotification", item: 1, error: "States.Timeout" }),
    event(7, "ExecutionAborted"),
];
const all = { state: null, item: null, type: "", onlyErrors: false };
const ids = (filter) => chosenOf(EVENTS, { ...all, ...filter }).map(({ id }) => id);

test("events are filtered by state, by an item of it, by type, by whether something went wrong", () => {
    assert.equal(ids({}).length, EVENTS.length);
    assert.deepEqual(ids({ state: "DeliverNotification" }), [4, 5, 6]);
    assert.deepEqual(ids({ state: "DeliverNotification", item: 1 }), [5, 6]);
    assert.deepEqual(ids({ type: "TaskStateEntered" }), [2, 4, 5]);
    assert.deepEqual(ids({ onlyErrors: true }), [3, 6, 7]);
    assert.deepEqual(ids({ onlyErrors: true, state: "ReserveSlot" }), [3]);
    assert.deepEqual(each(EVENTS.map(({ state }) => state)), ["ReserveSlot", "DeliverNotification"]);
    assert.ok(!isError(event(8, "ExecutionSucceeded")));
});

test("an execution's events are read by pages, and one of them whole", () => {
    assert.equal(eventsPath("booking/b-1", null), "/v1/executions/booking/b-1/events?limit=100");
    assert.equal(eventsPath("booking/b-1", "a+b="), "/v1/executions/booking/b-1/events?limit=100&cursor=a%2Bb%3D");
    assert.equal(eventPath("booking/b-1", 7), "/v1/executions/booking/b-1/events/7");
});

test("JSON is set out; what was cut off, or is none, stays as it is", () => {
    assert.equal(pretty('{"a":{"b":[1]}}'), '{\n  "a": {\n    "b": [\n      1\n    ]\n  }\n}');
    assert.equal(pretty('{"a":{"b'), '{"a":{"b');
    assert.equal(saidIn('{"errorMessage":"of no use","trace":["…"]}'), "of no use");
    assert.equal(saidIn("plain words"), "plain words");
    assert.equal(saidIn('{"other":1}'), '{"other":1}');
});

test("an event of a Map's item names the message that it is", () => {
    const about = { notification_id: "n-1", event: "reminder", recipient: "client", channel: "sms" };
    const steps = [
        { name: "Deliver", within: "NotifyParties", item: 0, about },
        { name: "Other", within: "Elsewhere", item: 0, about: null },
    ];
    assert.equal(aboutOf({ state: "Deliver", item: 0 }, { steps }), about);
    assert.equal(aboutOf({ state: "NotifyParties", item: 0 }, { steps }), about);
    assert.equal(aboutOf({ state: null, item: 0 }, { steps }), about, "whatever the state");
    assert.equal(aboutOf({ state: "Other", item: 0 }, { steps }), null);
    assert.equal(aboutOf({ state: "Deliver", item: 1 }, { steps }), null);
    assert.equal(aboutOf({ state: "ReserveSlot", item: null }, { steps }), null);
    assert.equal(aboutOf({ state: "Deliver", item: 0 }), null);
});
