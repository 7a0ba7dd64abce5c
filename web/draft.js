// What the reader has typed so far: it is personal, and in memory only.

/** What is typed, the key of what its note was sent for, and of what the practice has said it has got. */
export const draft = { note: "", noteOf: "", name: "", mayWrite: false, hasAgreed: false, accepted: "" };

/** Nothing of it is needed any more: it is booked. */
export function forgetDraft() {
    Object.assign(draft, { note: "", noteOf: "", name: "", mayWrite: false, hasAgreed: false, accepted: "" });
}
