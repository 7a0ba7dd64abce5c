// One way to be reached: the address, whether it may be written to, and which messages come there.

import { MESSAGES } from "../record.js";
import { html } from "../vendor/preact.js";
import { t } from "../words.js";

/** @typedef {import("../words.js").Word} Word */

const WORDS = /** @type {const} */ ({
    email: { label: "emailLabel", wanted: "emailWanted", type: "email", autocomplete: "email" },
    sms: { label: "numberLabel", wanted: "textsWanted", type: "tel", autocomplete: "tel" },
});

/** @type {Record<string, Word>} why an address is not written to any more */
const UNREACHED = { bounced: "addressBounced", complained: "addressComplained", opted_out: "addressOptedOut" };

/** @type {Record<string, Word>} */
const MESSAGE = {
    booking_confirmed: "messageConfirmed",
    reminder: "messageReminder",
    booking_moved: "messageMoved",
    booking_cancelled: "messageCancelled",
    slot_offered: "messageOffered",
    slot_lost: "messageLost",
    payment_due: "messageToPay",
    hold_ended: "messageEnded",
    payment_refunded: "messageRefunded",
    fee_charged: "messageFee",
    fee_due: "messageFeeToPay",
};

/**
 * @param {object} given
 * @param {"email" | "sms"} given.channel
 * @param {string} given.id of its field
 * @param {import("../record.js").ContactForm} given.form
 * @param {(form: import("../record.js").ContactForm) => void} given.onChange
 * @param {import("../record.js").Contact} [given.kept] as the practice has it
 * @param {string | null} given.version of the text that was agreed to
 * @param {string} [given.error]
 * @param {any} [given.children] what else belongs to it
 */
export function ContactFields({ channel, id, form, onChange, kept, version, error, children }) {
    const { label, wanted, type, autocomplete } = WORDS[channel];
    const isTheKept = kept?.address === form.address;
    return html`
        <fieldset>
            <legend>${t(label)}</legend>
            <div class="field">
                <label for=${id}>${t(channel === "email" ? "addressLabel" : "dialLabel")}</label>
                <input id=${id} type=${type} autocomplete=${autocomplete} value=${form.address} maxlength="254"
                    aria-invalid=${Boolean(error)} aria-describedby=${`${id}-more`}
                    onInput=${(/** @type {any} */ event) => onChange({ ...form, address: event.currentTarget.value })} />
                ${
                    (error || channel === "sms") &&
                    html`
                    <p class=${error ? "field-problem" : "soft"} id=${`${id}-more`}>${error ?? t("numberMore")}</p>`
                }
            </div>
            ${
                isTheKept &&
                kept?.undeliverable &&
                html`
                <p class="warning">${t(UNREACHED[kept.undeliverable] ?? "addressBounced")}</p>
                <label class="choice">
                    <input type="checkbox" checked=${form.works} onChange=${() => onChange({ ...form, works: !form.works })} />
                    <span>${t("addressWorks")}</span>
                </label>`
            }
            <label class="choice">
                <input type="checkbox" checked=${form.wanted} onChange=${() => onChange({ ...form, wanted: !form.wanted })} />
                <span>${t(wanted)} ${version && html`<span class="soft">${t("agreedTo", { version })}</span>`}</span>
            </label>
            ${
                form.wanted &&
                html`
                <details>
                    <summary>${t("whichMessages")}</summary>
                    ${MESSAGES.map(
                        (event) => html`
                        <label class="choice" key=${event}>
                            <input type="checkbox" checked=${!form.muted.includes(event)} onChange=${() => onChange({ ...form, muted: toggled(form.muted, event) })} />
                            <span>${t(MESSAGE[event])}</span>
                        </label>`,
                    )}
                </details>`
            }
            ${children}
        </fieldset>`;
}

/** @param {string[]} list @param {string} one */
const toggled = (list, one) => (list.includes(one) ? list.filter((each) => each !== one) : [...list, one]);
