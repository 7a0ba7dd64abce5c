import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Problem, Unreachable } from "../../web/errors.js";
import { mayPass, saying } from "../../web/problems.js";
import { sentences, wordOf } from "../../web/reasons.js";
import { de } from "../../web/words/de.js";
import { deLater } from "../../web/words/de-later.js";
import { en } from "../../web/words/en.js";
import { enLater } from "../../web/words/en-later.js";

const problem = (status, kind, title = "") =>
    new Problem(status, { type: `urn:therapist-booking:problem:${kind}`, title });

test("a missing thing is the page's own thing", () => {
    assert.deepEqual(saying(problem(404, "offer-not-found"), "signInFirst"), { word: "signInFirst" });
    assert.deepEqual(saying(problem(404, "offer-not-found")), { word: "problemNotFound" });
});

test("a problem that came later than this page is said by its title", () => {
    assert.deepEqual(saying(problem(409, "mercury-retrograde", "Not today")), { text: "Not today" });
});

test("a fault of ours is never shown by its insides", () => {
    assert.deepEqual(saying(problem(502, "", "Traceback")), { word: "problemOurs" });
    assert.deepEqual(saying(new TypeError("x is undefined")), { word: "problemOurs" });
});

test("where a part of the system is away, that is said, and not that the practice can't be reached", () => {
    const away = problem(503, "unavailable");
    assert.deepEqual(saying(away, undefined, "awayDatabase"), { word: "awayDatabase" });
    assert.deepEqual(saying(away), { word: "unreachable" }, "who books need not know of parts");
    assert.deepEqual(saying(new Unreachable(), undefined, "awayDatabase"), { word: "unreachable" });
    assert.deepEqual(saying(problem(500, "internal-error"), undefined, "awayDatabase"), { word: "problemOurs" });
});

test("trying again is offered where it can help", () => {
    assert.ok(mayPass(new Unreachable()));
    assert.ok(mayPass(problem(429, "throttled")));
    assert.ok(!mayPass(problem(409, "offer-over")));
});

test("each reason that the API can give a client has its sentence in both languages", () => {
    const contract = JSON.parse(
        readFileSync(new URL("../../functions/handlers/openapi.json", import.meta.url), "utf8"),
    );
    const known = contract.components.schemas.Reason.properties.code.enum;
    const ours = new Set(["override_not_allowed", "key_conflict", "starts_at_invalid", "starts_at_not_on_the_minute"]);
    const of_asking = known.filter(
        (code) => !ours.has(code) && !/^(client|therapist|service)_(unknown|needed)$|^recurrence/.test(code),
    );
    for (const code of of_asking) {
        const word = wordOf(code);
        assert.ok(word, code);
        assert.ok({ ...en, ...enLater }[word] && { ...de, ...deLater }[word], word);
    }
});

test("a reason that came later is said as the practice says it, and each only once", () => {
    const reasons = [
        { code: "too_late", message: "" },
        { code: "too_late", message: "" },
        { code: "new", message: "Because." },
    ];
    assert.deepEqual(
        sentences(reasons, (word) => word),
        ["reasonTooLate", "Because."],
    );
});

test("a firewall's refusal, which says nothing, is said in words", () => {
    assert.deepEqual(saying(new Problem(403, { message: "Forbidden" })), { word: "problemRefused" });
});
