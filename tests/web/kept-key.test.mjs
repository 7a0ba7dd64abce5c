import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { forgetKey, keptKey, keyFor } from "../../web/kept-key.js";

beforeEach(() => {
    const kept = new Map();
    globalThis.sessionStorage = {
        getItem: (name) => kept.get(name) ?? null,
        setItem: (name, value) => {
            kept.set(name, value);
        },
        removeItem: (name) => {
            kept.delete(name);
        },
    };
});

test("a second press, and a page loaded again, ask under the same key", () => {
    const key = keyFor("cancellation:b1", { scope: "one" });
    assert.equal(keyFor("cancellation:b1", { scope: "one" }), key);
    assert.deepEqual(keptKey("cancellation:b1"), { key, asked: { scope: "one" } });
});

test("something else is asked for under another key", () => {
    const key = keyFor("cancellation:b1", { scope: "one" });
    assert.notEqual(keyFor("cancellation:b1", { scope: "all" }), key);
    assert.notEqual(keyFor("cancellation:b2", { scope: "all" }), key);
});

test("what is decided is forgotten", () => {
    const key = keyFor("rescheduling:b1", { starts_at: "2027-01-04T09:00:00Z" });
    forgetKey("rescheduling:b1");
    assert.equal(keptKey("rescheduling:b1"), null);
    assert.notEqual(keyFor("rescheduling:b1", { starts_at: "2027-01-04T09:00:00Z" }), key);
});

test("what somebody else has written there is nothing", () => {
    sessionStorage.setItem("key:rescheduling:b1", "{");
    assert.equal(keptKey("rescheduling:b1"), null);
});
