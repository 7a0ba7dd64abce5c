// The faults: switches for what can be broken while the laptop cloud runs. One press breaks, one press mends.

import { Heading } from "../../web/parts/heading.js";
import { useRef, useState } from "../../web/parts/hooks.js";
import { Waiting } from "../../web/parts/waiting.js";
import { html } from "../../web/vendor/preact.js";
import { NotAnswering } from "./not-answering.js";
import { ask, useWatched } from "./state.js";
import { amountOf, isBroken, SWITCHES } from "./switches.js";
import { t } from "./words.js";

/** @typedef {import("./switches.js").State} State */
/** @typedef {import("./switches.js").Switch} Switch */
/** @typedef {(name: string, turned: () => Promise<any>, done: string) => Promise<void>} Turn `done`: what to say then */

const PATH = "/laptop/state/faults";
const SCALES = [1, 0.1, 0.02, 0];

export function Faults() {
    const { value, error, put } = useWatched(PATH);
    const state = /** @type {State | undefined} */ (value);
    const [turning, setTurning] = useState(/** @type {string[]} */ ([])); // the names of what is being turned
    const before = useRef(Promise.resolve()); // what was pressed last is over then
    const [failed, setFailed] = useState(/** @type {unknown} */ (null));
    const [said, setSaid] = useState("");

    /**
     * One press, one request; who presses something else meanwhile has it done after that.
     *
     * @param {string} name
     * @param {() => Promise<any>} turned
     * @param {string} done what to say then
     */
    function turn(name, turned, done) {
        if (turning.includes(name)) return before.current;
        setTurning((/** @type {string[]} */ names) => [...names, name]);
        before.current = before.current.then(() => turnNow(name, turned, done));
        return before.current;
    }

    /** @param {string} name @param {() => Promise<any>} turned @param {string} done */
    async function turnNow(name, turned, done) {
        setFailed(null);
        setSaid(t("turning"));
        try {
            put(await turned());
            setSaid(done);
        } catch (problem) {
            setFailed(problem);
            setSaid("");
        }
        setTurning((/** @type {string[]} */ names) => names.filter((each) => each !== name));
    }

    if (!state)
        return html`<${Heading} level=${1}>${t("faults")}<//>${error ? html`<${NotAnswering} error=${error} />` : html`<${Waiting} />`}`;
    const broken = SWITCHES.filter((each) => isBroken(each, state));
    const isWell = broken.length === 0 && state.waits === state.usual_waits;
    return html`
        <${Heading} level=${1}>${t("faults")}<//>
        <p>${t("faultsMore")}</p>
        <p class="what-to-do">
            <a class="way-on" href="/" target="_self">${t("bookOne")}</a>
            <a class="way-on" href="/laptop/inbox">${t("seeInbox")}</a>
            <a class="way-on" href="/operate" target="_self">${t("seeOperations")}</a>
        </p>
        ${error && html`<${NotAnswering} error=${error} />`}
        ${failed && html`<${NotAnswering} error=${failed} />`}
        <div class="mend-all">
            <p class=${broken.length ? "state broken" : "state"}>${t("brokenNow", { count: broken.length })}</p>
            <button class="button" aria-disabled=${isWell}
                onClick=${() => isWell || turn("all", () => ask("DELETE", PATH), t("allMended"))}>${t("mendAll")}</button>
        </div>
        <p class="said" role="status">${said}</p>
        <ul class="switches">
            ${SWITCHES.map((each) => html`<li key=${each.name}><${Card} each=${each} state=${state} isTurning=${turning.includes(each.name)} turn=${turn} /></li>`)}
            <li><${Waits} state=${state} turn=${turn} /></li>
        </ul>`;
}

/** @param {{ each: Switch, state: State, isTurning: boolean, turn: Turn }} given */
function Card({ each, state, isTurning, turn }) {
    const { name, commands, isTrouble } = each;
    const [broken, title] = [isBroken(each, state), t(`${name}Title`)];
    const press = () =>
        turn(
            name,
            () => ask("PUT", PATH, { [name]: broken ? each.well : each.broken }),
            t(broken ? (isTrouble ? "isOff" : "isMended") : isTrouble ? "isOn" : "isBroken", { title }),
        );
    return html`
        <section class="card switch" aria-labelledby="switch-${name}">
            <h2 id="switch-${name}">${title}</h2>
            <p class=${broken ? "state broken" : "state"}>
                ${broken ? t(`${name}Broken`, { amount: amountOf(each, state) }) : t(isTrouble ? "off" : "works")}
            </p>
            <p>${t(isTrouble ? "whenOn" : "whenBroken")} ${t(`${name}Does`)}</p>
            <p class="soft">${t("howItShows")} ${t(`${name}Shows`)}</p>
            ${commands && html`<p class="soft">${t("inTheTerminal")} <code>${commands[broken ? 1 : 0]}</code></p>`}
            <button class=${broken ? "button" : "button second"} aria-disabled=${isTurning} onClick=${press}>
                ${t(broken ? `${name}Mend` : `${name}Break`)}
            </button>
        </section>`;
}

/** @param {{ state: State, turn: Turn }} given */
function Waits({ state, turn }) {
    const scales = [...new Set([...SCALES, state.usual_waits, state.waits])].sort((one, other) => other - one);
    const [wanted, setWanted] = useState(/** @type {number | null} */ (null)); // while it is being turned
    /** @param {number} scale */
    async function choose(scale) {
        setWanted(scale);
        await turn(`waits ${scale}`, () => ask("PUT", PATH, { waits: scale }), t("waitsNow", { scale }));
        setWanted((/** @type {number | null} */ last) => (last === scale ? null : last));
    }
    return html`
        <section class="card switch" aria-labelledby="switch-waits">
            <h2 id="switch-waits">${t("waitsTitle")}</h2>
            <p>${t("waitsDoes")}</p>
            <fieldset>
                <legend>${t("waitsHow")}</legend>
                ${scales.map(
                    (scale) => html`
                    <label class="choice">
                        <input type="radio" name="waits" checked=${scale === (wanted ?? state.waits)} onChange=${() => choose(scale)} />
                        <span>${t("waitsScale", { scale })}${scale === state.usual_waits ? ` (${t("asStarted")})` : ""}</span>
                    </label>`,
                )}
            </fieldset>
        </section>`;
}
