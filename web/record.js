// One's own record, between the API's shape and a form's: what is agreed to follows from what is ticked.

/**
 * @typedef {{ channel: "email" | "sms", address: string, consented: boolean, unproven: boolean,
 *     undeliverable: string | null, muted: string[] }} Contact
 * @typedef {{ kind: string, version: string | null }} Consent
 * @typedef {{ name: string, time_zone: string, language: string, discreet: boolean, contacts: Contact[],
 *     consents: Consent[] }} MyRecord
 * @typedef {{ address: string, wanted: boolean, muted: string[], works: boolean }} ContactForm
 *   `wanted`: to be written to. `works`: what is kept against the address is over, says its owner.
 * @typedef {{ name: string, time_zone: string, language: string, discreet: boolean, email: ContactForm, sms: ContactForm,
 *     privacy: boolean, terms: boolean }} Form
 */

/** The messages that a client may leave out, in the order in which they come. */
export const MESSAGES = /** @type {const} */ ([
    "booking_confirmed",
    "reminder",
    "booking_moved",
    "booking_cancelled",
    "slot_offered",
    "slot_lost",
    "payment_due",
    "hold_ended",
    "payment_refunded",
    "fee_charged",
    "fee_due",
]);

const CHANNELS = /** @type {const} */ (["email", "sms"]);

/** @param {MyRecord | null} record @param {{ address: string | null, zone: string, language: string }} known of who has none @returns {Form} */
export function formOf(record, known) {
    const of = /** @param {"email" | "sms"} channel @returns {ContactForm} */ (channel) => {
        const contact = record?.contacts.find((each) => each.channel === channel);
        const fallback = channel === "email" && !record ? known.address : null;
        return {
            address: contact?.address ?? fallback ?? "",
            wanted: contact?.consented ?? false,
            muted: [...(contact?.muted ?? [])],
            works: false,
        };
    };
    const agreed = /** @param {string} kind */ (kind) => Boolean(record?.consents.some((each) => each.kind === kind));
    return {
        name: record?.name ?? "",
        time_zone: record?.time_zone ?? known.zone,
        language: record?.language ?? known.language,
        discreet: record?.discreet ?? false,
        email: of("email"),
        sms: of("sms"),
        privacy: agreed("privacy"),
        terms: agreed("terms"),
    };
}

/**
 * What `PUT /v1/me` takes. An agreement that is there stays as it was; a new one is to the text beside its box.
 *
 * @param {Form} form
 * @param {MyRecord | null} record as it was read
 * @param {string} version of the texts, as the practice calls it now
 */
export function bodyOf(form, record, version) {
    const contacts = CHANNELS.flatMap((channel) => {
        const typed = form[channel];
        const address = channel === "sms" ? number(typed.address) : typed.address.trim();
        if (!address) return [];
        const kept = record?.contacts.find((each) => each.channel === channel && each.address === address);
        return [
            {
                channel,
                address,
                consented: typed.wanted,
                muted: [...typed.muted].sort(),
                ...(kept?.unproven ? { unproven: true } : {}),
                ...(kept?.undeliverable && !typed.works ? { undeliverable: kept.undeliverable } : {}),
            },
        ];
    });
    const agreed = new Set([
        ...contacts.filter((each) => each.consented).map((each) => `contact_${each.channel}`),
        ...(form.privacy ? ["privacy"] : []),
        ...(form.terms ? ["terms"] : []),
    ]);
    return {
        name: form.name.trim(),
        time_zone: form.time_zone,
        language: form.language,
        discreet: form.discreet,
        contacts,
        consents: [...agreed].map((kind) => ({ kind, version: versionOf(kind, contacts, record, version) })),
    };
}

/**
 * Another address is agreed to anew. A consent that staff have entered has no version, and keeps none.
 *
 * @param {string} kind
 * @param {{ channel: string, address: string }[]} contacts
 * @param {MyRecord | null} record
 * @param {string} now
 */
function versionOf(kind, contacts, record, now) {
    const held = record?.consents.find((each) => each.kind === kind);
    if (!held) return now;
    const contact = contacts.find((each) => kind === `contact_${each.channel}`);
    const isKnown = !contact || record?.contacts.some((each) => each.address === contact.address && each.consented);
    return isKnown ? held.version : now;
}

/** A number as it can be dialled from everywhere: without what is there to be read. @param {string} typed */
export const number = (typed) =>
    typed
        .replace("(0)", "")
        .replace(/[\s()./-]/g, "")
        .replace(/^00/, "+");

/**
 * A form that was typed into while the record was changed elsewhere: what was typed stays, the rest is as it is now.
 *
 * @param {Form} before as it was read
 * @param {Form} typed
 * @param {Form} now as it is
 * @returns {Form}
 */
export function merged(before, typed, now) {
    const result = /** @type {any} */ ({ ...now });
    for (const name of /** @type {(keyof Form)[]} */ (Object.keys(typed))) {
        if (JSON.stringify(typed[name]) !== JSON.stringify(before[name])) result[name] = typed[name];
    }
    return result;
}

/** Whether somebody typed anything. @param {Form} before @param {Form} typed */
export const isChanged = (before, typed) => JSON.stringify(before) !== JSON.stringify(typed);

/** Whether a number is typed that can't be dialled from everywhere. @param {string} typed */
export const wrongNumber = (typed) => typed.trim() !== "" && !/^\+[1-9]\d{6,14}$/.test(number(typed));

/**
 * What of a record the practice did not take, in a word of the site.
 *
 * @param {{ kind: string, detail: string }} problem
 * @returns {import("./words.js").Word | null}
 */
export function wrongField({ kind, detail }) {
    if (kind === "forbidden") return "nameByPractice";
    if (kind !== "rule-broken" && kind !== "invalid-body") return null;
    if (detail.includes("e-mail address must be your login")) return "emailMustBeLogins";
    if (detail.includes("numbers of this country")) return "numberOfCountry";
    if (detail.startsWith("contacts")) return "contactNotTaken";
    if (detail.startsWith("name")) return "nameNotTaken";
    if (detail.startsWith("time_zone")) return "zoneNotTaken";
    return null;
}
