import assert from "node:assert/strict";
import { test } from "node:test";
import { askedAgain } from "../../web/trace-again.js";
import { execution } from "./trace-fixtures.mjs";

const traceOf = (...executions) => ({ booking_id: "one", missing: [], file: { at: "first" }, executions, moments: [] });
const many = [...Array(52).keys()].map((number) => execution(`reminder-${number}`, number, number + 1));

/** Who answers, and what they were asked for. */
function api(whole, ...single) {
    const asked = [];
    return {
        asked,
        ask: async () => asked.push("all") && whole,
        readOne: async (key) => asked.push(key) && single.find(({ machine, name }) => key === `${machine}/${name}`),
    };
}

test("a trace is asked for as a whole at first, and as long as it is small", async () => {
    const runs = traceOf(execution("one", 0, null));
    const { asked, ask, readOne } = api(runs);
    const first = await askedAgain(undefined, ask, readOne);
    await askedAgain(first, ask, readOne);
    assert.deepEqual(asked, ["all", "all"]);
});

test("of a large one only what runs is asked for, until it has ended", async () => {
    const runs = traceOf(...many, execution("series", 100, null));
    const { asked, ask, readOne } = api({ ...runs, file: { at: "last" } }, execution("series", 100, null));
    const moved = await askedAgain(runs, ask, readOne);
    assert.deepEqual(asked, ["booking/series"]);
    assert.equal(moved.file.at, "first");

    const end = api(
        { ...traceOf(...many, execution("series", 100, 200)), file: { at: "last" } },
        execution("series", 100, 200),
    );
    const ended = await askedAgain(moved, end.ask, end.readOne);
    assert.deepEqual(end.asked, ["booking/series", "all"]);
    assert.deepEqual([ended.file.at, ended.executions.at(-1).status], ["last", "SUCCEEDED"]);
});

test("a large one is asked for as a whole where much of it runs, nothing does, or something was missing", async () => {
    const busy = traceOf(...many.map((each) => ({ ...each, status: "RUNNING" })));
    const away = { ...traceOf(...many, execution("series", 100, null)), missing: ["database"] };
    for (const before of [busy, traceOf(...many), away]) {
        const { asked, ask, readOne } = api(before);
        await askedAgain(before, ask, readOne);
        assert.deepEqual(asked, ["all"]);
    }
});
