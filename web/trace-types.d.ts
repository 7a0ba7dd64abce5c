// What the API answers of traces and graphs, for `make types`: no browser fetches it.

/** As Step Functions says it. */
export type ExecutionStatus = "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";

/** One attempt of a Task. */
export interface Attempt {
    started: string;
    /** null: it has not */
    ended: string | null;
    outcome: "running" | "succeeded" | "failed" | "timed_out";
    error: string | null;
    /** cut at 1,000 characters */
    cause: string | null;
    /** seconds until the next attempt began */
    waited: number | null;
}

/** A state, as it was run. */
export interface Step {
    name: string;
    /** Task, Choice, Map, … */
    kind: string;
    /** the Map or Parallel that it is an item or a branch of */
    within: string | null;
    /** which item of the Map, from 0 */
    item: number | null;
    /** the message that the item is */
    about: { notification_id: string; event: string | null; recipient: string | null; channel: string | null } | null;
    entered: string;
    /** null: it has not ended, or not well */
    left: string | null;
    attempts: Attempt[];
    /** what a Task decided */
    outcome?: string | null;
}

/** A retry that is awaited: with full jitter its moment is drawn between `since` and `latest`. */
export interface Waits {
    state: string;
    error: string;
    since: string;
    latest: string;
    /** which retry it is, from 1 */
    retry: number;
    /** how many there are for this error */
    retries: number;
}

export interface Execution {
    machine: string;
    name: string;
    /** its ARN */
    execution: string;
    /** where AWS's console shows it */
    console: string;
    booking_id: string | null;
    status: ExecutionStatus;
    started: string;
    stopped: string | null;
    redrives: number;
    /** when */
    redriven: string[];
    /** where it failed, waits or is */
    state: string | null;
    error: string | null;
    cause: string | null;
    waiting: Waits | null;
    redrive: { possible: boolean; reason: string | null; until: string | null } | null;
    steps: Step[];
    /** what a booking was asked for with; null: nothing that can be read */
    requested: { starts_at: string; service_id: string; therapist_id: string | null } | null;
    /** its steps were left out: there are many executions */
    unread?: boolean;
}

export interface Trace {
    /** null: an execution that belongs to no booking */
    booking_id: string | null;
    /** what could not be asked */
    missing: ("database" | "executions" | "dead_letters")[];
    /** what PostgreSQL has of the booking; null: it is missing */
    // biome-ignore lint/suspicious/noExplicitAny: each view says which part of it it reads
    file: any;
    /** the oldest first */
    executions: Execution[];
    moments: unknown[];
}

export interface Chosen {
    /** as `booking/7c9e6679`: its machine and its name */
    execution: string | null;
    state: string | null;
    /** of a Map, from 0 */
    item: number | null;
    /** of its events, only those of this type */
    type?: string | null;
    /** and only those that tell of an error */
    onlyErrors?: boolean;
}

export type View = "graph" | "timeline" | "events" | "messages" | "history";

/** What each view is given. */
export interface Seen {
    trace: Trace;
    chosen: Chosen;
    choose: (part: Partial<Chosen> & { view?: View }) => void;
}

/** A state of a definition. */
export interface State {
    name: string;
    kind: string;
    /** the Map or Parallel that it is in */
    within: string | null;
    comment: string | null;
    /** its machine, item or branch begins with it */
    first: boolean;
}

/** A way from one state to another. */
export interface Edge {
    from: string;
    to: string;
    /** the condition, or the errors that are caught; null: always */
    when: string | null;
    caught: boolean;
}

export interface Graph {
    start: string;
    states: State[];
    edges: Edge[];
    definition: unknown;
}
