// What the reader has typed so far: it is personal, and in memory only.

const NOTHING = { note: "", noteOf: "", name: "", mayWrite: false, hasAgreed: false, accepted: "" };

/** What is typed, the key of what its note was sent for, and of what the practice has said it has got. */
export const draft = { ...NOTHING };

/** Nothing of it is needed any more: it is booked. */
export const forgetDraft = () => Object.assign(draft, NOTHING);
