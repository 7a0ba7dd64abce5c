// What a call ends with: an answer, all of it, or one of these errors.

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

/**
 * What was answered, and what it says. Unreachable when not all of it came, or another than asked answered, as a hotel.
 *
 * @param {Promise<Response>} asked
 * @returns {Promise<{ answer: Response, content: any }>}
 */
export async function whole(asked) {
    try {
        const answer = await asked;
        const content = answer.json();
        return { answer, content: await (answer.ok ? content : content.catch(() => ({}))) };
    } catch {
        throw new Unreachable();
    }
}

/** Who asks must sign in first. */
export class SignedOut extends Error {}
