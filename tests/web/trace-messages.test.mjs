import assert from "node:assert/strict";
import { test } from "node:test";
import { idleIn, isOfChosen, waysOf } from "../../web/trace-messages.js";
import { at, attempt, execution, message, recorded, step } from "./trace-fixtures.mjs";

const about = { notification_id: "n-1", event: "booking_confirmed", recipient: "client", channel: "email" };
const deliver = (attempts) =>
    step("DeliverNotification", 0, 900, { within: "NotifyParties", item: 0, about, attempts });
const trace = (executions, notifications, events = []) => ({
    booking_id: "b",
    missing: [],
    executions,
    file: notifications && { booking_id: "b", notifications, events, changes: [], sessions: [] },
});

test("a message's way goes from its attempts to the provider's report, in whole seconds or not", () => {
    const tried = [attempt(100, 200, { error: "ProviderUnavailable" }), attempt(700, 1000)];
    const sent = message("n-1", { accepted_at: at(950), delivery: "delivered", delivery_at: at(0) });
    const [way] = waysOf(trace([execution("b", 0, 1000, { steps: [deliver(tried)] })], [sent]));
    assert.deepEqual(
        way.moments.map(({ kind, what, why, number }) => [kind, what, why ?? null, number]),
        [
            ["attempt", "failed", "ProviderUnavailable", 1],
            ["attempt", "succeeded", null, 2],
            ["accepted", undefined, null, undefined],
            ["reported", "delivered", null, undefined],
        ],
    );
    assert.deepEqual(way.moments[0].where, { execution: "booking/b", state: "DeliverNotification", item: 0 });
    assert.deepEqual([way.became, way.resend], ["done", "arrived"]);
});

test("what had become of it before it was sent again is told, and by which execution it went then", () => {
    const before = { notification_id: "n-1", status: "sent", delivery: "bounced", reason: null };
    const events = [
        recorded("put_back", 2000, {
            detail: { messages: [before, { ...before, notification_id: "n-2" }] },
            act_id: "a",
        }),
    ];
    const executions = [
        execution("b", 0, 1000, { steps: [deliver([attempt(100, 200)])] }),
        execution("resend-a", 1900, 3000, { machine: "resend", steps: [deliver([attempt(2100, 2200)])] }),
    ];
    const [way] = waysOf(trace(executions, [message("n-1", { accepted_at: at(2150), resent_at: at(2000) })], events));
    assert.deepEqual(
        way.moments.map((each) => [each.kind, each.what, each.where?.execution]),
        [
            ["attempt", "succeeded", "booking/b"],
            ["put_back", "bounced", undefined],
            ["attempt", "succeeded", "resend/resend-a"],
            ["accepted", undefined, undefined],
        ],
    );
});

test("what can be sent again, and why the others can't", () => {
    const notifications = [
        message("1", { delivery: "bounced" }),
        message("2", { status: "undeliverable", reason: "no_contact", accepted_at: null }),
        message("3", { status: "undeliverable", reason: "booking_changed", accepted_at: null }),
        message("4", { status: "queued", accepted_at: null }),
        message("5", { delivery: "complained" }),
        message("6"),
    ];
    const found = waysOf(trace([], notifications));
    assert.deepEqual(Object.fromEntries(found.map((way) => [way.id, [way.became, way.resend]])), {
        1: ["failed", "possible"],
        2: ["failed", "possible"],
        3: ["failed", "untrue"],
        4: ["underWay", "on_its_way"],
        5: ["failed", "arrived"],
        6: ["done", "arrived"],
    });
});

test("attempts that came to the same are told once, those of another execution apart", () => {
    const failing = (from) =>
        [0, 1000, 2000].map((ms) => attempt(from + ms, from + ms + 10, { error: "ProviderUnavailable" }));
    const executions = [
        execution("b", 0, 2500, { steps: [deliver(failing(0))] }),
        execution("rerun-1", 5000, 9000, { steps: [deliver([...failing(5000), attempt(8000, 8010)])] }),
    ];
    const [way] = waysOf(trace(executions, []));
    assert.deepEqual(
        way.moments.map((each) => [each.number, each.last, each.at, each.until, each.what]),
        [
            [1, 3, at(0), at(2000), "failed"],
            [1, 3, at(5000), at(7000), "failed"],
            [4, undefined, at(8000), undefined, "succeeded"],
        ],
    );
});

test("messages come in the order in which they were sent, those of a series' other sessions with theirs", () => {
    const given = trace([], [message("late", { accepted_at: at(9000) }), message("never", { accepted_at: null })]);
    given.file.sessions = [{ booking_id: "b-2", notifications: [message("soon")], events: [], changes: [] }];
    assert.deepEqual(
        waysOf(given).map((way) => [way.id, way.session]),
        [
            ["soon", "b-2"],
            ["late", null],
            ["never", null],
        ],
    );
});

test("while the ledger is away, messages are known from executions; while those are, from the ledger", () => {
    const [known] = waysOf(trace([execution("b", 0, 1000, { steps: [deliver([attempt(100, 200)])] })], null));
    assert.deepEqual([known.id, known.about.channel, known.message, known.resend], ["n-1", "email", null, "unknown"]);
    assert.deepEqual(
        waysOf(trace([], [message("n-9")])).map((way) => [way.id, way.moments.length]),
        [["n-9", 1]],
    );
});

test("a rerun that finds a message sent sends nothing, and that is how it is told", () => {
    const sent = (from) => step("DeliverNotification", from, from + 90, { within: "NotifyParties", item: 0, about });
    const tried = (from, outcome) => ({ ...sent(from), outcome, attempts: [attempt(from, from + 90)] });
    const run = (name, from, outcome) => execution(name, from, from + 100, { steps: [tried(from, outcome)] });
    const before = { notification_id: "n-1", status: "undeliverable", reason: "no_contact", settled_at: at(50) };
    const events = [recorded("put_back", 2000, { detail: { messages: [before] }, act_id: "a" })];
    const executions = [
        run("b", 0, "undeliverable"),
        run("rerun-1", 1000, "undeliverable"),
        run("resend-a", 3000, "sent"),
        run("rerun-2", 4000, "sent"),
    ];
    const ways = waysOf(trace(executions, [message("n-1", { accepted_at: at(3050) })], events));
    assert.deepEqual(
        ways[0].moments.map(({ kind, what, isIdle }) => [kind, what, Boolean(isIdle)]),
        [
            ["attempt", "undeliverable", false],
            ["attempt", "undeliverable", true],
            ["put_back", "undeliverable", false],
            ["attempt", "sent", false],
            ["accepted", undefined, false],
            ["attempt", "sent", true],
        ],
    );
    assert.deepEqual([...idleIn(ways)], ["booking/rerun-1 0", "booking/rerun-2 0"]);
});

test("a message that is undeliverable says since when, and why", () => {
    const given = { status: "undeliverable", reason: "address_bounced", accepted_at: null, undeliverable_at: at(500) };
    const [way] = waysOf(trace([], [message("n-1", given)]));
    assert.deepEqual(way.moments, [{ kind: "undeliverable", at: at(500), what: "address_bounced" }]);
});

test("what is chosen is marked among a message's moments: its state, the Map that it is in, its item", () => {
    const [way] = waysOf(trace([execution("b", 0, 1000, { steps: [deliver([attempt(100, 200)])] })], [message("n-1")]));
    const [tried, taken] = way.moments;
    const chosen = { execution: "booking/b", state: "DeliverNotification", item: null };
    assert.equal(isOfChosen(tried, chosen), true);
    assert.equal(isOfChosen(tried, { ...chosen, state: "NotifyParties" }), true);
    assert.equal(isOfChosen(tried, { ...chosen, item: 0 }), true);
    for (const other of [{ item: 1 }, { state: "ReserveSlot" }, { state: null }, { execution: "resend/r" }]) {
        assert.equal(isOfChosen(tried, { ...chosen, ...other }), false, JSON.stringify(other));
    }
    assert.equal(isOfChosen(taken, chosen), false, "the provider's word is of no state");
});
