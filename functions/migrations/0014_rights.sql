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

-- Whose a booking is, by what they are to it now: subs, null where there is no login. A request that was cancelled before
-- it was decided names its therapist and its client itself: without a client_id it was for who asked.
CREATE VIEW booking_parties AS
SELECT
    booking.id AS booking_id, therapist.user_sub AS therapist_sub,
    CASE
        WHEN booking.status = 'cancelled' AND booking.during IS NULL AND NOT booking.request ? 'client_id'
        THEN booking.requested_by ELSE client.user_sub
    END AS client_sub
FROM bookings AS booking
LEFT JOIN therapists AS therapist ON therapist.id = CASE
    WHEN booking.status = 'cancelled' AND booking.during IS NULL
    THEN (booking.request ->> 'therapist_id')::uuid ELSE booking.therapist_id END
LEFT JOIN clients AS client ON client.id = CASE
    WHEN booking.status = 'cancelled' AND booking.during IS NULL
    THEN (booking.request ->> 'client_id')::uuid ELSE booking.client_id END;
