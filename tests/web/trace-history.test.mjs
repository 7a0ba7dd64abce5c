import assert from "node:assert/strict";
import { test } from "node:test";
import { entriesOf, isOfChosen, whoOf } from "../../web/trace-history.js";
import { at, execution, recorded, step } from "./trace-fixtures.mjs";

const trace = (events, changes = [], executions = [execution("b", 0, 1000)]) => ({
    booking_id: "b",
    missing: [],
    executions,
    file: { booking_id: "b", notifications: [], events, changes, sessions: [] },
});

test("an operator's act is one entry, with what became of it", () => {
    const arn = execution("b", 0, 1000).execution;
    const by = { actor: "arn:aws:sts::123456789012:assumed-role/operators/olga", execution: arn, act_id: "a-1" };
    const why = { code: "provider_is_back", reason: "They say so" };
    const entries = entriesOf(
        trace([
            recorded("reserved", 100, { execution: arn }),
            recorded("redriven", 5000, { ...by, detail: why }),
            recorded("act_refused", 5100, { ...by, detail: { ...why, refusal: "NotRedrivable" } }),
            recorded("resent", 6000, { ...by, act_id: "a-2", execution: "arn:of-another-stack", detail: why }),
            recorded("put_back", 6100, { ...by, act_id: "a-2", detail: { messages: [{}, {}] } }),
        ]),
    );
    assert.deepEqual(
        entries.map((each) => [each.event, each.execution, each.code, each.reason, each.refusal, each.putBack]),
        [
            ["reserved", "booking/b", null, null, null, 0],
            ["redriven", "booking/b", "provider_is_back", "They say so", "NotRedrivable", 0],
            ["resent", null, "provider_is_back", "They say so", null, 2],
        ],
    );
    assert.equal(entries[1].actor, "assumed-role/operators/olga");
});

test("what was put back, and whose act is still in its queue, is told all the same", () => {
    const [entry] = entriesOf(trace([recorded("put_back", 0, { act_id: "a", detail: { messages: [{}] } })]));
    assert.deepEqual([entry.event, entry.putBack, entry.isAct], ["put_back", 1, true]);
});

test("an act is where it was done, though it was recorded later", () => {
    const entries = entriesOf(
        trace([
            recorded("cancelled", 5000, { detail: { outcome: "late_cancelled" } }),
            recorded("redriven", 9000, { act_id: "a", detail: { done_at: at(1000) } }),
        ]),
    );
    assert.deepEqual(
        entries.map((each) => [each.event, each.at, each.recorded, each.outcome]),
        [
            ["redriven", at(1000), at(9000), null],
            ["cancelled", at(5000), null, "late_cancelled"],
        ],
    );
});

test("a change that was asked for and not made is told, one that was made is told once", () => {
    const changes = [
        { change_id: "c-1", kind: "rescheduling", outcome: "moved", at: at(2000) },
        { change_id: "c-2", kind: "cancellation", outcome: "refused", at: at(3000) },
    ];
    const detail = { from: at(1), to: at(2) };
    const executions = [execution("c-2", 2900, 3000, { machine: "cancellation" })];
    assert.deepEqual(
        entriesOf(trace([recorded("moved", 2000, { detail })], changes, executions)).map((each) => [
            ...[each.event, each.outcome, each.moved, each.execution, each.actor],
        ]),
        [
            ["moved", null, detail, null, "3f6d-client"],
            ["cancellation", "refused", null, "cancellation/c-2", null],
        ],
    );
});

test("a series' history has each session's, in one order of time", () => {
    const given = trace([recorded("reserved", 0), recorded("cancelled", 2000)]);
    given.file.sessions = [{ booking_id: "b-2", notifications: [], events: [recorded("moved", 1000)], changes: [] }];
    assert.deepEqual(
        entriesOf(given).map((each) => [each.event, each.session]),
        [
            ["reserved", null],
            ["moved", "b-2"],
            ["cancelled", null],
        ],
    );
});

test("while the database is away there is no history", () => {
    assert.deepEqual(entriesOf({ booking_id: "b", missing: ["database"], executions: [], file: null }), []);
});

test("an entry is of the state that wrote it down, though clocks differ a little; an act is of no state", () => {
    const steps = [
        step("ValidateRequest", 0, 300),
        step("ReserveSlot", 400, 900),
        step("SlotIsReserved?", 900, 900, { kind: "Choice" }),
        step("DeliverNotification", 1000, 2000, { within: "NotifyParties", item: 0 }),
    ];
    const booked = execution("b", 0, 2000, { steps });
    const told = [
        recorded("reserved", 950, { execution: booked.execution }),
        recorded("redriven", 500, { execution: booked.execution, act_id: "a" }),
        recorded("confirmed", 60_000, { execution: booked.execution }),
        recorded("moved", 700, { execution: "arn:of-another" }),
    ];
    const entries = entriesOf(trace(told, [], [booked]));
    assert.deepEqual(
        entries.map((each) => [each.event, each.execution, each.state]),
        [
            ["redriven", "booking/b", null],
            ["moved", null, null],
            ["reserved", "booking/b", "ReserveSlot"],
            ["confirmed", "booking/b", null],
        ],
    );
    const here = (state, execution = "booking/b") =>
        entries.filter((each) => isOfChosen(each, { execution, state, item: null })).map((each) => each.event);
    assert.deepEqual(here("ReserveSlot"), ["reserved"]);
    assert.deepEqual(here("ValidateRequest"), []);
    assert.deepEqual(here(null), ["redriven", "reserved", "confirmed"], "of the execution");
    assert.deepEqual(here(null, null), []);
    const failed = execution("b", 0, 5000, { steps: [step("ReserveSlot", 400, null)] });
    assert.equal(
        entriesOf(trace([recorded("reserved", 4000, { execution: failed.execution })], [], [failed]))[0].state,
        "ReserveSlot",
    );
});

const ME = "2e665481-12fe-5400-b0b2-ad73af6f8e65";
const OTHER = "54fe664c-ddc4-51a3-b8b6-a1cd1cbba75e";

test("the history says who acted as its reader knows them: themselves, whose the booking is, others by a short id", () => {
    const who = (actor, role = null) => whoOf({ actor, role }, ME);
    assert.deepEqual(who(ME), { kind: "you", said: "" });
    assert.deepEqual(who(ME, "therapist"), { kind: "you", said: "" }, "whatever else they are");
    assert.deepEqual(who(OTHER, "client"), { kind: "client", said: "" });
    assert.deepEqual(who(OTHER), { kind: "id", said: "54fe664c…" });
    assert.deepEqual(who("sweep"), { kind: "code", said: "sweep" });
    assert.deepEqual(who("assumed-role/operators/olga"), { kind: "code", said: "assumed-role/operators/olga" });
    assert.equal(who(null), null);
});
