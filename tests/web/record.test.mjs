import assert from "node:assert/strict";
import { test } from "node:test";
import { bodyOf, formOf, isChanged, merged, number } from "../../web/record.js";

const KNOWN = { address: "nora@example.com", zone: "Europe/Berlin", language: "de" };
const RECORD = {
    name: "Nora Neumann",
    time_zone: "Europe/Berlin",
    language: "de",
    discreet: false,
    contacts: [
        {
            channel: "email",
            address: "nora@example.com",
            consented: true,
            unproven: false,
            undeliverable: null,
            muted: ["reminder"],
        },
        { channel: "sms", address: "+4915112345678", consented: true, unproven: true, undeliverable: null, muted: [] },
    ],
    consents: [
        { kind: "contact_email", version: null },
        { kind: "contact_sms", version: "2026-01" },
        { kind: "privacy", version: "7" },
    ],
};

test("who is new finds the address of their login, and agrees to nothing by coming", () => {
    const form = formOf(null, KNOWN);
    assert.equal(form.email.address, "nora@example.com");
    assert.deepEqual(bodyOf(form, null, "2027-02").consents, []);
});

test("a record that nobody touched is put as it was read", () => {
    const body = bodyOf(formOf(RECORD, KNOWN), RECORD, "2027-02");
    assert.deepEqual(
        body.consents.map((each) => each.version),
        [null, "2026-01", "7"],
    );
    assert.deepEqual(body.contacts[0].muted, ["reminder"]);
    assert.equal(body.contacts[1].unproven, true);
});

test("another number is agreed to anew, to the text of today; the old proof is not its", () => {
    const form = formOf(RECORD, KNOWN);
    form.sms.address = "0049 (151) 999-9999";
    const body = bodyOf(form, RECORD, "2027-02");
    const sms = body.contacts.find((each) => each.channel === "sms");
    assert.deepEqual(sms, { channel: "sms", address: "+491519999999", consented: true, muted: [] });
    assert.equal(body.consents.find((each) => each.kind === "contact_sms").version, "2027-02");
});

test("who wants no texts any more takes the agreement back with it", () => {
    const form = formOf(RECORD, KNOWN);
    form.sms.wanted = false;
    assert.deepEqual(
        bodyOf(form, RECORD, "2027-02").consents.map((each) => each.kind),
        ["contact_email", "privacy"],
    );
    form.sms.address = "";
    assert.deepEqual(
        bodyOf(form, RECORD, "2027-02").contacts.map((each) => each.channel),
        ["email"],
    );
});

test("an address that bounced stays so until its owner says that it works", () => {
    const bounced = { ...RECORD, contacts: [{ ...RECORD.contacts[0], undeliverable: "bounced" }] };
    const form = formOf(bounced, KNOWN);
    assert.equal(bodyOf(form, bounced, "2027-02").contacts[0].undeliverable, "bounced");
    form.email.works = true;
    assert.equal("undeliverable" in bodyOf(form, bounced, "2027-02").contacts[0], false);
});

test("what was typed is not lost when the practice has changed the record meanwhile", () => {
    const before = formOf(RECORD, KNOWN);
    const typed = { ...before, language: "en" };
    const now = { ...before, name: "Nora Neu" };
    assert.deepEqual(merged(before, typed, now), { ...before, name: "Nora Neu", language: "en" });
    assert.ok(isChanged(before, typed));
    assert.ok(!isChanged(before, formOf(RECORD, KNOWN)));
});

test("a number may be written as people write it", () => {
    assert.equal(number("+49 (0)151 / 12-34"), "+491511234");
    assert.equal(number("0049 151 1234"), "+491511234");
});
