// In which zone times are shown, in plain words, and another one.

import { locale } from "../locale.js";
import { listedZone, zoneLabel } from "../times.js";
import { html } from "../vendor/preact.js";
import { t } from "../words.js";
import { chooseZone, zones } from "../zone.js";
import { useEffect, useId, useRef, useState } from "./hooks.js";

/** @param {{ zone: string, practice: import("../practice.js").Practice | null }} given */
export function Zone({ zone, practice }) {
    const [isOpen, setIsOpen] = useState(false);
    const id = useId();
    const list = useRef(/** @type {HTMLSelectElement | null} */ (null));
    useEffect(() => {
        if (isOpen) list.current?.focus();
    }, [isOpen]);
    return html`
        <div class="zone">
            <span>${t("timesAreIn", { zone: zoneLabel(zone, locale()) })}</span>
            <button type="button" class="quiet" aria-expanded=${isOpen} aria-controls=${id} onClick=${() => setIsOpen(!isOpen)}>
                ${t("changeZone")}
            </button>
            <div id=${id} hidden=${!isOpen}>
                ${
                    isOpen &&
                    html`
                    <label for=${`${id}-list`}>${t("yourZone")}</label>
                    <select id=${`${id}-list`} ref=${list} value=${zone}
                        onChange=${(/** @type {any} */ event) => chooseZone(event.currentTarget.value)}>
                        ${zones([zone, practice?.time_zone ?? ""]).map(
                            (each) => html`
                            <option value=${each} selected=${each === zone}>${listedZone(each)}</option>`,
                        )}
                    </select>`
                }
            </div>
        </div>`;
}
