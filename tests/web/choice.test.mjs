import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { choice, choose, forgetChoice, pathOf, requestOf } from "../../web/choice.js";
import { draft, forgetDraft } from "../../web/draft.js";

const ADLER = "11111111-1111-4111-8111-111111111111";
const RIVERA = "77777777-7777-4777-8777-777777777777";
const CHOICE = {
    service: "s1",
    therapist: null,
    starts_at: "2026-12-03T09:00:00+01:00",
    therapists: [RIVERA, ADLER],
    weeks: 1,
};
const kept = new Map();

beforeEach(() => {
    kept.clear();
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

test("the choice outlives the way to the login; what is typed is kept nowhere", () => {
    choose(CHOICE);
    Object.assign(draft, { note: "I am afraid of dogs", name: "Nora Neumann" });
    assert.deepEqual(choice(), CHOICE);
    assert.ok(![...kept.values()].join().includes("Nora"));
    assert.ok(![...kept.values()].join().includes("dogs"));
    forgetChoice();
    forgetDraft();
    assert.equal(choice(), null);
    assert.equal(draft.note, "");
});

test("what is no choice of ours is none", () => {
    kept.set("choice", "{");
    assert.equal(choice(), null);
});

test("anyone is asked for without a name", () => {
    assert.deepEqual(requestOf(CHOICE), { service_id: "s1", starts_at: CHOICE.starts_at });
    assert.equal(requestOf({ ...CHOICE, therapist: ADLER }).therapist_id, ADLER);
});

test("a series is with one therapist, and leaves out what is not free", () => {
    assert.deepEqual(requestOf({ ...CHOICE, weeks: 6 }), {
        service_id: "s1",
        starts_at: CHOICE.starts_at,
        therapist_id: RIVERA,
        recurrence: "FREQ=WEEKLY;COUNT=6",
        on_conflict: "skip",
    });
});

test("the way back leads to the same service and therapist", () => {
    assert.equal(pathOf(CHOICE), "/?service=s1&with=anyone");
    assert.equal(pathOf({ ...CHOICE, therapist: ADLER }), `/?service=s1&with=${ADLER}`);
});
