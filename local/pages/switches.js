// Which switches there are, what each sets, and how it stands. What is said of one begins with its name, in the words.

/** @typedef {"email" | "sms" | "bounces" | "stripe" | "database" | "duplicate" | "delay"} Name */
/**
 * @typedef {{ email: number, sms: number, duplicate: number, delay: number, bounces: number, stripe: number, database: boolean, waits: number, usual_waits: number }} State
 * @typedef {object} Switch
 * @property {Name} name
 * @property {number | boolean} broken what breaks it
 * @property {number | boolean} well what mends it
 * @property {boolean} [isTrouble] it names what happens, and not what works as long as it is off
 * @property {[string, string]} [commands] the same in a terminal: to break and to mend
 */

/** @type {Switch[]} */
export const SWITCHES = [
    { name: "email", broken: 1, well: 0, commands: ["make break PROVIDER=email", "make mend"] },
    { name: "sms", broken: 1, well: 0, commands: ["make break PROVIDER=sms", "make mend"] },
    { name: "bounces", broken: 1, well: 0, isTrouble: true },
    { name: "stripe", broken: 1, well: 0, commands: ["make break PROVIDER=stripe", "make mend"] },
    { name: "database", broken: false, well: true, commands: ["make postgres-stop", "make postgres-start"] },
    { name: "duplicate", broken: 1, well: 0, isTrouble: true },
    { name: "delay", broken: 15, well: 0, isTrouble: true },
];

/** @param {Switch} one @param {State} state */
export const isBroken = ({ name }, state) => (name === "database" ? !state.database : state[name] > 0);

/** How much is broken, for the words: seconds of a delay, else per cent. @param {Switch} one @param {State} state */
export const amountOf = ({ name }, state) => (name === "delay" ? state.delay : Math.round(Number(state[name]) * 100));
