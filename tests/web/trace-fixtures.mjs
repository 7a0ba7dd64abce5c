// A booking's trace for tests: what a test does not say is as it usually is.

const START = Date.parse("2026-11-26T09:00:00Z");
export const WEEK = 7 * 86_400_000;

/** RFC 3339, so many milliseconds after the beginning. */
export const at = (ms) => new Date(START + ms).toISOString();
export const attempt = (from, to, more = {}) => ({
    started: at(from),
    ended: to === null ? null : at(to),
    outcome: to === null ? "running" : more.error ? "failed" : "succeeded",
    error: null,
    cause: null,
    waited: null,
    ...more,
});
export const step = (name, from, to, more = {}) => ({
    name,
    kind: "Task",
    within: null,
    item: null,
    about: null,
    entered: at(from),
    left: to === null ? null : at(to),
    attempts: [],
    ...more,
});
export const execution = (name, from, to, more = {}) => ({
    machine: "booking",
    name,
    execution: `arn:aws:states:eu-central-1:123456789012:execution:${more.machine ?? "booking"}:${name}`,
    status: to === null ? "RUNNING" : "SUCCEEDED",
    started: at(from),
    stopped: to === null ? null : at(to),
    redriven: [],
    steps: [],
    waiting: null,
    error: null,
    ...more,
});
export const message = (id, more = {}) => ({
    notification_id: id,
    event: "booking_confirmed",
    recipient: "client",
    channel: "email",
    status: "sent",
    attempts: 1,
    delivery: null,
    reason: null,
    last_error: null,
    recipient_id: "c-1",
    hindrance: null,
    accepted_at: at(900),
    undeliverable_at: null,
    delivery_at: null,
    resent_at: null,
    ...more,
});
export const recorded = (event, ms, more = {}) => ({
    event,
    actor: "3f6d-client",
    execution: "",
    detail: {},
    at: at(ms),
    act_id: null,
    ...more,
});
