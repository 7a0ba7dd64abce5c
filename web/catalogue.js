// What the practice offers: its services and who gives them, read once.

import { readOpen } from "./api.js";
import { useAsked } from "./parts/hooks.js";

/** @typedef {import("./catalogue-types.js").Service} Service */
/** @typedef {import("./catalogue-types.js").Therapist} Therapist */
/** @typedef {{ services: Service[], therapists: Therapist[] }} Catalogue */

/** @type {Promise<Catalogue> | null} */
let asked = null;

/** @returns {Promise<Catalogue>} */
export function catalogue() {
    asked ??= Promise.all([all("services"), all("therapists")]).then(
        ([services, therapists]) => ({ services, therapists }),
        (error) => {
            asked = null; // asked again by whoever asks next
            throw error;
        },
    );
    return asked;
}

export const useCatalogue = () => useAsked(catalogue, []);

/** @param {"services" | "therapists"} what @returns {Promise<any[]>} of all pages */
async function all(what) {
    const found = [];
    for (let cursor = ""; ; ) {
        const page = await readOpen(`/${what}${cursor && `?cursor=${encodeURIComponent(cursor)}`}`);
        found.push(...page[what]);
        if (!page.next) return found;
        cursor = page.next;
    }
}

/** Services that somebody gives. @param {Catalogue} given @returns {Service[]} */
export const offered = ({ services, therapists }) =>
    services.filter((each) => each.active && whoGives({ services, therapists }, each.id).length > 0);

/** Who gives a service. @param {Catalogue} given @param {string} service @returns {Therapist[]} */
export const whoGives = ({ therapists }, service) =>
    therapists.filter((each) => each.active && each.services.includes(service));

/**
 * The zone of where a session is held: its therapist's, if only one zone is possible, and else the practice's.
 *
 * @param {Therapist[]} possible @param {import("./practice.js").Practice | null} practice @returns {string | null}
 */
export function zoneOfPlace(possible, practice) {
    const found = new Set(possible.map((each) => each.time_zone));
    return found.size === 1 ? [...found][0] : (practice?.time_zone ?? null);
}

/**
 * Where a session is held: with whoever is free, the address is known only if it is the same with all of them.
 *
 * @param {Therapist[]} possible @param {import("./practice.js").Practice | null} practice @returns {string | null}
 */
export function addressOfPlace(possible, practice) {
    const found = new Set(possible.map((each) => each.address ?? practice?.address ?? null));
    return found.size === 1 ? [...found][0] : null;
}
