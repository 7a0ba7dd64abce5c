// What services and therapists are called, by their ids.

import { useCatalogue } from "./catalogue.js";
import { t } from "./words.js";

/** Names as they are today; until they are known, and for what is gone, "session" and nobody's name. */
export function useNames() {
    const { value } = useCatalogue();
    return {
        /** @param {string} id */
        service: (id) => value?.services.find((each) => each.id === id)?.name ?? t("aSession"),
        /** @param {string | null} id */
        therapist: (id) => value?.therapists.find((each) => each.id === id)?.name ?? "",
        catalogue: value ?? null,
    };
}
