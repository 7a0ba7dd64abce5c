// Who a new client is, as the practice needs it to begin with: a name, and whether it may write. The rest is known.

import { call } from "../api.js";
import { draft } from "../draft.js";
import { Problem } from "../errors.js";
import { practice as thePractice } from "../practice.js";
import { html } from "../vendor/preact.js";
import { language, t } from "../words.js";
import { ownZone } from "../zone.js";
import { useId, useState } from "./hooks.js";

/** @param {{ address: string | null, practice: import("../practice.js").Practice | null }} given `address`: the login's */
export function RecordForm({ address, practice }) {
    const id = useId();
    const [, redraw] = useState(0);
    const kept = /** @param {Partial<typeof draft>} typed */ (typed) => {
        Object.assign(draft, typed);
        redraw((/** @type {number} */ before) => before + 1);
    };
    return html`
        <fieldset class="fields">
            <legend>${t("aboutYou")}</legend>
            <label for=${id}>${t("yourName")}</label>
            <input id=${id} required maxlength="200" autocomplete="name" value=${draft.name}
                onInput=${(/** @type {any} */ event) => kept({ name: event.currentTarget.value })} />
            ${
                address &&
                html`
                <label class="tick">
                    <input type="checkbox" checked=${draft.mayWrite}
                        onChange=${(/** @type {any} */ event) => kept({ mayWrite: event.currentTarget.checked })} />
                    <span>${t("mayWrite", { address })}</span>
                </label>`
            }
            ${
                practice?.privacy_page &&
                html`
                <label class="tick">
                    <input type="checkbox" required checked=${draft.hasAgreed}
                        onChange=${(/** @type {any} */ event) => kept({ hasAgreed: event.currentTarget.checked })} />
                    <span>${t("agreeToPrivacy")} <a href=${practice.privacy_page} target="_blank" rel="noreferrer">${t("privacyNotice")}</a></span>
                </label>`
            }
        </fieldset>`;
}

/**
 * Makes the record of what was typed. Sent again it does nothing: the record is there.
 *
 * @param {string | null} address the login's, if it is verified
 */
export async function makeRecord(address) {
    const { body: me, etag } = await call("GET", "/v1/me");
    if (me.record) return;
    const { consent_version: version } = await thePractice();
    const mayWrite = Boolean(address) && draft.mayWrite;
    const body = {
        name: draft.name.trim(),
        time_zone: ownZone(),
        language: language(),
        contacts: address ? [{ channel: "email", address, consented: mayWrite }] : [],
        consents: [...(mayWrite ? ["contact_email"] : []), ...(draft.hasAgreed ? ["privacy"] : [])].map((kind) => ({
            kind,
            version,
        })),
    };
    try {
        await call("PUT", "/v1/me", { body, ifMatch: etag ?? undefined });
    } catch (error) {
        // A first answer that was lost, or another tab: the record is there.
        if (!(error instanceof Problem && error.status === 412)) throw error;
    }
}
