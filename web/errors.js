// What a call can end with other than an answer.

/** An answer that is a problem (RFC 9457): `kind` is the last part of its type, as `slot-taken`. */
export class Problem extends Error {
    /** @param {number} status @param {Record<string, any>} body */
    constructor(status, body) {
        super(body.title ?? String(status));
        this.status = status;
        this.kind =
            String(body.type ?? "")
                .split(":")
                .pop() ?? "";
        this.detail = String(body.detail ?? "");
        this.body = body;
    }
}

/** Nobody answered: no network, too slow, or the practice's system is away. */
export class Unreachable extends Error {}

/** Who asks must sign in first. */
export class SignedOut extends Error {}
