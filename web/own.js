// Staff read what is others', too. This site shows them what is theirs as a client.

import { read } from "./api.js";

/**
 * The record that lists are narrowed to, or null for who sees only their own anyway.
 *
 * @param {import("./session.js").Person} who
 * @param {AbortSignal} stopped
 * @returns {Promise<string | null>} an id; of staff without a record one that nothing has
 */
export async function narrowedTo(who, stopped) {
    if (who.groups.every((group) => group === "client")) return null;
    return (await read("/v1/me", stopped)).client_id ?? "00000000-0000-0000-0000-000000000000";
}
