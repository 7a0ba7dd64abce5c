import assert from "node:assert/strict";
import { test } from "node:test";
import { END, neighbour, pathOf, placed, START } from "../../web/graph-layout.js";
import { BOOKING, PARALLEL } from "./machine.mjs";

const named = (places) => new Map(places.boxes.map((each) => [each.name, each]));
const isWithin = (inner, outer) =>
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height;
const overlap = (one, other) =>
    one.x < other.x + other.width &&
    other.x < one.x + one.width &&
    one.y < other.y + other.height &&
    other.y < one.y + one.height;

for (const [name, machine] of Object.entries({ BOOKING, PARALLEL })) {
    test(`${name}: every state has its place, none is on another, and what is within one is inside it`, () => {
        const places = placed(machine);
        const boxes = named(places);
        assert.deepEqual([...boxes.keys()].sort(), [START, END, ...machine.states.map((each) => each.name)].sort());
        for (const state of machine.states) {
            const box = boxes.get(state.name);
            assert.ok(isWithin(box, { x: 0, y: 0, ...{ width: places.width, height: places.height } }), state.name);
            if (state.within) assert.ok(isWithin(box, boxes.get(state.within)), state.name);
            for (const other of machine.states) {
                if (other !== state && other.within === state.within)
                    assert.ok(!overlap(box, boxes.get(other.name)), `${state.name} and ${other.name}`);
            }
        }
    });

    test(`${name}: every way is drawn, once for two states`, () => {
        const { ways } = placed(machine);
        const pairs = ways.map((each) => `${each.from} ${each.to}`);
        assert.equal(new Set(pairs).size, pairs.length);
        for (const { from, to } of machine.edges) assert.ok(pairs.includes(`${from} ${to}`), `${from} ${to}`);
        for (const { points } of ways) assert.ok(points.length >= 2 && points.every(({ x, y }) => x >= 0 && y >= 0));
    });
}

test("it goes from the top to the bottom, and its conditions are told in short", () => {
    const places = placed(BOOKING);
    const boxes = named(places);
    const order = [START, "ValidateRequest", "RequestIsValid?", "ReserveSlot", "SlotIsReserved?", "NotifyParties", END];
    const tops = order.map((each) => boxes.get(each).y);
    assert.deepEqual(
        tops,
        tops.toSorted((one, other) => one - other),
    );
    const labels = Object.fromEntries(places.ways.map((each) => [`${each.from} ${each.to}`, each.label]));
    assert.equal(labels["RequestIsValid? ReserveSlot"], "outcome is valid");
    assert.equal(labels["SlotIsReserved? RejectBooking"].at(-1), "…");
    assert.ok(labels["SlotIsReserved? RejectBooking"].length < 40);
});

test("the same definition has the same places", () =>
    assert.deepEqual(placed(BOOKING), placed(structuredClone(BOOKING))));

test("arrow keys go along the ways: those that were gone first, into a Map and out of it, and to the side", () => {
    const places = placed(BOOKING);
    const go = (from, key, taken = []) => neighbour(BOOKING, places, from, key, new Set(taken));
    assert.equal(go("ValidateRequest", "ArrowDown"), "RequestIsValid?");
    assert.equal(go("RequestIsValid?", "ArrowDown"), "ReserveSlot");
    assert.equal(go("RequestIsValid?", "ArrowDown", ["RequestIsValid? RejectBooking"]), "RejectBooking");
    assert.equal(go("NotifyParties", "ArrowUp", ["RejectBooking NotifyParties"]), "RejectBooking");
    assert.equal(go("NotifyParties", "ArrowDown"), "DeliverNotification");
    assert.equal(go("DeliverNotification", "ArrowUp"), "NotifyParties");
    assert.equal(go("DeliverNotification", "ArrowDown"), null);
    assert.equal(go("ValidateRequest", "ArrowUp"), null);
    const both = placed(PARALLEL);
    const aside = ["ArrowLeft", "ArrowRight"].map((key) => neighbour(PARALLEL, both, "Left", key, new Set()));
    assert.deepEqual(aside.filter(Boolean), ["Right"]);
    assert.equal(neighbour(PARALLEL, both, "LeftAgain", "ArrowDown", new Set()), "Look");
});

test("a way is a path through its points", () => {
    const points = [
        { x: 0, y: 0 },
        { x: 10, y: 20 },
        { x: 10, y: 40 },
    ];
    assert.equal(pathOf(points), "M0 0L5 10Q10 20 10 30L10 40");
    assert.equal(pathOf(points.slice(0, 2)), "M0 0L5 10L10 20");
});
