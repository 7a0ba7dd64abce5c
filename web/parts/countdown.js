// A clock that runs out: seen all the time, said aloud five times.

import { left, markOf } from "../clock.js";
import { html } from "../vendor/preact.js";
import { t } from "../words.js";
import { useEffect, useState } from "./hooks.js";

const SECOND_MS = 1000;

/**
 * @param {object} given
 * @param {number} given.until milliseconds
 * @param {number} given.ahead how far the practice's clock is ahead of this device's, in milliseconds
 * @param {import("../words.js").Word} [given.said] what is said aloud
 * @param {() => void} given.onOver
 */
export function Countdown({ until, ahead, said = "minutesLeft", onOver }) {
    const [ms, setMs] = useState(until - ahead - Date.now());
    const [first] = useState(() => markOf(ms)); // what is seen on coming needs not be said at once
    useEffect(() => {
        const timer = setInterval(() => setMs(until - ahead - Date.now()), SECOND_MS);
        return () => clearInterval(timer);
    }, [until, ahead]);
    const isOver = ms <= 0;
    useEffect(() => {
        if (isOver) onOver();
    }, [isOver]);
    const mark = markOf(ms);
    return html`
        <p class="countdown"><span role="timer">${t("timeLeft", left(ms))}</span></p>
        <p role="status" class="unseen">${mark !== null && mark !== first && !isOver ? t(said, { count: mark }) : ""}</p>`;
}
