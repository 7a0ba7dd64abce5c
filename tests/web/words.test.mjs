import assert from "node:assert/strict";
import { test } from "node:test";
import { de } from "../../web/words/de.js";
import { deActs } from "../../web/words/de-acts.js";
import { deLater } from "../../web/words/de-later.js";
import { deLists } from "../../web/words/de-lists.js";
import { deOperators } from "../../web/words/de-operators.js";
import { dePayment } from "../../web/words/de-payment.js";
import { deTrace } from "../../web/words/de-trace.js";
import { deViews } from "../../web/words/de-views.js";
import { en } from "../../web/words/en.js";
import { enActs } from "../../web/words/en-acts.js";
import { enLater } from "../../web/words/en-later.js";
import { enLists } from "../../web/words/en-lists.js";
import { enOperators } from "../../web/words/en-operators.js";
import { enPayment } from "../../web/words/en-payment.js";
import { enTrace } from "../../web/words/en-trace.js";
import { enViews } from "../../web/words/en-views.js";

const ENGLISH = {
    first: en,
    later: enLater,
    payment: enPayment,
    operators: enOperators,
    lists: enLists,
    trace: enTrace,
    views: enViews,
    acts: enActs,
};
const GERMAN = {
    first: de,
    later: deLater,
    payment: dePayment,
    operators: deOperators,
    lists: deLists,
    trace: deTrace,
    views: deViews,
    acts: deActs,
};

test("a word is in one set: what is fetched later says nothing else of what is there", () => {
    const words = Object.values(ENGLISH).flatMap((each) => Object.keys(each));
    assert.deepEqual(
        words.filter((each, at) => words.indexOf(each) !== at),
        [],
    );
});

test("both languages have the same words", () => {
    for (const [name, set] of Object.entries(ENGLISH)) {
        assert.deepEqual(Object.keys(GERMAN[name]).sort(), Object.keys(set).sort(), name);
    }
});
