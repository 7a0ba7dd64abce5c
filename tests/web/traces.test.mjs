import assert from "node:assert/strict";
import { test } from "node:test";
import {
    areAlike,
    choosing,
    chosenBy,
    counted,
    firstToSee,
    isOnLaptop,
    queryOf,
    running,
    viewIn,
    withExecutions,
    withWhatWasSeen,
} from "../../web/traces.js";
import { execution, step } from "./trace-fixtures.mjs";

const UNFILTERED = { type: null, onlyErrors: false };
const NOTHING = { execution: null, state: null, item: null, ...UNFILTERED };
const traceOf = (...executions) => ({ booking_id: "one", missing: [], file: null, executions, moments: [] });

test("the address says what is chosen, and what is chosen is the address", () => {
    const chosen = { execution: "booking/one", state: "RequestIsValid?", item: 0, ...UNFILTERED };
    const query = queryOf("events", chosen);
    assert.equal(query, "?view=events&execution=booking/one&state=RequestIsValid%3F&item=0");
    assert.deepEqual(chosenBy(new URLSearchParams(query)), chosen);
    assert.equal(viewIn(new URLSearchParams(query)), "events");
    const filtered = { ...chosen, type: "TaskFailed", onlyErrors: true };
    assert.equal(queryOf("events", filtered), `${query}&type=TaskFailed&errors=only`);
    assert.deepEqual(chosenBy(new URLSearchParams(queryOf("events", filtered))), filtered);
});

test("an address of somebody's making chooses nothing", () => {
    assert.deepEqual(chosenBy(new URLSearchParams("execution=&state=&item=-1")), NOTHING);
    assert.equal(viewIn(new URLSearchParams("view=everything")), "graph");
});

test("another execution has states of its own, another state its own items", () => {
    const before = { execution: "booking/one", state: "NotifyParties", item: 3, type: "TaskFailed", onlyErrors: true };
    assert.deepEqual(choosing(before, { execution: "reminder/two" }), { ...NOTHING, execution: "reminder/two" });
    assert.deepEqual(choosing(before, { execution: "booking/one" }), before);
    assert.deepEqual(choosing(before, { state: "ReserveSlot" }), { ...before, state: "ReserveSlot", item: null });
    assert.deepEqual(choosing(before, { state: null }), { ...before, state: null, item: null });
    assert.deepEqual(choosing(before, { item: null }), { ...before, item: null });
    const elsewhere = { execution: "resend/three", state: "DeliverNotification", item: 1 };
    assert.deepEqual(choosing(before, elsewhere), { ...elsewhere, ...UNFILTERED });
    const unfiltered = choosing(choosing(before, { type: null }), { onlyErrors: false });
    assert.deepEqual(unfiltered, { ...before, ...UNFILTERED }, "what is shown of the same");
});

test("what failed last is looked at first, then what runs, then the booking's own", () => {
    const booking = execution("one", 0, 10);
    const reminder = execution("two", 20, 30, { machine: "reminder" });
    assert.equal(firstToSee([]), null);
    assert.equal(firstToSee([reminder]), "reminder/two");
    assert.equal(firstToSee([booking, reminder]), "booking/one");
    const runs = execution("three", 40, null, { machine: "offer" });
    assert.equal(firstToSee([booking, reminder, runs]), "offer/three");
    const failed = { ...reminder, status: "TIMED_OUT" };
    assert.equal(firstToSee([booking, failed, runs]), "reminder/two");
    assert.deepEqual(running(traceOf(booking, failed, runs)), [runs]);
    assert.deepEqual(counted([booking, failed, runs, reminder]), [
        ["TIMED_OUT", 1],
        ["RUNNING", 1],
        ["SUCCEEDED", 2],
    ]);
});

test("what is read anew takes its place, keeps what only the trace knows, and is added where it was not there", () => {
    const about = { notification_id: "m", event: "reminder", recipient: "client", channel: "sms" };
    const runs = execution("one", 0, null, { steps: [step("DeliverNotification", 1, null, { item: 0, about })] });
    const other = execution("two", 50, 60);
    const before = traceOf(runs, other);
    const ended = execution("one", 0, 40, { steps: [step("DeliverNotification", 1, 30, { item: 0 })] });
    const after = withExecutions(before, [ended, execution("three", 20, 30)]);
    assert.deepEqual(
        after.executions.map((each) => each.name),
        ["one", "three", "two"],
    );
    assert.equal(after.executions[0].status, "SUCCEEDED");
    assert.deepEqual(after.executions[0].steps[0].about, about);
    assert.equal(after.executions[2], other, "what did not change is the same");
});

test("what was seen stays while its source is away, and what was read by itself while the trace leaves it out", () => {
    const [booking, reminder] = [execution("one", 0, 10), execution("two", 20, 30, { machine: "reminder" })];
    const before = { ...traceOf(booking, reminder), file: { status: "confirmed" }, moments: ["one"] };
    const away = { ...traceOf({ ...booking, redrives: 1 }), missing: ["database"] };
    const seen = withWhatWasSeen(away, before);
    assert.deepEqual([seen.file, seen.moments, seen.missing], [before.file, ["one"], ["database"]]);
    assert.deepEqual(
        seen.executions.map((each) => each.redrives ?? each.name),
        [1, "two"],
    );
    const back = { ...traceOf(booking), file: { status: "cancelled" } };
    assert.equal(withWhatWasSeen(back, seen).file.status, "cancelled");
    const short = traceOf({ ...booking, unread: true });
    assert.equal(withWhatWasSeen(short, before).executions[0].unread, undefined);
    assert.equal(withWhatWasSeen(short, undefined), short);
});

test("AWS's console knows AWS's executions only", () => {
    assert.equal(isOnLaptop({ execution: "arn:aws:states:eu-central-1:000000000000:execution:booking:one" }), true);
    assert.equal(isOnLaptop(execution("one", 0, 10)), false);
});

test("two looks are alike when nothing has begun, ended or been restarted between them", () => {
    const look = (...executions) => ({
        executions: executions.map((each) => ({ machine: "booking", name: "b", ...each })),
    });
    const before = look({ status: "FAILED", redriven: [] });
    assert.ok(areAlike(before, look({ status: "FAILED", redriven: [] })));
    assert.ok(!areAlike(before, look({ status: "FAILED", redriven: ["2026-11-26T09:00:00Z"] })));
    assert.ok(!areAlike(before, look({ status: "SUCCEEDED", redriven: [] })));
    assert.ok(!areAlike(before, look(...before.executions, { name: "resend-a", status: "SUCCEEDED", redriven: [] })));
});
