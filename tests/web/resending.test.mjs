import assert from "node:assert/strict";
import { test } from "node:test";
import { codeOfError } from "../../web/acts.js";
import { undelivered } from "../../web/executions.js";
import { codeOf, resentOf } from "../../web/resending.js";
import { at, execution, message, step } from "./trace-fixtures.mjs";

const undeliverable = { status: "undeliverable", accepted_at: null, undeliverable_at: at(2500) };
const prepared = (outcome) => step("PrepareResend", 0, 10, { outcome });
const resent = (outcome = "due") =>
    execution("resend-a", 2000, 3000, { machine: "resend", steps: [prepared(outcome)] });
const became = (known, run = resent()) =>
    resentOf({ file: known && { booking_id: "b", notifications: [known] } }, "n-1", run).as;

test("what is sent again says what really became of it, and not that its execution is done", () => {
    assert.equal(became(message("n-1")), "sent");
    assert.equal(became(message("n-1", { delivery: "delivered" })), "sent");
    assert.equal(became(message("n-1", { delivery: "bounced" })), "lost");
    assert.equal(became(message("n-1", { ...undeliverable, reason: "address_bounced" })), "notSent");
    assert.equal(became(message("n-1", { status: "sending", accepted_at: null })), "open");
    assert.equal(became(message("n-1"), resent("not_due")), "notDue");
    assert.equal(became(null), "unknown", "the ledger is away");
    assert.equal(became(message("n-2")), "unknown");
});

test("a reason is proposed only where it is likely true", () => {
    assert.equal(codeOf(message("n-1", { delivery: "bounced", hindrance: "address_bounced" })), null);
    assert.equal(codeOf(message("n-1", { delivery: "bounced" })), "contact_is_mended");
    assert.equal(codeOf(message("n-1", { ...undeliverable, reason: "opted_out" })), "contact_is_mended");
    assert.equal(codeOf(message("n-1", { ...undeliverable, reason: "limit_reached" })), null);
    assert.equal(codeOf(message("n-1", { delivery: "failed" })), null, "it did not arrive, though the address is good");
    assert.equal(codeOfError("ProviderUnavailable"), "provider_is_back");
    assert.equal(codeOfError("States.Timeout"), "cause_is_mended");
    assert.equal(codeOfError(null), "cause_is_mended");
});

test("an execution that is done says how many of its messages were undeliverable", () => {
    const about = { notification_id: "n-1" };
    const steps = ["sent", "undeliverable", "undeliverable"].map((outcome) =>
        step("Deliver", 0, 9, { about, outcome }),
    );
    assert.equal(undelivered(execution("b", 0, 10, { steps })), 2);
    assert.equal(undelivered(execution("b", 0, 10)), 0);
});
