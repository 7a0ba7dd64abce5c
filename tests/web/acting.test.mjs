import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { CODES, inOneLine, refusalOf, wordOfCode } from "../../web/acts.js";
import { Problem } from "../../web/errors.js";
import { saying } from "../../web/problems.js";
import { enActs } from "../../web/words/en-acts.js";

const contract = JSON.parse(readFileSync(new URL("../../functions/handlers/openapi.json", import.meta.url), "utf8"));
const refused = (kind) => new Problem(409, { type: `urn:therapist-booking:problem:${kind}` });

test("every reason that the contract knows can be chosen, in words", () => {
    assert.deepEqual(
        CODES.map(([code]) => code).sort(),
        [...contract.components.schemas.ActBody.properties.code.enum].sort(),
    );
    for (const [code, word] of CODES) assert.ok(enActs[word], code);
    assert.equal(wordOfCode("came_later"), null);
});

/** What these pages can't bring about: who is signed out signs in again, a key is a UUID, the calls are there. */
const NEVER = ["unauthorized", "invalid-idempotency-key", "no-such-call"];

test("every refusal that an act can be answered with is said, and what to do instead", () => {
    const acts = Object.entries(contract.paths).filter(([path]) => /\/(redrive|rerun|resend)$/.test(path));
    assert.equal(acts.length, 4);
    const kinds = new Set(acts.flatMap(([, { post }]) => post.description.match(/[a-z-]+(?= \(4\d\d\))/g)));
    assert.ok(kinds.has("not-redrivable") && kinds.has("still-running"));
    for (const kind of [...kinds].filter((each) => !NEVER.includes(each))) {
        const refusal = refusalOf(refused(kind));
        if (refusal) assert.ok(enActs[refusal.word] && enActs[refusal.instead], kind);
        else assert.ok("word" in saying(refused(kind)), kind);
    }
});

test("a reason is one line, as it is kept", () => {
    assert.equal(inOneLine("  The provider\n is\tback \r\n"), "The provider is back");
});
