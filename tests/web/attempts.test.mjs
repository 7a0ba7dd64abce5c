import assert from "node:assert/strict";
import { test } from "node:test";
import { attemptsOf, runsOf } from "../../web/attempts.js";
import { at, attempt, execution, step } from "./trace-fixtures.mjs";

const FAILS = { error: "ProviderUnavailable" };
const said = (attempts) => attempts.map(({ outcome, ended, waited }) => [outcome, ended, waited]);

test("a Map whose execution was restarted failed before, and is done after", () => {
    const map = step("NotifyParties", 100, 9000, { kind: "Map" });
    const failed = [attempt(100, 300, FAILS), attempt(8000, 8900)];
    const item = step("Deliver", 100, 8900, { within: "NotifyParties", item: 0, attempts: failed });
    const restarted = execution("b", 0, 9000, { steps: [map, item], redriven: [at(7900)] });
    assert.deepEqual(said(attemptsOf(map, restarted)), [
        ["failed", at(300), 7.6],
        ["succeeded", at(9000), null],
    ]);
    assert.deepEqual(said(attemptsOf(item, restarted)), [
        ["failed", at(300), null],
        ["succeeded", at(8900), null],
    ]);
    assert.deepEqual(attemptsOf(map, { ...restarted, redriven: [] }), [], "that ran once counts none");
    assert.deepEqual(attemptsOf(step("Valid?", 10, 20, { kind: "Choice" }), restarted), [], "and what was done before");
});

test("a Map that has failed again, or is under way again, says so", () => {
    const map = step("NotifyParties", 100, null, { kind: "Map" });
    const item = (...attempts) => step("Deliver", 100, null, { within: "NotifyParties", item: 0, attempts });
    const twice = [map, item(attempt(100, 300, FAILS), attempt(8000, 8900, FAILS))];
    const again = execution("b", 0, 9000, { status: "FAILED", steps: twice, redriven: [at(7900)] });
    assert.deepEqual(said(attemptsOf(map, again)), [
        ["failed", at(300), 7.6],
        ["failed", at(9000), null],
    ]);
    const going = execution("b", 0, null, { steps: [map, item(attempt(100, 300, FAILS))], redriven: [at(7900)] });
    assert.deepEqual(said(attemptsOf(map, going)).at(-1), ["running", null, null]);
    const asked = { name: null, entered: at(0), left: null };
    assert.deepEqual(
        said(runsOf(asked, going)).map(([outcome]) => outcome),
        ["failed", "running"],
        "the execution itself",
    );
});

test("an attempt that its execution did not wait for was stopped with it, and does not last until the restart", () => {
    const other = step("Deliver", 100, null, { item: 0, attempts: [attempt(100, 300, FAILS)] });
    const cut = step("Deliver", 100, 9000, { item: 1, attempts: [attempt(100, null), attempt(8000, 8900)] });
    const restarted = execution("b", 0, 9000, { steps: [other, cut], redriven: [at(7900)] });
    assert.deepEqual(said(attemptsOf(cut, restarted)), [
        ["stopped", at(300), null],
        ["succeeded", at(8900), null],
    ]);
    const aborted = execution("b", 0, 500, { status: "ABORTED", steps: [cut] });
    const alone = { ...cut, attempts: [attempt(100, null)] };
    assert.deepEqual(said(attemptsOf(alone, aborted)), [["stopped", at(500), null]]);
    assert.deepEqual(said(attemptsOf(alone, { ...aborted, status: "RUNNING", stopped: null })), [
        ["running", null, null],
    ]);
});
