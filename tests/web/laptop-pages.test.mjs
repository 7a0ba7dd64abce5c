import assert from "node:assert/strict";
import { test } from "node:test";
import { parts } from "../../local/pages/links.js";
import { amountOf, isBroken, SWITCHES } from "../../local/pages/switches.js";
import { de } from "../../local/pages/words-de.js";
import { en } from "../../local/pages/words-en.js";

test("links are found where a sentence ends with them, and nothing else is one", () => {
    const text = "See http://127.0.0.1:8000/bookings/b-1.\nOr (https://a.example/x?y=1), javascript:alert(1).";
    assert.deepEqual(
        parts(text).filter((each) => each.link),
        [
            { text: "http://127.0.0.1:8000/bookings/b-1", link: true },
            { text: "https://a.example/x?y=1", link: true },
        ],
    );
    assert.equal(
        parts(text)
            .map((each) => each.text)
            .join(""),
        text,
    );
    assert.deepEqual(parts(""), []);
});

test("each language has every word, and a switch its own", () => {
    assert.deepEqual(Object.keys(de), Object.keys(en));
    for (const { name } of SWITCHES)
        for (const end of ["Title", "Does", "Shows", "Break", "Mend", "Broken"])
            assert.ok(`${name}${end}` in en, name + end);
});

test("a scale of waits is said as a part", () => {
    assert.deepEqual(
        [1, 0.1, 0.02, 0.3, 0].map((scale) => en.waitsScale({ scale })),
        [
            "as long as on AWS",
            "1/10 as long as on AWS",
            "1/50 as long as on AWS",
            "0.3 times as long as on AWS",
            "not at all",
        ],
    );
});

test("what a switch sets is what it shows", () => {
    const well = {
        email: 0,
        sms: 0,
        duplicate: 0,
        delay: 0,
        bounces: 0,
        stripe: 0,
        database: true,
        waits: 1,
        usual_waits: 1,
    };
    for (const each of SWITCHES) {
        assert.equal(isBroken(each, { ...well, [each.name]: each.broken }), true, each.name);
        assert.equal(isBroken(each, { ...well, [each.name]: each.well }), false, each.name);
    }
    const [email, delay] = [SWITCHES[0], SWITCHES[6]];
    assert.equal(amountOf(email, { ...well, email: 0.5 }), 50);
    assert.equal(amountOf(delay, { ...well, delay: 15 }), 15);
});
