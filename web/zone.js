// The zone in which the reader's times are shown: the one they chose, or else their device's.

import { isZone } from "./times.js";
import { useEffect, useState } from "./vendor/preact.js";

const KEPT = "site:zone";
const device = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** @type {Set<() => void>} */
const listeners = new Set();

/** The zone now. @returns {string} IANA name */
export function ownZone() {
    const kept = localStorage.getItem(KEPT) ?? "";
    return [kept, device()].find(isZone) ?? "UTC";
}

/** Shows times in another zone, now and when the reader comes back. @param {string} zone */
export function chooseZone(zone) {
    if (zone === device())
        localStorage.removeItem(KEPT); // it follows the device again
    else localStorage.setItem(KEPT, zone);
    for (const listener of listeners) listener();
}

/** @returns {string} */
export function useZone() {
    const [zone, setZone] = useState(ownZone);
    useEffect(() => {
        const listener = () => setZone(ownZone());
        listeners.add(listener);
        return () => {
            listeners.delete(listener);
        };
    }, []);
    return zone;
}

/** All zones, the reader's and the practice's first. @param {string[]} first */
export function zones(first) {
    const wanted = [...new Set([...first, device()])].filter(isZone);
    return [...wanted, ...Intl.supportedValuesOf("timeZone").filter((each) => !wanted.includes(each)), "UTC"];
}
