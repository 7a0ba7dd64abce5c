import assert from "node:assert/strict";
import { test } from "node:test";
import { paymentsOf } from "../../web/trace-payments.js";

const entry = (key, what, more) => ({
    ...{ key, purpose: "session", entry: what, amount: 9000, currency: "EUR", payment_id: null, provider_id: "" },
    ...{ code: null, actor: "provider", execution: "", at: "2027-01-12T12:00:00Z", ...more },
});
const execution = { machine: "payment", name: "evt_1", execution: "arn:payment:evt_1" };

function trace(payments, sessions = []) {
    const file = { booking_id: "b", payments, sessions };
    return { booking_id: "b", missing: [], file, executions: [execution], moments: [] };
}

test("what is intended is under way until something became of it", () => {
    const [intended, captured, refund] = paymentsOf(
        trace([
            entry("session-b", "intended"),
            entry("session-b", "captured", { provider_id: "pi_1", at: "2027-01-12T12:01:00Z" }),
            entry("refund-b-1", "intended", { purpose: "refund", at: "2027-01-12T12:02:00Z" }),
        ]),
    );
    assert.deepEqual([intended.became, captured.became, refund.became], ["done", "done", "underWay"]);
    assert.deepEqual([intended.id, captured.id], ["session-b", "pi_1"]);
});

test("a dispute and a refund that failed need a look", () => {
    const bad = ["disputed", "failed", "dispute_lost"].map((what) => entry("k", what));
    assert.deepEqual(
        paymentsOf(trace(bad)).map(({ became }) => became),
        ["failed", "failed", "failed"],
    );
    assert.equal(paymentsOf(trace([entry("k", "dispute_won")]))[0].became, "done");
});

test("each entry says whose it is and which execution wrote it, in the order of time", () => {
    const own = entry("session-b", "captured", { execution: "arn:payment:evt_1", at: "2027-01-12T12:01:00Z" });
    const other = entry("session-b", "captured", { execution: "arn:gone" });
    const [first, second] = paymentsOf(trace([own], [{ booking_id: "b-2", payments: [other] }]));
    assert.deepEqual([first.session, first.execution], ["b-2", null]);
    assert.deepEqual([second.session, second.execution], [null, "payment/evt_1"]);
});

test("while the database is away, and of an older answer, there are none", () => {
    assert.deepEqual(paymentsOf({ ...trace([]), file: null }), []);
    assert.deepEqual(paymentsOf({ ...trace([]), file: { booking_id: "b" } }), []);
});
