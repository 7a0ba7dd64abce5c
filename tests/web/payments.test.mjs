import assert from "node:assert/strict";
import { test } from "node:test";
import { amountLabel, amountOf, feeOf } from "../../web/amounts.js";
import { backBy, costOf, feesOf, hasEnded, headsOf, onItsWay, pauseIn, stateOf } from "../../web/payments.js";
import { isPaidHere } from "../../web/prices.js";

const plain = (text) => text.replaceAll(/\s/g, " ");

test("an amount has as many digits as its currency, in the reader's language", () => {
    assert.equal(amountLabel(9000, "EUR", "en-GB"), "€90.00");
    assert.equal(plain(amountLabel(9050, "EUR", "de-DE")), "90,50 €");
    assert.equal(amountLabel(9000, "JPY", "en-GB"), "JP¥9,000");
    assert.equal(plain(amountLabel(9000, "KWD", "en-GB")), "KWD 9.000");
    assert.equal(amountLabel(0, "EUR", "en-GB"), "€0.00");
});

test("a currency of which browsers know whole amounts only is counted in hundredths, too", () => {
    assert.equal(plain(amountLabel(900_000, "HUF", "en-GB")), "HUF 9,000");
    assert.equal(plain(amountLabel(900_000, "ISK", "en-GB")), "ISK 9,000");
    assert.equal(plain(amountLabel(9000, "MGA", "en-GB")), "MGA 9,000");
    assert.equal(feeOf({ kind: "percent", value: 33 }, 10_000, "ISK"), 3300);
    assert.equal(feeOf({ kind: "percent", value: 50 }, 1235, "KWD"), 6180);
});

test("a price is in hundredths, whatever its currency counts in", () => {
    assert.equal(amountOf(9550, "EUR"), 9550);
    assert.equal(amountOf(900_000, "JPY"), 9000);
    assert.equal(amountOf(1235, "KWD"), 12_350);
});

test("a fee is never more than the price, and half a cent is rounded up", () => {
    assert.equal(feeOf({ kind: "percent", value: 50 }, 9001, "EUR"), 4501);
    assert.equal(feeOf({ kind: "percent", value: 100 }, 9000, "EUR"), 9000);
    assert.equal(feeOf({ kind: "amount", value: 20_000 }, 9000, "EUR"), 9000);
    assert.equal(feeOf({ kind: "none", value: 0 }, 9000, "EUR"), 0);
    assert.equal(feeOf(undefined, 9000, "EUR"), 0);
});

test("fees that come to nothing are not spoken of", () => {
    assert.deepEqual(feesOf(4500, 0), [{ word: "feeWhenLate", amount: 4500 }]);
    assert.deepEqual(feesOf(0, 0), []);
});

test("what is free of charge is not paid here, though it is to be prepaid; a card may be kept for it", () => {
    assert.ok(isPaidHere({ payment: "prepay", price_cents: 1 }));
    assert.ok(!isPaidHere({ payment: "prepay", price_cents: 0 }));
    assert.ok(!isPaidHere({ payment: "none", price_cents: 9000 }));
    assert.ok(isPaidHere({ payment: "card_on_file", price_cents: 0 }));
});

const NOW = Date.parse("2027-01-12T12:00:00Z");
const hold = (more) => ({
    awaits: "payment",
    until: "2027-01-12T12:30:00Z",
    answer: null,
    checkout_url: null,
    ...more,
});
const page = { has_checkout: true };

test("a hold says what is to be done now: wait for the page, pay, go on paying, wait for the provider's word", () => {
    assert.equal(stateOf(hold({}), null, NOW), "opening");
    assert.equal(stateOf(hold(page), null, NOW), "open");
    assert.equal(stateOf(hold(page), "left", NOW), "left");
    assert.equal(stateOf(hold(page), "done", NOW), "paid");
    assert.equal(stateOf(hold({ awaits: "approval" }), null, NOW), "approval");
});

test("an answer counts more than the clock, and the clock more than what the address says", () => {
    const late = Date.parse("2027-01-12T12:30:00Z");
    assert.equal(stateOf(hold(page), "done", late), "over");
    assert.equal(stateOf(hold({ awaits: "approval" }), null, late), "over");
    assert.equal(stateOf(hold({ ...page, answer: "pay" }), null, late), "settling");
    assert.equal(stateOf(hold({ ...page, answer: "cancel" }), "left", NOW), "cancelling");
});

test("what a person has to do first is asked for less often than what comes by itself", () => {
    assert.equal(pauseIn("paid", 700), 700);
    assert.equal(pauseIn("over", 5000), 5000);
    assert.ok(pauseIn("open", 700) > 5000);
    assert.ok(pauseIn("approval", 700) > pauseIn("open", 700));
});

test("an address says how somebody came back; what else it says is nothing", () => {
    assert.equal(backBy(new URLSearchParams("checkout=done")), "done");
    assert.equal(backBy(new URLSearchParams("checkout=left")), "left");
    assert.equal(backBy(new URLSearchParams("checkout=free")), null);
    assert.equal(backBy(new URLSearchParams("")), null);
});

test("a hold that ended is told apart from a session that was cancelled", () => {
    assert.ok(hasEnded({ status: "cancelled", reasons: [{ code: "payment_missing" }] }));
    assert.ok(hasEnded({ status: "cancelled", reasons: [{ code: "approval_declined" }] }));
    assert.ok(!hasEnded({ status: "cancelled", reasons: [] }));
    assert.ok(!hasEnded({ status: "confirmed", reasons: [{ code: "payment_missing" }] }));
});

const payment = (more) => ({ rule: "prepay", status: "paid", paid: 9000, refunded: 0, currency: "EUR", ...more });

test("what cancelling costs is what goes back and what stays", () => {
    assert.deepEqual(costOf({ fee: 0, refund: 9000 }, payment()), { word: "backAll", fee: 0, refund: 9000 });
    assert.deepEqual(costOf({ fee: 4500, refund: 4500 }, payment()), { word: "backLessFee", fee: 4500, refund: 4500 });
    assert.equal(costOf({ fee: 9000, refund: 0 }, payment()).word, "backNothing");
    const card = payment({ rule: "card_on_file", status: "card_kept", paid: 0 });
    assert.equal(costOf({ fee: 4500, refund: 0 }, card).word, "feeTaken");
    assert.equal(costOf({ fee: 0, refund: 0 }, card).word, "costsNothingNow");
});

test("where nothing is paid here, or nobody knows, the practice's policy speaks", () => {
    assert.equal(costOf({ fee: 0, refund: 0 }, payment({ rule: "none" })), null);
    assert.equal(costOf({ fee: null, refund: null }, payment()), null);
    assert.equal(costOf({}, null), null);
});

test("money is on its way until what is kept is what is due", () => {
    const cancelled = (more) => ({ status: "late_cancelled", payment: payment({ fee: 4500, ...more }) });
    assert.equal(onItsWay(cancelled({})), "payGoingBack");
    assert.equal(onItsWay(cancelled({ status: "partly_refunded", refunded: 4500 })), null);
    assert.equal(onItsWay(cancelled({ status: "disputed" })), null);
    assert.equal(onItsWay(cancelled({ status: "card_kept", paid: 0 })), "payFeeComing");
    assert.equal(onItsWay(cancelled({ status: "fee_charged", paid: 4500 })), null);
    assert.equal(onItsWay(cancelled({ status: "fee_due", paid: 0 })), null);
    assert.equal(onItsWay({ ...cancelled({}), status: "confirmed" }), null);
    assert.equal(onItsWay({ status: "cancelled", payment: null }), null);
});

test("a series waits as one", () => {
    const [series, single] = headsOf([
        { booking_id: "a", series_id: "a" },
        { booking_id: "b", series_id: null },
        { booking_id: "a-2", series_id: "a" },
    ]);
    assert.deepEqual([series.session.booking_id, series.count], ["a", 2]);
    assert.deepEqual([single.session.booking_id, single.count], ["b", 1]);
});
