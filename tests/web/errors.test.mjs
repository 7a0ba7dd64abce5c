import assert from "node:assert/strict";
import { test } from "node:test";

import { Unreachable, whole } from "../../web/errors.js";

const answered = (body, status = 200) => Promise.resolve(new Response(body, { status }));

const byHalf = () =>
    new ReadableStream({
        start(way) {
            way.enqueue(new TextEncoder().encode('{"bookings": [{"id": "b-1"'));
            way.error(new TypeError("network error"));
        },
    });

test("an answer is what came whole", async () => {
    const { answer, content } = await whole(answered('{"bookings": []}', 202));
    assert.equal(answer.status, 202);
    assert.deepEqual(content, { bookings: [] });
});

test("what came by half, in no JSON or not at all is none", async () => {
    for (const asked of [
        answered(byHalf()),
        answered("<h1>Welcome!</h1>"),
        answered(""),
        Promise.reject(new TypeError()),
    ])
        await assert.rejects(whole(asked), Unreachable);
});

test("an error's status is heard, whatever else it says", async () => {
    for (const body of ["<h1>Forbidden</h1>", "", byHalf()]) {
        const { answer, content } = await whole(answered(body, 403));
        assert.equal(answer.status, 403);
        assert.deepEqual(content, {});
    }
    const { content } = await whole(answered('{"title": "Not yours"}', 403));
    assert.deepEqual(content, { title: "Not yours" });
});
