-- depends: 0013_told
-- Changes that reach several sessions are judged session by session, and a key that was used for something else is
-- answered under the asker's own name.

-- The sessions a change was meant for and did not touch: [{"booking_id", "reasons": [{"code", "message"}]}].
ALTER TABLE changes ADD COLUMN sessions_left jsonb NOT NULL DEFAULT '[]';

-- Requests whose Idempotency-Key had been used for another one before: each is refused, and who asked can read so.
CREATE TABLE key_conflicts (
    kind         text NOT NULL CHECK (kind IN ('booking', 'cancellation', 'rescheduling')),
    key          text NOT NULL,
    requested_by text NOT NULL,  -- a sub
    execution    text NOT NULL,
    booking_id   text,  -- of a change; it may name nothing
    request      jsonb NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (key, kind, execution)
);
CREATE INDEX key_conflicts_of_requester ON key_conflicts (requested_by);

-- Whose client somebody is: of a therapist whom they have, or had, a confirmed booking with. A time that was only
-- offered to them makes nobody a client.
CREATE VIEW comes_to AS
SELECT client_id, therapist_id FROM bookings AS booking
WHERE status IN ('confirmed', 'completed', 'no_show') OR (
    status = 'cancelled' AND during IS NOT NULL AND NOT EXISTS (
        SELECT FROM offers WHERE booking_id = booking.id AND outcome IS DISTINCT FROM 'accepted'));
