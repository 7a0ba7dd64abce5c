import assert from "node:assert/strict";
import { test } from "node:test";
import { chaptersOf, within } from "../../web/trace-chapters.js";
import { groupsOf, instantsOf } from "../../web/trace-lanes.js";
import { at, attempt, execution, step, WEEK } from "./trace-fixtures.mjs";

const NOW = Date.parse(at(5000));
const ms = (given) => Date.parse(at(given));
const usual = () => undefined;

test("where nothing happens for weeks the axis is broken, and says for how long", () => {
    const chapters = chaptersOf([ms(2000), ms(0), ms(3 * WEEK), ms(3 * WEEK + 500), ms(2000)]);
    assert.deepEqual(
        chapters.map(({ from, to, quiet }) => [from, to, quiet]),
        [
            [ms(0), ms(2000), null],
            [ms(3 * WEEK), ms(3 * WEEK + 500), 3 * WEEK - 2000],
        ],
    );
});

test("the longest wait for a retry breaks nothing", () => {
    assert.equal(chaptersOf([ms(0), ms(60_000), ms(120_000)]).length, 1);
});

test("what took a moment is seen beside what took minutes, and all is in its order", () => {
    const [chapter] = chaptersOf([0, 20, 60_000, 60_020, 120_000].map(ms));
    const places = [0, 20, 60_000, 60_020, 120_000].map((each) => chapter.place(ms(each)));
    assert.deepEqual([places[0], places.at(-1)], [0, 1]);
    assert.ok(
        places.every((place, number) => number === 0 || place - places[number - 1] > 0.1),
        `${places}`,
    );
    assert.ok(places[2] - places[1] > 2 * (places[1] - places[0]), "a minute is longer than a moment");
    assert.equal(chapter.place(ms(-1000)), 0, "what began before it begins at its edge");
    assert.equal(chapter.place(ms(WEEK)), 1);
});

test("a chapter of one moment has a place for it", () => {
    assert.equal(chaptersOf([ms(0)])[0].place(ms(0)), 0);
    assert.deepEqual(chaptersOf([]), []);
});

test("an attempt is a bar, and the wait for the next one, too", () => {
    const failed = { error: "ProviderUnavailable" };
    const attempts = [attempt(0, 100, failed), attempt(1100, 1200, failed), attempt(3200, null)];
    const [group] = groupsOf(
        [execution("b", 0, null, { steps: [step("Deliver", 0, null, { attempts })] })],
        NOW,
        usual,
    );
    assert.deepEqual(
        group.lanes[0].bars.map(({ kind, became, from, to, number }) => [
            kind,
            became,
            from - ms(0),
            to - ms(0),
            number,
        ]),
        [
            ["attempt", "failed", 0, 100, 1],
            ["wait", "waiting", 100, 1100, undefined],
            ["attempt", "failed", 1100, 1200, 2],
            ["wait", "waiting", 1200, 3200, undefined],
            ["attempt", "underWay", 3200, 5000, 3],
        ],
    );
});

test("between a failure and its redrive nobody waited for a retry", () => {
    const steps = [
        step("Reserve", 0, WEEK + 100, {
            attempts: [attempt(0, 50, { error: "StatementRefused", waited: WEEK / 1000 }), attempt(WEEK, WEEK + 90)],
        }),
    ];
    const groups = groupsOf([execution("b", 0, WEEK + 100, { steps, redriven: [at(WEEK - 1)] })], NOW, usual);
    assert.deepEqual(
        groups[0].lanes[0].bars.map(({ kind, became }) => [kind, became]),
        [
            ["attempt", "failed"],
            ["attempt", "done"],
        ],
    );
    const chapters = chaptersOf(instantsOf(groups, []));
    assert.equal(chapters.length, 2);
    assert.deepEqual(
        chapters.map((chapter) => within(groups[0].lanes[0].bars, chapter).map((each) => each.number)),
        [[1], [2]],
    );
});

test("when the next retry is due is on the axis, though it has not come yet", () => {
    const attempts = [attempt(0, 100, { error: "DatabaseUnavailable" })];
    const waiting = {
        state: "Reserve",
        error: "DatabaseUnavailable",
        since: at(100),
        latest: at(9000),
        retry: 1,
        retries: 12,
    };
    const running = execution("b", 0, null, { steps: [step("Reserve", 0, null, { attempts })], waiting });
    const groups = groupsOf([running], NOW, usual);
    const due = groups[0].lanes[0].bars.at(-1);
    assert.deepEqual([due.kind, due.to, due.number, due.of], ["due", ms(9000), 1, 12]);
    assert.equal(chaptersOf(instantsOf(groups, [])).at(-1).to, ms(9000));
});

test("a state without attempts is a bar of its own: done, under way, or where its execution ended", () => {
    const steps = [step("Valid?", 0, 10, { kind: "Choice" }), step("NotifyParties", 10, null, { kind: "Map" })];
    const outcomes = (status) =>
        groupsOf(
            [execution("b", 0, status === "RUNNING" ? null : 400, { steps, status, state: "NotifyParties" })],
            NOW,
            usual,
        )[0].lanes.map((lane) => [lane.bars[0].became, lane.bars[0].to - ms(0)]);
    assert.deepEqual(outcomes("RUNNING"), [
        ["done", 10],
        ["underWay", 5000],
    ]);
    assert.deepEqual(outcomes("FAILED"), [
        ["done", 10],
        ["failed", 400],
    ]);
});

test("of many executions those that are done are one bar each, until somebody wants to see their states", () => {
    const steps = (from) => [step("Prepare", from, from + 10, { attempts: [attempt(from, from + 10)] })];
    const many = Array.from({ length: 100 }, (_, number) =>
        execution(`r-${number}`, number * WEEK, number * WEEK + 10, { steps: steps(number * WEEK) }),
    );
    many.push(execution("r-failed", 0, 10, { steps: steps(0), status: "FAILED", error: "States.Timeout" }));
    many.push(execution("r-unread", 0, 10, { steps: [], unread: true, status: "FAILED" }));
    const groups = groupsOf(many, NOW, (key) => (key === "booking/r-7" ? true : undefined));
    assert.deepEqual(
        groups.filter((group) => group.isOpen).map((group) => group.execution.name),
        ["r-7", "r-failed"],
    );
    assert.deepEqual([groups[0].lanes[0].bars[0].kind, groups[0].lanes[0].state], ["execution", null]);
    assert.ok(groupsOf(many.slice(0, 3), NOW, usual).every((group) => group.isOpen));
    assert.equal(chaptersOf(instantsOf(groups, [])).length, 100);
});
